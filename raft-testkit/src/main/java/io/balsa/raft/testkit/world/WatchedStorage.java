package io.balsa.raft.testkit.world;

import io.balsa.raft.cluster.Membership;
import io.balsa.raft.cluster.NodeIdentity;
import io.balsa.raft.storage.EntryRun;
import io.balsa.raft.storage.HardState;
import io.balsa.raft.storage.Storage;
import io.balsa.raft.storage.StoredState;
import io.balsa.raft.storage.file.FileStorage;
import java.util.List;

/** A storage that tells what it found when it was opened, and what it has taken since. */
final class WatchedStorage implements Storage {

    private final FileStorage storage;
    private final SimulatedServer server;
    private final ServerWatcher watcher;

    WatchedStorage(FileStorage storage, SimulatedServer server, ServerWatcher watcher) {
        this.storage = storage;
        this.server = server;
        this.watcher = watcher;
    }

    @Override
    public StoredState open(NodeIdentity identity, Membership founding) {
        StoredState found = storage.open(identity, founding);
        long last = found.last().index();
        List<EntryRun> runs = last == 0 ? List.of() : storage.read(1, last, Integer.MAX_VALUE);
        watcher.onStart(server, found.hardState(), runs);
        storage.recovery().ifPresent(recovery -> watcher.onRecovered(server, recovery));
        return found;
    }

    @Override
    public void writeHardState(HardState hardState) {
        storage.writeHardState(hardState);
        watcher.onWritten(server, hardState);
    }

    @Override
    public void append(EntryRun run) {
        storage.append(run);
        watcher.onWritten(server, run);
    }

    @Override
    public void sync() {
        server.whileDiskSyncs();
        storage.sync();
        server.troubles().onSynced();
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
