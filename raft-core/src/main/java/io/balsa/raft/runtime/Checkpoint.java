package io.balsa.raft.runtime;

import io.balsa.raft.divergence.HashSpan;

/**
 * What this server's state machine has come to at a checkpoint.
 *
 * @param life names the state: see {@link Quarantine#life}
 * @param span the hashes on the way there, that at {@code index} last
 */
record Checkpoint(long life, long index, long hash, HashSpan span) {}
