package io.balsa.raft.core;

/**
 * The few numbers the algorithm needs; times in nanoseconds, sizes in bytes. Checked by whoever makes them.
 *
 * @param electionTimeoutNanos the shortest election timeout; each is drawn between this and twice this (section 9.3)
 * @param heartbeatIntervalNanos how often a leader shows that it is there
 * @param preVote whether to ask before an election (section 9.6)
 * @param checkQuorum whether a leader that hears no majority steps down, and voters that hear a leader ignore candidates
 * @param maxBatchBytes how many bytes of entries go into one AppendEntries, if more than one run
 * @param maxInflightMessages how many AppendEntries may be on their way to one follower
 * @param maxInflightBytes how many bytes of entries may be on their way to one follower
 * @param maxUncommittedBytes how many bytes of entries may wait at a leader to be committed
 * @param recentBytes how many bytes of the newest entries to hold
 * @param options what goes beyond replication
 */
public record CoreSettings(
        long electionTimeoutNanos,
        long heartbeatIntervalNanos,
        boolean preVote,
        boolean checkQuorum,
        int maxBatchBytes,
        int maxInflightMessages,
        long maxInflightBytes,
        long maxUncommittedBytes,
        long recentBytes,
        CoreOptions options) {

    /** With the usual options. */
    public CoreSettings(
            long electionTimeoutNanos,
            long heartbeatIntervalNanos,
            boolean preVote,
            boolean checkQuorum,
            int maxBatchBytes,
            int maxInflightMessages,
            long maxInflightBytes,
            long maxUncommittedBytes,
            long recentBytes) {
        this(
                electionTimeoutNanos,
                heartbeatIntervalNanos,
                preVote,
                checkQuorum,
                maxBatchBytes,
                maxInflightMessages,
                maxInflightBytes,
                maxUncommittedBytes,
                recentBytes,
                CoreOptions.DEFAULT);
    }

    /** The same settings, but for PreVote. */
    CoreSettings withPreVote(boolean on) {
        return new CoreSettings(
                electionTimeoutNanos,
                heartbeatIntervalNanos,
                on,
                checkQuorum,
                maxBatchBytes,
                maxInflightMessages,
                maxInflightBytes,
                maxUncommittedBytes,
                recentBytes,
                options);
    }
}
