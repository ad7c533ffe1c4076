package io.balsa.raft.testkit.oracle;

import io.balsa.raft.RaftConfig;

/**
 * The times that servers keep, in nanoseconds, as their settings have them.
 *
 * @param timeout the shortest election timeout
 * @param checkQuorum whether those who hear a leader ignore candidates
 * @param lease for how long a leader may read from the time it asked; 0 if there are no leases
 * @param sync how long a write may wait for the disk before that is found to be slow
 */
record Limits(long timeout, boolean checkQuorum, long lease, long sync) {

    static Limits of(RaftConfig config) {
        long timeout = config.electionTimeout().toNanos();
        return new Limits(
                timeout,
                config.checkQuorum(),
                config.leaseReads() ? (long) (timeout * (1 - config.maxClockDrift())) : 0,
                config.maxSyncDelay().toNanos());
    }
}
