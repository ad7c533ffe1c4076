package io.balsa.raft.storage;

import io.balsa.raft.cluster.Membership;
import io.balsa.raft.cluster.NodeIdentity;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Objects;
import java.util.TreeMap;
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
 * <p>Nothing is limited and nothing is ever thrown away: the log grows as long as the process has memory.
 *
 * <p>Safe for use by several threads. Beyond what {@link Storage} names, all methods throw {@link IllegalStateException}
 * if the store is not open, and {@link #append} throws {@link IllegalArgumentException} for a run that does not follow
 * from the log.
 */
public final class MemoryStorage implements Storage {

    private final List<EntryRun> unsynced = new ArrayList<>();
    private Log written = new Log(new TreeMap<>());
    private Log synced = new Log(new TreeMap<>());
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
        sync();
        return new StoredState(
                keptOwner,
                keptFounding,
                writtenHardState,
                LogPosition.ZERO,
                written.last(),
                written.termStarts(),
                written.memberships());
    }

    @Override
    public synchronized void writeHardState(HardState hardState) {
        requireOpen();
        writtenHardState = Objects.requireNonNull(hardState, "hardState");
    }

    @Override
    public synchronized void append(EntryRun run) {
        requireOpen();
        written.append(run);
        unsynced.add(run);
    }

    @Override
    public synchronized void sync() {
        requireOpen();
        for (EntryRun run : unsynced) {
            synced.append(run);
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
    public synchronized void close() {
        isOpen = false;
    }

    /**
     * Falls back to what the last {@link #sync} or {@link #open} made durable, and gives the store back: what is left
     * after a crash of the machine. Call it when the server that had the store does nothing more with it.
     */
    public synchronized void loseUnsynced() {
        unsynced.clear();
        written = new Log(new TreeMap<>(synced.runs()));
        writtenHardState = syncedHardState;
        isOpen = false;
    }

    private void requireOpen() {
        if (!isOpen) {
            throw new IllegalStateException("the store is not open");
        }
    }

    /** The runs that make up the log, by the index of their first entry: no gap between them, and no overlap. */
    private record Log(NavigableMap<Long, EntryRun> runs) {

        LogPosition last() {
            return runs.isEmpty()
                    ? LogPosition.ZERO
                    : runs.lastEntry().getValue().lastPosition();
        }

        void append(EntryRun run) {
            requireThatItFollows(run);
            runs.tailMap(run.firstIndex(), true).clear();
            Map.Entry<Long, EntryRun> before = runs.lastEntry();
            if (before != null && before.getValue().contains(run.firstIndex())) {
                runs.put(before.getKey(), before.getValue().slice(before.getKey(), run.firstIndex() - 1));
            }
            runs.put(run.firstIndex(), run);
        }

        private void requireThatItFollows(EntryRun run) {
            if (run.firstIndex() > last().index() + 1) {
                throw new IllegalArgumentException(
                        "a run that begins at " + run.firstIndex() + " leaves a gap after the last entry, " + last());
            }
            Map.Entry<Long, EntryRun> before = runs.lowerEntry(run.firstIndex());
            if (before != null && before.getValue().term() > run.term()) {
                throw new IllegalArgumentException(
                        "terms never fall in a log, but " + run + " is to follow " + before.getValue());
            }
        }

        List<EntryRun> read(long from, long to, int maxBytes) {
            if (from > last().index()) {
                return List.of();
            }
            Map.Entry<Long, EntryRun> first = runs.floorEntry(from);
            if (first == null || from > to || !first.getValue().contains(from)) {
                throw new StorageException(
                        "The log has no entries " + from + ".." + to + " to read: it ends at " + last() + ".");
            }
            List<EntryRun> read = new ArrayList<>();
            long bytes = 0;
            for (EntryRun run :
                    runs.tailMap(first.getKey(), true).headMap(to, true).values()) {
                EntryRun wanted = run.slice(Math.max(from, run.firstIndex()), Math.min(to, run.lastIndex()));
                bytes += wanted.sizeBytes();
                if (bytes > maxBytes) {
                    // Only the first run is cut: the next read begins with this one and gets it whole.
                    if (read.isEmpty()) {
                        read.add(cut(wanted, maxBytes));
                    }
                    break;
                }
                read.add(wanted);
            }
            return read;
        }

        /** As many of the first entries as fit into so many bytes, but at least one. */
        private static EntryRun cut(EntryRun run, int maxBytes) {
            long last = run.firstIndex();
            long bytes = EntryRun.HEADER_BYTES + Integer.BYTES + (long) run.payloadBytes(last);
            while (last < run.lastIndex()) {
                bytes += Integer.BYTES + (long) run.payloadBytes(last + 1);
                if (bytes > maxBytes) {
                    break;
                }
                last++;
            }
            return run.slice(run.firstIndex(), last);
        }

        List<LogPosition> termStarts() {
            List<LogPosition> starts = new ArrayList<>();
            long term = 0;
            for (EntryRun run : runs.values()) {
                if (run.term() > term) {
                    term = run.term();
                    starts.add(new LogPosition(run.firstIndex(), term));
                }
            }
            return starts;
        }

        List<LogEntry> memberships() {
            List<LogEntry> memberships = new ArrayList<>();
            for (EntryRun run : runs.values()) {
                if (run.kind() == EntryKind.MEMBERSHIP) {
                    memberships.addAll(run.entries());
                }
            }
            return memberships;
        }
    }
}
