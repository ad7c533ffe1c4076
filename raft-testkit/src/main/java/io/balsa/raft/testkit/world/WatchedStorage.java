package io.balsa.raft.testkit.world;

import io.balsa.raft.cluster.Membership;
import io.balsa.raft.cluster.NodeIdentity;
import io.balsa.raft.storage.EntryRun;
import io.balsa.raft.storage.HardState;
import io.balsa.raft.storage.Storage;
import io.balsa.raft.storage.StoredState;
import java.util.List;
import java.util.function.BiConsumer;

/** A storage that tells what it found when it was opened. */
final class WatchedStorage implements Storage {

    private final Storage storage;
    private final BiConsumer<HardState, List<EntryRun>> onOpened;

    WatchedStorage(Storage storage, BiConsumer<HardState, List<EntryRun>> onOpened) {
        this.storage = storage;
        this.onOpened = onOpened;
    }

    @Override
    public StoredState open(NodeIdentity identity, Membership founding) {
        StoredState found = storage.open(identity, founding);
        long last = found.last().index();
        onOpened.accept(found.hardState(), last == 0 ? List.of() : storage.read(1, last, Integer.MAX_VALUE));
        return found;
    }

    @Override
    public void writeHardState(HardState hardState) {
        storage.writeHardState(hardState);
    }

    @Override
    public void append(EntryRun run) {
        storage.append(run);
    }

    @Override
    public void sync() {
        storage.sync();
    }

    @Override
    public List<EntryRun> read(long from, long to, int maxBytes) {
        return storage.read(from, to, maxBytes);
    }

    @Override
    public void close() {
        storage.close();
    }
}
