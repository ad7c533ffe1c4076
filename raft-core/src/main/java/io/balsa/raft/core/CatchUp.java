package io.balsa.raft.core;

/**
 * Whether a follower could vote without holding the cluster up: "the replication of entries to the new server is split into
 * rounds; each round replicates all the log entries present at the start of the round", and a server whose last round was
 * shorter than an election timeout has caught up (section 4.2.1).
 */
final class CatchUp {

    private final long shortNanos;
    private long goal; // where the log ended when the round began
    private long begunNanos;
    private boolean lastWasShort;

    CatchUp(long goal, long nowNanos, long shortNanos) {
        this.goal = goal;
        this.begunNanos = nowNanos;
        this.shortNanos = shortNanos;
    }

    /** The follower has everything up to {@code matchIndex} of a log that ends at {@code lastIndex}. */
    void reached(long matchIndex, long lastIndex, long nowNanos) {
        if (matchIndex >= goal) {
            lastWasShort = isShort(nowNanos);
            goal = lastIndex;
            begunNanos = nowNanos;
        }
    }

    /** The follower has lost all it had; the round that it is in goes on, and no earlier one counts. */
    void startOver() {
        lastWasShort = false;
    }

    boolean isDone(long matchIndex, long lastIndex, long nowNanos) {
        return matchIndex >= lastIndex || (lastWasShort && isShort(nowNanos));
    }

    private boolean isShort(long nowNanos) {
        return nowNanos - begunNanos <= shortNanos;
    }
}
