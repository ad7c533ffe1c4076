package io.balsa.raft.core;

import io.balsa.raft.storage.LogPosition;
import java.util.ArrayList;
import java.util.List;

/**
 * The term of every index, one row for each term: so the log matching checks of section 3.5 need no disk. Rows ascend in
 * index and term.
 */
final class TermTable {

    private LogPosition base;
    private final List<LogPosition> starts;
    private long lastIndex;

    TermTable(LogPosition base, LogPosition last, List<LogPosition> starts) {
        this.base = base;
        this.lastIndex = last.index();
        this.starts = new ArrayList<>(starts);
        assert last.equals(lastPosition()) : "rows " + starts + " do not lead to " + last;
    }

    /** The position just before the first entry. */
    LogPosition base() {
        return base;
    }

    LogPosition lastPosition() {
        return starts.isEmpty()
                ? base
                : new LogPosition(lastIndex, starts.get(starts.size() - 1).term());
    }

    /** Whether the table knows the term at this index. */
    boolean covers(long index) {
        return index >= base.index() && index <= lastIndex;
    }

    /** The term of the entry at an index that is {@linkplain #covers covered}. */
    long termAt(long index) {
        assert covers(index) : index + " is not within " + base + " to " + lastIndex;
        return index == base.index() ? base.term() : starts.get(rowOf(index)).term();
    }

    boolean contains(LogPosition position) {
        return covers(position.index()) && termAt(position.index()) == position.term();
    }

    /** The highest position that is neither above {@code index} nor of a later term than {@code term}. */
    LogPosition lastPositionWithin(long index, long term) {
        long highest = Math.min(index, lastIndex);
        for (int row = starts.size() - 1; row >= 0; row--) {
            LogPosition start = starts.get(row);
            if (start.index() <= highest) {
                if (start.term() <= term) {
                    return new LogPosition(highest, start.term());
                }
                highest = start.index() - 1;
            }
        }
        return base;
    }

    /** Adds entries of one term, up to {@code last}. */
    void append(long first, LogPosition last) {
        assert first == lastIndex + 1 : "a gap between " + lastIndex + " and " + first;
        long lastTerm = lastPosition().term();
        if (last.term() < lastTerm) {
            throw new SafetyViolation("an entry of term " + last.term() + " after one of term " + lastTerm);
        }
        if (starts.isEmpty() || last.term() > lastTerm) {
            starts.add(new LogPosition(first, last.term()));
        }
        lastIndex = last.index();
    }

    /** Drops the entry at {@code index} and all after it. */
    void truncateFrom(long index) {
        assert index > base.index() && index <= lastIndex : index + " is not within " + base + " to " + lastIndex;
        while (!starts.isEmpty() && starts.get(starts.size() - 1).index() >= index) {
            starts.remove(starts.size() - 1);
        }
        lastIndex = index - 1;
    }

    /** The table begins after this index from now on; what comes after stays as it is. */
    void compactTo(long index) {
        assert covers(index) : index + " is not within " + base + " to " + lastIndex;
        base = new LogPosition(index, termAt(index));
        if (index == lastIndex) {
            starts.clear();
            return;
        }
        int row = rowOf(index + 1);
        starts.subList(0, row).clear();
        LogPosition first = starts.get(0);
        starts.set(0, new LogPosition(Math.max(first.index(), index + 1), first.term()));
    }

    /** Forgets everything: a snapshot stands for the log up to its position, and nothing comes after. */
    void resetTo(LogPosition snapshot) {
        base = snapshot;
        starts.clear();
        lastIndex = snapshot.index();
    }

    private int rowOf(long index) {
        int low = 0;
        int high = starts.size() - 1;
        while (low < high) {
            int middle = (low + high + 1) >>> 1;
            if (starts.get(middle).index() <= index) {
                low = middle;
            } else {
                high = middle - 1;
            }
        }
        return low;
    }
}
