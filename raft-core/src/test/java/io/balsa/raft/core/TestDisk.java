package io.balsa.raft.core;

import io.balsa.raft.cluster.Membership;
import io.balsa.raft.cluster.NodeId;
import io.balsa.raft.cluster.NodeIdentity;
import io.balsa.raft.storage.EntryKind;
import io.balsa.raft.storage.EntryRun;
import io.balsa.raft.storage.HardState;
import io.balsa.raft.storage.LogEntry;
import io.balsa.raft.storage.LogPosition;
import io.balsa.raft.storage.SnapshotInfo;
import io.balsa.raft.storage.StoredState;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** What a server remembers, entry by entry: a naive storage for tests. */
public final class TestDisk {

    private record Decoded(LogEntry entry, Membership membership) {}

    private LogPosition base;
    private long baseChain;
    private final List<LogEntry> entries = new ArrayList<>();
    private final List<Long> chain = new ArrayList<>(); // chain value of each entry: equal if all up to it is equal
    private final List<LogEntry> memberships = new ArrayList<>();
    private final SortedMap<Long, Long> snapshotChains = new TreeMap<>(); // by index
    private @Nullable Decoded lastDecoded;
    private HardState hardState = HardState.INITIAL;
    private Optional<SnapshotInfo> snapshot = Optional.empty();
    private long storeId;
    private Optional<LogPosition> promised = Optional.empty(); // the last entry before damage took some

    /** A disk whose log begins after {@code base}. */
    public TestDisk(LogPosition base) {
        this.base = base;
        baseChain = base.hashCode();
    }

    /** A disk with the same content. */
    public TestDisk copy() {
        TestDisk copy = new TestDisk(base);
        copy.baseChain = baseChain;
        copy.entries.addAll(entries);
        copy.chain.addAll(chain);
        copy.memberships.addAll(memberships);
        copy.snapshotChains.putAll(snapshotChains);
        copy.hardState = hardState;
        copy.snapshot = snapshot;
        copy.storeId = storeId;
        copy.promised = promised;
        return copy;
    }

    /** Replaces term and vote. */
    public void write(HardState next) {
        hardState = next;
    }

    /** The name of the store; 0, which is unknown to everybody, unless a test gives it one. */
    public void storeId(long id) {
        storeId = id;
    }

    /** The name of the store. */
    public long storeId() {
        return storeId;
    }

    /** A snapshot that the server has taken, or received in full, of a log with this {@link #chainAt}: durable at once. */
    public void add(SnapshotInfo added, long chainValue) {
        snapshotChains.put(added.index(), chainValue);
        if (snapshot.isEmpty() || snapshot.get().index() < added.index()) {
            snapshot = Optional.of(added);
        }
    }

    /** The newest snapshot. */
    public Optional<SnapshotInfo> snapshot() {
        return snapshot;
    }

    /** What a snapshot stands for. */
    public long chainOf(SnapshotInfo stored) {
        return snapshotChains.getOrDefault(stored.index(), (long) stored.last().hashCode());
    }

    /** The snapshot stands for the log up to its end. */
    public void install(SnapshotInfo installed) {
        if (contains(installed.last())) {
            compactTo(installed.index());
        } else if (installed.index() > base.index()) {
            entries.clear();
            chain.clear();
            memberships.clear();
            base = installed.last();
            baseChain = chainOf(installed);
        }
    }

    private boolean contains(LogPosition position) {
        return position.index() >= base.index()
                && position.index() <= lastIndex()
                && termAt(position.index()) == position.term();
    }

    /** Drops the entries up to this index. */
    public void compactTo(long index) {
        if (index <= base.index()) {
            return;
        }
        int count = Math.toIntExact(index - base.index());
        baseChain = chainAt(index);
        base = new LogPosition(index, termAt(index));
        entries.subList(0, count).clear();
        chain.subList(0, count).clear();
        memberships.removeIf(entry -> entry.index() <= index);
    }

    private long termAt(long index) {
        return index == base.index() ? base.term() : entry(index).term();
    }

    /** Appends a run, and drops what was there from its first index on. */
    public void write(EntryRun run) {
        if (run.firstIndex() <= base.index() || run.firstIndex() > lastIndex() + 1) {
            throw new AssertionError(run + " does not fit after " + lastIndex());
        }
        while (lastIndex() >= run.firstIndex()) {
            entries.remove(entries.size() - 1);
            chain.remove(chain.size() - 1);
        }
        memberships.removeIf(entry -> entry.index() >= run.firstIndex());
        for (LogEntry entry : run.entries()) {
            long before = chain.isEmpty() ? baseChain : chain.get(chain.size() - 1);
            entries.add(entry);
            chain.add(before * 1_000_003 + entry.hashCode());
            if (entry.kind() == EntryKind.MEMBERSHIP) {
                memberships.add(entry);
            }
        }
    }

