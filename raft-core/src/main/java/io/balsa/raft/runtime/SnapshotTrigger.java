package io.balsa.raft.runtime;

import io.balsa.raft.SnapshotConfig;
import java.util.concurrent.TimeUnit;

/**
 * When the next snapshot is due: after so many entries or bytes; later if the node is busy, but not much later; and after a
 * failure not at once again. The apply agent's.
 */
final class SnapshotTrigger {

    private static final int HARD_LIMIT = 2; // times what is configured
    private static final long FIRST_PAUSE_NANOS = TimeUnit.SECONDS.toNanos(1);
    private static final int MOST_DOUBLINGS = 6;
    private static final int BACKLOG_PART = 16;
    private static final long LEAST_BACKLOG = 16;

    private final SnapshotConfig config;
    private final Clock clock;
    private long entriesBefore; // as many were applied when the last snapshot was captured
    private long bytesBefore;
    private int failures;
    private long pauseUntilNanos;

    SnapshotTrigger(SnapshotConfig config, Clock clock) {
        this.config = config;
        this.clock = clock;
    }

    /** Whether so many entries that are committed and not applied mean that there are better things to do. */
    boolean isMuch(long backlog) {
        return backlog > Math.max(LEAST_BACKLOG, config.everyEntries() / BACKLOG_PART);
    }

    boolean isDue(AppliedPosition position, boolean busy) {
        if (failures > 0 && clock.nanoTime() - pauseUntilNanos < 0) {
            return false;
        }
        boolean due = isReached(position, busy ? HARD_LIMIT : 1);
        if (failures > 0 && !due) {
            pauseUntilNanos = clock.nanoTime() + FIRST_PAUSE_NANOS;
        }
        return due;
    }

    private boolean isReached(AppliedPosition position, int times) {
        return isOver(position.entries() - entriesBefore, config.everyEntries(), times)
                || isOver(position.bytes() - bytesBefore, config.everyBytes(), times);
    }

    private static boolean isOver(long count, long threshold, int times) {
        return threshold > 0 && count / times >= threshold;
    }

    /** When it is to be looked at again, because a pause ends. */
    long nanosToDeadline(AppliedPosition position) {
        return failures > 0 && isReached(position, 1)
                ? Math.max(0, pauseUntilNanos - clock.nanoTime())
                : Long.MAX_VALUE;
    }

    /** There is a snapshot of the time when so much had been applied. */
    void taken(long entries, long bytes) {
        entriesBefore = entries;
        bytesBefore = bytes;
        failures = 0;
    }

    void failed() {
        pauseUntilNanos = clock.nanoTime() + (FIRST_PAUSE_NANOS << Math.min(failures, MOST_DOUBLINGS));
        failures++;
    }
}
