/** The smallest program that embeds Balsa: the one of the README. */
@org.jspecify.annotations.NullMarked
package io.balsa.raft.examples.embedding;
