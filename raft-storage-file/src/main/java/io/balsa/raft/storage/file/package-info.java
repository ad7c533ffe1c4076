/** Durable log and hard state in plain files. */
@org.jspecify.annotations.NullMarked
package io.balsa.raft.storage.file;
