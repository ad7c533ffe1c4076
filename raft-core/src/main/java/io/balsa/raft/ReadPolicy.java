package io.balsa.raft;

/** How fresh a read must be. */
public enum ReadPolicy {
    /**
     * Sees every command that was acknowledged, by any server, before the read was asked for. Costs a round of heartbeats
     * to a majority, shared by all reads that wait, but no write (ReadIndex, dissertation section 6.4). Possible on any
     * server; followers and learners ask the leader.
     */
    LINEARIZABLE,
    /** Sees what this server has applied, which may be old, and arbitrarily old if it is cut off. Costs nothing. */
    LOCAL
}
