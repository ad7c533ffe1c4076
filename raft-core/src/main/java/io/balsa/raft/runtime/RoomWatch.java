package io.balsa.raft.runtime;

import io.balsa.raft.storage.Storage;
import java.util.concurrent.TimeUnit;

/** Whether the storage has room: looks after every write, and about once a second while there is none. The log agent's. */
final class RoomWatch {

    private static final long PAUSE_NANOS = TimeUnit.SECONDS.toNanos(1);

    private final Storage storage;
    private final Clock clock;
    private boolean full;
    private long nextLookNanos;

    /** Takes it for granted that there is room, until it has looked. */
    RoomWatch(Storage storage, Clock clock) {
        this.storage = storage;
        this.clock = clock;
    }

    /** Whether it is time to try again. */
    boolean isDue() {
        return full && clock.nanoTime() - nextLookNanos >= 0;
    }

    /** How long until then; {@link Long#MAX_VALUE} as long as there is room. */
    long nanosToDeadline() {
        return full ? Math.max(0, nextLookNanos - clock.nanoTime()) : Long.MAX_VALUE;
    }

    /**
     * Looks, if it is time to.
     *
     * @param fits whether all that was to be written was
     * @return whether there is room now where there was none, or the other way round
     */
    boolean look(boolean fits) {
        boolean was = full;
        if (!fits) {
            full = true;
        } else if (!full || isDue()) {
            full = !storage.hasRoom();
        }
        if (full && (!was || isDue())) {
            nextLookNanos = clock.nanoTime() + PAUSE_NANOS;
        }
        return full != was;
    }

    boolean hasRoom() {
        return !full;
    }
}
