package io.balsa.raft.storage;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.TreeMap;

/** The log of a {@link MemoryStorage}: runs by the index of their first entry, without gap or overlap. */
final class MemoryLog {

    private final NavigableMap<Long, EntryRun> runs = new TreeMap<>();
    private LogPosition base = LogPosition.ZERO;

    /** A log with the same entries, that changes by itself. */
    MemoryLog copy() {
        MemoryLog copy = new MemoryLog();
        copy.base = base;
        copy.runs.putAll(runs);
        return copy;
    }

    /** The position before the first entry. */
    LogPosition base() {
        return base;
    }

    /** The position of the last entry; {@link #base} if there is none. */
    LogPosition last() {
        return runs.isEmpty() ? base : runs.lastEntry().getValue().lastPosition();
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
        if (run.firstIndex() <= base.index()) {
            throw new IllegalArgumentException("the log begins after " + base + ", so " + run + " has no place in it");
        }
        Map.Entry<Long, EntryRun> before = runs.lowerEntry(run.firstIndex());
        if (before != null && before.getValue().term() > run.term()) {
            throw new IllegalArgumentException(
                    "terms never fall in a log, but " + run + " is to follow " + before.getValue());
        }
    }

    /** Whether the log, with what a snapshot stands for before it, has this very entry, or had it. */
    boolean has(LogPosition position) {
        if (position.index() <= base.index()) {
            return position.index() < base.index() || position.equals(base);
        }
        return position.index() <= last().index() && termAt(position.index()) == position.term();
    }

    private long termAt(long index) {
        return index == base.index()
                ? base.term()
                : runs.floorEntry(index).getValue().term();
    }

    /** Drops the entries up to and with this index, if it has them. */
    void compact(long index) {
        if (index <= base.index()) {
            return;
        }
        base = new LogPosition(index, termAt(index));
        while (!runs.isEmpty() && runs.firstKey() <= index) {
            EntryRun first = runs.pollFirstEntry().getValue();
            if (first.lastIndex() > index) {
                runs.put(index + 1, first.slice(index + 1, first.lastIndex()));
            }
        }
    }

    /** Lets a snapshot that ends at this position stand for everything before: what follows it stays, if it follows. */
    void install(LogPosition snapshot) {
        if (has(snapshot)) {
            compact(snapshot.index());
        } else {
            runs.clear();
            base = snapshot;
        }
    }

    List<EntryRun> read(long from, long to, int maxBytes) {
        if (from > last().index()) {
            return List.of();
        }
        if (from >= 1 && from <= base.index()) {
            throw new StorageException(
                    "The log begins after " + base + ", so entry " + from + " is gone: a snapshot stands for it.");
        }
        Map.Entry<Long, EntryRun> first = runs.floorEntry(from);
        if (first == null || from > to || !first.getValue().contains(from)) {
            throw new StorageException(
                    "The log has no entries " + from + ".." + to + " to read: it ends at " + last() + ".");
        }
        List<EntryRun> read = new ArrayList<>();
        long bytes = 0;
        for (EntryRun run : runs.tailMap(first.getKey(), true).headMap(to, true).values()) {
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
