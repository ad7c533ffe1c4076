package io.balsa.raft.core;

import io.balsa.raft.cluster.Membership;
import io.balsa.raft.cluster.NodeId;
import io.balsa.raft.cluster.NodeIdentity;
import io.balsa.raft.storage.EntryKind;
import io.balsa.raft.storage.EntryRun;
import io.balsa.raft.storage.HardState;
import io.balsa.raft.storage.LogEntry;
import io.balsa.raft.storage.LogPosition;
import io.balsa.raft.storage.StoredState;
import java.util.ArrayList;
import java.util.List;

/** What a server remembers, entry by entry: a naive storage for tests. */
public final class TestDisk {

    private final LogPosition base;
    private final List<LogEntry> entries = new ArrayList<>();
    private final List<Long> chain = new ArrayList<>(); // chain value of each entry: equal if all up to it is equal
    private HardState hardState = HardState.INITIAL;

    /** A disk whose log begins after {@code base}. */
    public TestDisk(LogPosition base) {
        this.base = base;
    }

    /** A disk with the same content. */
    public TestDisk copy() {
        TestDisk copy = new TestDisk(base);
        copy.entries.addAll(entries);
        copy.chain.addAll(chain);
        copy.hardState = hardState;
        return copy;
    }

    /** Replaces term and vote. */
    public void write(HardState next) {
        hardState = next;
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
        for (LogEntry entry : run.entries()) {
            long before = chain.isEmpty() ? base.hashCode() : chain.get(chain.size() - 1);
            entries.add(entry);
            chain.add(before * 1_000_003 + entry.hashCode());
        }
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
        return index == base.index() ? base.hashCode() : chain.get(Math.toIntExact(index - base.index() - 1));
    }

    /** Whether the log goes to this index at least, with what {@link #chainAt} stands for. */
    public boolean has(long index, long chainValue) {
        return index <= lastIndex() && chainAt(index) == chainValue;
    }

    /** The terms of all entries. */
    public List<Long> terms() {
        return entries.stream().map(LogEntry::term).toList();
    }

    /** Entries as runs, up to a number of bytes and at least one. */
    public List<EntryRun> read(long from, long to, long maxBytes) {
        List<EntryRun> runs = new ArrayList<>();
        long bytes = 0;
        for (long index = from; index <= to && (runs.isEmpty() || bytes < maxBytes); index++) {
            EntryRun run = EntryRun.of(entry(index));
            bytes += run.sizeBytes();
            runs.add(run);
        }
        return runs;
    }

    /** What a storage would find here when it is opened. */
    public StoredState stored(NodeId self, Membership founding) {
        List<LogPosition> starts = new ArrayList<>();
        List<LogEntry> memberships = new ArrayList<>();
        long term = 0;
        for (LogEntry entry : entries) {
            if (entry.term() > term) {
                starts.add(entry.position());
                term = entry.term();
            }
            if (entry.kind() == EntryKind.MEMBERSHIP) {
                memberships.add(entry);
            }
        }
        LogPosition last =
                entries.isEmpty() ? base : entries.get(entries.size() - 1).position();
        return new StoredState(new NodeIdentity("test", self, 1), founding, hardState, base, last, starts, memberships);
    }
}
