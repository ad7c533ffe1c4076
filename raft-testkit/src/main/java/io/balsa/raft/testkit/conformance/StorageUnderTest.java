package io.balsa.raft.testkit.conformance;

import io.balsa.raft.storage.Storage;
import java.io.IOException;
import java.util.Set;

/**
 * The storage that the promises are tested on: makes places for stores, each empty at first. For a storage in a directory:
 *
 * <pre>{@code
 * StorageUnderTest mine = () -> {
 *     Path directory = Files.createTempDirectory(parent, "store");
 *     return () -> new MyStorage(directory);
 * };
 * }</pre>
 *
 * <p>Whoever can let the power fail or operations go wrong says so in {@link #abilities} and implements that in its
 * {@link Store}: without, the promises about crashes and failures are not tested. For storages that reach the disk through a
 * {@link io.balsa.raft.storage.file.Disk} there is {@link OnSimulatedDisk}.
 *
 * <p>Called by the thread that checks a promise.
 */
@FunctionalInterface
public interface StorageUnderTest {

    /**
     * Makes a place for a new store, which has nothing to do with any other.
     *
     * @throws Exception if that is impossible: the promise that was to be checked counts as broken then
     */
    Store newStore() throws Exception;

    /** What can be done with it: several threads may read at once, unless this method says otherwise. */
    default Set<Ability> abilities() {
        return Set.of(Ability.THREADS);
    }

    /** What can be done with a storage under test, or with its stores, and what not every test can do. */
    enum Ability {
        /** The storage may be used by several threads as {@link Storage} says. Only a simulated one may not. */
        THREADS,
        /** {@link Store#crash} works. */
        CRASH,
        /** {@link Store#crashAt} works. */
        CRASH_AT_OPERATION,
        /** {@link Store#failAt} works. */
        FAIL_AT_OPERATION,
        /** {@link Store#leaveRoom} works. */
        FULL_DISK
    }

    /** A place where a store is, or will be: a directory, a table, a device. For one thread. */
    @FunctionalInterface
    interface Store extends AutoCloseable {

        /**
         * A storage at this place that is not open yet. The first finds nothing there, each later one what those before,
         * which are closed or have crashed, have left. May also be asked for while another one is open, to see it refused.
         */
        Storage storage();

        /**
         * The machine goes down, and comes up again. Storages of before are not used any more, not even closed: they are to
         * do no harm. What was not synced survives or not.
         *
         * @param seed decides what survives of it: with 0 nothing, with others as much as can be, or parts
         */
        default void crash(long seed) {
            throw new UnsupportedOperationException("crash");
        }

        /**
         * Lets the power go off at an operation from now on: it and all that follow throw, whatever they like, and do no
         * more, until {@link #crash} is called. What an operation is the store decides: a write, a sync, a new name.
         *
         * @param operation how many are carried out before, 0 or more
         */
        default void crashAt(long operation) {
            throw new UnsupportedOperationException("crashAt");
        }

        /**
         * Lets an operation from now on fail, as a broken disk does: it is not carried out, and those after it are. If it
         * is a sync, then as Linux does: what it was to make durable never is, though later syncs seem to succeed.
         *
         * @param operation how many are carried out before, 0 or more
         */
        default void failAt(long operation) {
            throw new UnsupportedOperationException("failAt");
        }

        /**
         * Lets there be only so much room from now on, where the store is kept; what there is stays.
         *
         * @param bytes how many more than are taken now, 0 or more; {@link Long#MAX_VALUE} for as many as anybody wants
         */
        default void leaveRoom(long bytes) {
            throw new UnsupportedOperationException("leaveRoom");
        }

        /** Whether the operation has come that was last named to {@link #crashAt} or {@link #failAt}. */
        default boolean isHit() {
            return false;
        }

        /** Cleans up. Called last; its storages are closed, or have crashed. */
        @Override
        default void close() throws IOException {}
    }
}
