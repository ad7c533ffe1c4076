package io.balsa.raft.testkit.world;

import io.balsa.raft.cluster.Membership;
import io.balsa.raft.cluster.NodeIdentity;
import io.balsa.raft.storage.EntryRun;
import io.balsa.raft.storage.HardState;
import io.balsa.raft.storage.LogPosition;
import io.balsa.raft.storage.Scrub;
import io.balsa.raft.storage.SnapshotInfo;
import io.balsa.raft.storage.SnapshotSink;
import io.balsa.raft.storage.SnapshotSource;
import io.balsa.raft.storage.Storage;
import io.balsa.raft.storage.StoredState;
import io.balsa.raft.storage.file.FileStorage;
import java.util.List;
import java.util.Optional;

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
        long first = found.base().index() + 1;
        long last = found.last().index();
        List<EntryRun> runs = last < first ? List.of() : storage.read(first, last, Integer.MAX_VALUE);
        watcher.onStart(server, found, runs);
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
    public boolean hasRoom() {
        return storage.hasRoom();
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
    public SnapshotSink beginSnapshot(LogPosition last, long membershipIndex, Membership membership) {
        return storage.beginSnapshot(last, membershipIndex, membership);
    }

    @Override
    public SnapshotSink receiveSnapshot(SnapshotInfo announced) {
        return storage.receiveSnapshot(announced);
    }

    @Override
    public Optional<SnapshotSource> openSnapshot(LogPosition last) {
        return storage.openSnapshot(last);
    }

    @Override
    public void installSnapshot(SnapshotInfo snapshot) {
        storage.installSnapshot(snapshot);
        watcher.onWritten(server, snapshot);
    }

    @Override
    public void compact(long index) {
        storage.compact(index);
        watcher.onCompacted(server, index);
    }

    @Override
    public Scrub scrub() {
        return storage.scrub();
    }

    @Override
    public void close() {
        storage.close();
    }
}
