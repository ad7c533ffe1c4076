package io.balsa.raft.transport.http;

import io.balsa.raft.transport.http.HttpTransportOptions.Reconnect;
import java.time.Duration;
import java.util.random.RandomGenerator;

/**
 * How long to wait before the next dial: a random part of a bound that doubles with each failure ("full jitter"), so that
 * servers that lost one another at the same moment do not come back at the same moment.
 *
 * <p>For one thread at a time, and so is the random source that several of these may share.
 */
final class Backoff {

    private final Reconnect bounds;
    private final RandomGenerator random;
    private Duration bound;

    Backoff(Reconnect bounds, RandomGenerator random) {
        this.bounds = bounds;
        this.random = random;
        this.bound = bounds.min();
    }

    /** How long to wait this time. */
    long nextNanos() {
        long nanos = random.nextLong(bound.toNanos()) + 1;
        Duration doubled = bound.multipliedBy(2);
        bound = doubled.compareTo(bounds.max()) < 0 ? doubled : bounds.max();
        return nanos;
    }

    /** A dial has succeeded: begins again with the smallest bound. */
    void reset() {
        bound = bounds.min();
    }
}
