/** What an application calls. */
@org.jspecify.annotations.NullMarked
package io.balsa.raft;
