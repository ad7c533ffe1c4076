package io.balsa.raft.testkit.conformance;

import io.balsa.raft.cluster.NodeIdentity;
import io.balsa.raft.storage.EntryRun;
import io.balsa.raft.storage.HardState;
import io.balsa.raft.storage.LogEntry;
import io.balsa.raft.storage.MemoryStorage;
import io.balsa.raft.storage.SnapshotInfo;
import io.balsa.raft.storage.Storage;
import io.balsa.raft.storage.StoredState;
import io.balsa.raft.storage.file.Disk;
import io.balsa.raft.storage.file.FileStorage;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * A storage that breaks a promise.
 *
 * @param promise the name of the promise
 * @param storage has the mistake
 */
record Mistake(String promise, StorageUnderTest storage) {

    /** What a mistaken storage has noted elsewhere, and knows after a restart. */
    static final class Memo {
        final List<LogEntry> memberships = new ArrayList<>();
        final List<EntryRun> dropped = new ArrayList<>();
        HardState hardState = HardState.INITIAL;

        @Nullable
        NodeIdentity owner;

        @Nullable
        StoredState told;

        @Nullable
        SnapshotInfo snapshot;

        long compacted;
        long installed;
        int opened;
        boolean crashed;
    }

    /** Makes a mistake around a storage that makes none. */
    @FunctionalInterface
    interface InMemory {
        Storage around(Storage sound, Memo memo);
    }

    /** The same for one that is on this disk. */
    @FunctionalInterface
    interface OnDisk {
        Storage on(Disk disk);
    }

    static Mistake inMemory(String promise, InMemory mistake) {
        return new Mistake(promise, new MemoryUnderTest(mistake));
    }

    static Mistake onDisk(String promise, OnDisk mistake) {
        return new Mistake(promise, new OnSimulatedDisk(mistake::on));
    }

    static FileStorage fileStorage(Disk disk) {
        return FileStorage.builder(disk).segmentBytes(8192).build();
    }

    @Override
    public String toString() {
        return promise;
    }

    /** A storage in memory, as it is or with a mistake around it. */
    record MemoryUnderTest(InMemory mistake) implements StorageUnderTest {

        /** Without a mistake. */
        static final MemoryUnderTest SOUND = new MemoryUnderTest((sound, memo) -> sound);

        @Override
        public Store newStore() {
            MemoryStorage memory = new MemoryStorage();
            Memo memo = new Memo();
            return new Store() {
                @Override
                public Storage storage() {
                    return mistake.around(memory, memo);
                }

                @Override
                public void crash(long seed) {
                    memory.loseUnsynced();
                    memo.crashed = true;
                }
            };
        }

        @Override
        public Set<Ability> abilities() {
            return Set.of(Ability.THREADS, Ability.CRASH);
        }
    }
}
