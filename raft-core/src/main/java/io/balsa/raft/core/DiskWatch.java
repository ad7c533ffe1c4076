package io.balsa.raft.core;

import java.util.ArrayDeque;
import java.util.Deque;

/** How long the disk has been at work on what it was given, and whether it has room for more. */
final class DiskWatch {

    private record Given(long number, long nanos) {}

    private final Deque<Given> unfinished = new ArrayDeque<>();
    private final long longestNanos;
    private boolean full;

    DiskWatch(long longestNanos) {
        this.longestNanos = longestNanos;
    }

    /** This Ready is taken, and may have something to write. */
    void given(Ready ready, long nowNanos) {
        if (ready.mustSync()) {
            unfinished.add(new Given(ready.number(), nowNanos));
        }
    }

    void room(boolean there) {
        full = !there;
    }

    /** Whether there is no room for commands. What is small, as a leader's blank entry, may still find some. */
    boolean isFull() {
        return full;
    }

    /** Everything up to the Ready of this number is durable. */
    void persisted(long number) {
        while (!unfinished.isEmpty() && unfinished.peek().number <= number) {
            unfinished.remove();
        }
    }

    /** Whether something waits for longer than is healthy. */
    boolean isSlow(long nowNanos) {
        return !unfinished.isEmpty() && nowNanos - unfinished.peek().nanos >= longestNanos;
    }

    /** When that will be so, if that is before {@code deadlineNanos} and not so now. */
    long earlierDeadline(long nowNanos, long deadlineNanos) {
        if (unfinished.isEmpty() || isSlow(nowNanos)) {
            return deadlineNanos;
        }
        long slow = unfinished.peek().nanos + longestNanos;
        return slow - deadlineNanos < 0 ? slow : deadlineNanos;
    }
}
