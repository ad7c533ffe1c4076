package io.balsa.raft.testkit.world;

import io.balsa.raft.runtime.Clock;

/** The monotonic clock of a server: it began anywhere, and goes a little faster or slower than the world does. */
final class ServerClock implements Clock {

    private static final long MILLION = 1_000_000;

    private final World world;
    private final long originNanos;
    private final int ppm;

    /**
     * A clock that is too fast by this many millionths.
     */
    ServerClock(World world, long originNanos, int ppm) {
        this.world = world;
        this.originNanos = originNanos;
        this.ppm = ppm;
    }

    @Override
    public long nanoTime() {
        long now = world.nowNanos();
        return originNanos + now + now / MILLION * ppm + now % MILLION * ppm / MILLION;
    }

    /** How long the world takes while this clock advances by so much, at least. */
    long worldNanos(long nanos) {
        return nanos >= Long.MAX_VALUE / 2 ? nanos : nanos - nanos / (MILLION + ppm) * ppm + 1;
    }
}
