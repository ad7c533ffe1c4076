package io.balsa.raft;

/** How fresh a read must be. */
public enum ReadPolicy {
    /**
     * Sees every command that was acknowledged, by any server, before the read was asked for. Costs a round of heartbeats
     * to a majority, shared by all reads that wait, but no write (ReadIndex, dissertation section 6.4). Possible on any
     * server; followers and learners ask the leader.
     */
    LINEARIZABLE,
    /**
     * Sees the same as {@link #LINEARIZABLE}, but costs no round as long as this server leads and a majority has answered it
     * within {@link RaftConfig#leaseReads the lease} (section 6.4.1). That holds only if no server's clock runs faster or
     * slower than {@link RaftConfig#maxClockDrift} says. The lease is looked at once more after the state machine was read,
     * so a pause of the process does no harm; if it has run out by then, or there is none, the read goes on as a
     * linearizable one by itself, and its query may be run a second time.
     */
    LEASE,
    /** Sees what this server has applied, which may be old, and arbitrarily old if it is cut off. Costs nothing. */
    LOCAL
}
