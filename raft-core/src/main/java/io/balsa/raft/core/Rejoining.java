package io.balsa.raft.core;

/**
 * A follower that has got a snapshot and fetches the entries after it. Were they compacted away meanwhile, it would need the
 * next snapshot, and the one after that: so they are kept as long as it comes closer to the end of the log.
 */
final class Rejoining {

    private long leastLag = Long.MAX_VALUE;
    private long closerNanos;

    /** Whether it still comes closer, or at least did so lately. */
    boolean comesCloser(long lag, long nowNanos, long patienceNanos) {
        if (lag < leastLag) {
            leastLag = lag;
            closerNanos = nowNanos;
        }
        return nowNanos - closerNanos < patienceNanos;
    }
}
