package io.balsa.raft.runtime;

/** Tells the time: the seam through which a simulator brings its own. Safe for use by several threads. */
@FunctionalInterface
public interface Clock {

    /** Nanoseconds of a clock that never goes back; only differences mean anything. */
    long nanoTime();
}
