package io.balsa.raft.storage;

import io.balsa.raft.cluster.Membership;
import io.balsa.raft.cluster.NodeIdentity;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * A store in memory: for tests, for trying things out, and to show what a {@link Storage} has to do. It forgets
 * everything with the process, so a server that uses it must never come back under its old id once its process is gone:
 * it would have forgotten its vote.
 *
 * <p>Within the process a server can be stopped and started again on the same store: {@link #close} gives the store back
 * and keeps what it holds. The store tells apart what was written and what was synced, so that a test can ask with
 * {@link #loseUnsynced} for what a crash of the machine would have left. What {@link #open} has told is never lost
 * again, since a server counts on what it was told.
 *
 * <p>Nothing is limited: without snapshots the log grows as long as the process has memory. Of the snapshots the newest two
 * are kept. A snapshot that was committed is durable at once, and so is what was received of one.
 *
 * <p>Safe for use by several threads. Beyond what {@link Storage} names, all methods throw {@link IllegalStateException}
 * if the store is not open, {@link #append} throws {@link IllegalArgumentException} for a run that does not follow from the
 * log, and {@link #compact} for entries that no snapshot covers.
 */
public final class MemoryStorage implements Storage {

    private final MemorySnapshots snapshots = new MemorySnapshots();
    private final List<Consumer<MemoryLog>> unsynced = new ArrayList<>();
    private final MemoryLog synced = new MemoryLog();
    private MemoryLog written = new MemoryLog();
    private HardState writtenHardState = HardState.INITIAL;
    private HardState syncedHardState = HardState.INITIAL;
    private @Nullable NodeIdentity owner;
    private @Nullable Membership founding;
    private boolean isOpen;

    /** An empty store; the first {@link #open} decides whose it is. */
    public MemoryStorage() {}

    @Override
    public synchronized StoredState open(NodeIdentity identity, Membership founding) {
        Objects.requireNonNull(identity, "identity");
        Objects.requireNonNull(founding, "founding");
        if (isOpen) {
            throw new StorageException("This store is in use by " + owner + "; close that server before " + identity
                    + " is started on it, or give each server a store of its own.");
        }
        NodeIdentity keptOwner = owner == null ? identity : owner;
        Membership keptFounding = this.founding == null ? founding : this.founding;
        if (!keptOwner.cluster().equals(identity.cluster()) || !keptOwner.node().equals(identity.node())) {
            throw new StorageException("This store belongs to server " + keptOwner.node() + " of cluster '"
                    + keptOwner.cluster() + "', not to server " + identity.node() + " of cluster '"
                    + identity.cluster() + "'; give each server a store of its own.");
        }
        owner = keptOwner;
        this.founding = keptFounding;
        isOpen = true;
        snapshots.newest().ifPresent(this::finishInstalling);
        sync();
        return new StoredState(
                keptOwner,
                keptFounding,
                writtenHardState,
                written.base(),
                written.last(),
                written.termStarts(),
                written.memberships(),
                snapshots.newest());
    }

    private void finishInstalling(SnapshotInfo newest) {
        if (!written.has(newest.last())) {
            change(log -> log.install(newest.last()));
            if (newest.last().term() > writtenHardState.currentTerm()) {
                writtenHardState = new HardState(newest.last().term(), Optional.empty());
            }
        }
    }

    @Override
    public synchronized void writeHardState(HardState hardState) {
        requireOpen();
        writtenHardState = Objects.requireNonNull(hardState, "hardState");
    }

    @Override
    public synchronized void append(EntryRun run) {
        requireOpen();
        Objects.requireNonNull(run, "run");
        change(log -> log.append(run));
    }

    /** Changes what is written, and what is synced at the next sync. */
    private void change(Consumer<MemoryLog> change) {
        change.accept(written);
        unsynced.add(change);
    }

    @Override
    public synchronized void sync() {
        requireOpen();
        for (Consumer<MemoryLog> change : unsynced) {
            change.accept(synced);
        }
        unsynced.clear();
        syncedHardState = writtenHardState;
    }

    @Override
    public synchronized List<EntryRun> read(long from, long to, int maxBytes) {
        requireOpen();
        return written.read(from, to, maxBytes);
    }

    @Override
    public synchronized SnapshotSink beginSnapshot(LogPosition last, long membershipIndex, Membership membership) {
        requireOpen();
        return snapshots.begin(last, membershipIndex, membership);
    }

    @Override
    public synchronized SnapshotSink receiveSnapshot(SnapshotInfo announced) {
        requireOpen();
        return snapshots.receive(Objects.requireNonNull(announced, "announced"));
    }

    @Override
    public synchronized Optional<SnapshotSource> openSnapshot(LogPosition last) {
        requireOpen();
        return snapshots.open(Objects.requireNonNull(last, "last"));
    }

    @Override
    public synchronized void installSnapshot(SnapshotInfo snapshot) {
        requireOpen();
        if (!snapshots.has(snapshot.last())) {
            throw new IllegalArgumentException("there is no " + snapshot + " to install");
        }
        change(log -> log.install(snapshot.last()));
    }

    @Override
    public synchronized void compact(long index) {
        requireOpen();
        long covered = snapshots.newest().map(SnapshotInfo::index).orElse(0L);
        if (index > covered || index > written.last().index()) {
            throw new IllegalArgumentException("entries up to " + index + " are still needed: the log ends at "
                    + written.last() + ", and snapshots cover it up to " + covered);
        }
        change(log -> log.compact(index));
    }

    @Override
    public synchronized void close() {
        isOpen = false;
        snapshots.release();
    }

    /**
     * Falls back to what the last {@link #sync} or {@link #open} made durable, and gives the store back: what is left
     * after a crash of the machine. Call it when the server that had the store does nothing more with it.
     */
    public synchronized void loseUnsynced() {
        unsynced.clear();
        written = synced.copy();
        writtenHardState = syncedHardState;
        close();
    }

    private void requireOpen() {
        if (!isOpen) {
            throw new IllegalStateException("the store is not open");
        }
    }
}