    /** Damage takes all entries from this index on; the disk remembers that it had them. */
    public void lose(long fromIndex) {
        LogPosition last = last();
        promised = Optional.of(
                promised.filter(before -> before.isAtLeastAsUpToDateAs(last)).orElse(last));
        while (lastIndex() >= fromIndex) {
            entries.remove(entries.size() - 1);
            chain.remove(chain.size() - 1);
        }
        memberships.removeIf(entry -> entry.index() >= fromIndex);
    }

    private LogPosition last() {
        return entries.isEmpty() ? base : entries.get(entries.size() - 1).position();
    }

    /** Term and vote. */
    public HardState hardState() {
        return hardState;
    }

    /** The index before the first entry. */
    public long baseIndex() {
        return base.index();
    }

    /** Where the log ends. */
    public long lastIndex() {
        return base.index() + entries.size();
    }

    /** The entry at this index. */
    public LogEntry entry(long index) {
        return entries.get(Math.toIntExact(index - base.index() - 1));
    }

    /** A number that is the same on two disks if their logs are the same up to {@code index}. */
    public long chainAt(long index) {
        return index == base.index() ? baseChain : chain.get(Math.toIntExact(index - base.index() - 1));
    }

    /** Whether the log goes to this index at least, with what {@link #chainAt} stands for as far as it can be seen. */
    public boolean has(long index, long chainValue) {
        if (snapshot.isPresent() && !contains(snapshot.get().last())) {
            // It is installed when the server starts, if not before.
            long covered = snapshot.get().index();
            if (index <= covered && covered > base.index()) {
                return index < covered || chainOf(snapshot.get()) == chainValue;
            }
        }
        return index <= lastIndex() && (index < base.index() || chainAt(index) == chainValue);
    }

    /** Where the log would end if the server started now. */
    long recoveredIndex() {
        return Math.max(lastIndex(), snapshot.map(SnapshotInfo::index).orElse(0L));
    }

    /** The membership in effect by the rule of section 4.1: the last in the log, else the snapshot's, else the first. */
    public Membership membership(Membership founding) {
        return memberships.isEmpty()
                ? snapshot.map(SnapshotInfo::membership).orElse(founding)
                : decoded(memberships.get(memberships.size() - 1));
    }

    private Membership decoded(LogEntry entry) {
        if (lastDecoded == null || !lastDecoded.entry.equals(entry)) {
            lastDecoded = new Decoded(entry, Membership.decode(entry.data()));
        }
        return lastDecoded.membership;
    }

    /** The terms of all entries. */
    public List<Long> terms() {
        return entries.stream().map(LogEntry::term).toList();
    }

    /** Entries as runs, up to a number of bytes and at least one; none if they are gone. */
    public List<EntryRun> read(long from, long to, long maxBytes) {
        List<EntryRun> runs = new ArrayList<>();
        long bytes = 0;
        long end = from > base.index() ? Math.min(to, lastIndex()) : 0;
        for (long index = from; index <= end && (runs.isEmpty() || bytes < maxBytes); index++) {
            EntryRun run = EntryRun.of(entry(index));
            bytes += run.sizeBytes();
            runs.add(run);
        }
        return runs;
    }

    /** What a storage would find here when it is opened. */
    public StoredState stored(NodeId self, Membership founding) {
        // A crash may have come between the end of a snapshot and its installation.
        snapshot.filter(newest -> newest.index() > base.index() && !contains(newest.last()))
                .ifPresent(this::install);
        List<LogPosition> starts = new ArrayList<>();
        long term = 0;
        for (LogEntry entry : entries) {
            if (entry.term() > term) {
                starts.add(entry.position());
                term = entry.term();
            }
        }
        LogPosition last = last();
        promised = promised.filter(before -> !last.isAtLeastAsUpToDateAs(before));
        Optional<SnapshotInfo> newest = snapshot;
        if (newest.isEmpty() && base.index() > 0) {
            newest = Optional.of(new SnapshotInfo(base, 0, founding, 0, 0));
        }
        return new StoredState(
                new NodeIdentity("test", self, storeId),
                founding,
                hardState,
                base,
                last,
                starts,
                memberships,
                newest,
                promised.orElse(last));
    }
}
