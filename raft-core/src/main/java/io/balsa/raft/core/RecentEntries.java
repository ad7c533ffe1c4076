package io.balsa.raft.core;

import io.balsa.raft.storage.EntryRun;
import java.util.ArrayList;
import java.util.List;

/**
 * The newest entries, in memory, without a gap up to the end of the log: what followers and the state machine need next,
 * as a rule. Bounded in bytes, save that what is not yet durable is never let go.
 */
final class RecentEntries {

    private final long maxBytes;
    private final List<EntryRun> runs = new ArrayList<>();
    private long bytes;

    RecentEntries(long maxBytes) {
        this.maxBytes = maxBytes;
    }

    long bytes() {
        return bytes;
    }

    long maxBytes() {
        return maxBytes;
    }

    void append(EntryRun run) {
        assert isEmpty() || runs.get(runs.size() - 1).lastIndex() + 1 == run.firstIndex() : "a gap before " + run;
        runs.add(run);
        bytes += run.sizeBytes();
    }

    /** Drops the entry at {@code index} and all after it. */
    void truncateFrom(long index) {
        while (!isEmpty() && runs.get(runs.size() - 1).lastIndex() >= index) {
            EntryRun last = runs.remove(runs.size() - 1);
            bytes -= last.sizeBytes();
            if (last.firstIndex() < index) {
                append(last.slice(last.firstIndex(), index - 1));
            }
        }
    }

    /** Lets go of everything. */
    void clear() {
        runs.clear();
        bytes = 0;
    }

    /** Lets go of the oldest entries while there are too many bytes, but of none above {@code durableIndex}. */
    void trim(long durableIndex) {
        int head = 0;
        while (bytes > maxBytes && head < runs.size() && runs.get(head).lastIndex() <= durableIndex) {
            bytes -= runs.get(head).sizeBytes();
            head++;
        }
        runs.subList(0, head).clear();
    }

    /** Whether the entry at this index, and so all after it, is here. */
    boolean holds(long index) {
        return !isEmpty()
                && index >= runs.get(0).firstIndex()
                && index <= runs.get(runs.size() - 1).lastIndex();
    }

    /**
     * The entries from an index that is {@linkplain #holds held}, in whole runs save perhaps the first, as many as have
     * {@code maxBytes} together, and at least one run.
     */
    List<EntryRun> from(long index, long maxBytes) {
        assert holds(index) : index + " is not held";
        List<EntryRun> found = new ArrayList<>();
        int at = runOf(index);
        EntryRun first = runs.get(at).slice(index, runs.get(at).lastIndex());
        long size = 0;
        for (EntryRun run = first; run != null; run = ++at < runs.size() ? runs.get(at) : null) {
            size += run.sizeBytes();
            if (size > maxBytes && !found.isEmpty()) {
                break;
            }
            found.add(run);
        }
        return found;
    }

    /** Whole runs that have the entries of {@code from} to {@code to}, as far as they are here: the last of them. */
    List<EntryRun> covering(long from, long to) {
        if (isEmpty() || to < runs.get(0).firstIndex()) {
            return List.of();
        }
        long first = Math.max(from, runs.get(0).firstIndex());
        return List.copyOf(runs.subList(runOf(first), runOf(to) + 1));
    }

    private boolean isEmpty() {
        return runs.isEmpty();
    }

    private int runOf(long index) {
        int low = 0;
        int high = runs.size() - 1;
        while (low < high) {
            int middle = (low + high + 1) >>> 1;
            if (runs.get(middle).firstIndex() <= index) {
                low = middle;
            } else {
                high = middle - 1;
            }
        }
        return low;
    }
}
