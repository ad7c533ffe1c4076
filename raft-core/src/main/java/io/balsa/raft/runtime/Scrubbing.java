package io.balsa.raft.runtime;

import io.balsa.raft.storage.Scrub;
import io.balsa.raft.storage.Storage;

/**
 * Has the storage read again, step by step, what it wrote long ago. If that is damaged, a snapshot is taken at once, which
 * stands for it from then on: the state machine still has what was damaged. The load agent's.
 */
final class Scrubbing {

    private final SnapshotBoard board;
    private final Storage storage;
    private final Clock clock;
    private final Runnable snapshot;
    private long nextNanos;
    private boolean ended; // there is nothing to scrub
    private String told = "";

    /**
     * Begins when the storage is first asked.
     *
     * @param snapshot asks for a snapshot; called again and again, until what is damaged is gone
     */
    Scrubbing(SnapshotBoard board, Storage storage, Clock clock, Runnable snapshot) {
        this.board = board;
        this.storage = storage;
        this.clock = clock;
        this.snapshot = snapshot;
        nextNanos = clock.nanoTime();
    }

    /** Takes a step, if one is due; 1 if it did. */
    int work() {
        if (ended || clock.nanoTime() - nextNanos < 0) {
            return 0;
        }
        Scrub step = storage.scrub();
        ended = step.pauseNanos() == Long.MAX_VALUE;
        nextNanos = clock.nanoTime() + step.pauseNanos();
        step.damage().ifPresentOrElse(this::onDamage, this::onSound);
        return 1;
    }

    private void onDamage(Scrub.Damage damage) {
        if (!told.equals(damage.finding())) {
            told = damage.finding();
            board.damaged(told, damage.lastIndex());
        }
        snapshot.run();
    }

    private void onSound() {
        if (!told.isEmpty()) {
            board.mended(told);
            told = "";
        }
    }

    /** How long until the next step. */
    long nanosToDeadline() {
        return ended ? Long.MAX_VALUE : Math.max(0, nextNanos - clock.nanoTime());
    }
}
