package io.balsa.raft.core;

/**
 * For how long the leader may read without asking: a follower that answered a round of heartbeats votes for nobody else
 * before an election timeout has passed since it heard that round, and so since the round was sent (section 6.4.1). Counted
 * from the sending, never from the answer.
 */
final class Lease {

    private static final int ROUNDS = 4096; // as many are under way if each duty cycle brings reads

    private final long nanos;
    private final long[] sentNanos = new long[ROUNDS];
    private boolean given; // away

    Lease(long nanos) {
        this.nanos = nanos;
    }

    /** A round of heartbeats is being sent. */
    void roundBegins(long round, long nowNanos) {
        sentNanos[(int) (round % ROUNDS)] = nowNanos;
    }

    /** The leader has asked another server to lead, which may happen at any time from now on, in this term for good. */
    void giveAway() {
        given = true;
    }

    /**
     * Whether it holds.
     *
     * @param confirmed the latest round that a quorum has answered
     * @param latest the latest round
     */
    boolean holds(long confirmed, long latest, long nowNanos) {
        return nanos > 0
                && !given
                && confirmed > 0
                && latest - confirmed < ROUNDS
                && nowNanos - untilNanos(confirmed) < 0;
    }

    /** Until when it holds, by the round that a quorum has answered. */
    long untilNanos(long confirmed) {
        return sentNanos[(int) (confirmed % ROUNDS)] + nanos;
    }
}
