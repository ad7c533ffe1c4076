package io.balsa.raft.core;

import java.util.ArrayDeque;
import java.util.Deque;

/** How long the disk has been at work on what it was given. */
final class DiskWatch {

    private record Given(long number, long nanos) {}

    private final Deque<Given> unfinished = new ArrayDeque<>();
    private final long longestNanos;

    DiskWatch(long longestNanos) {
        this.longestNanos = longestNanos;
    }

    /** The Ready of this number has something to write. */
    void given(long number, long nowNanos) {
        unfinished.add(new Given(number, nowNanos));
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
