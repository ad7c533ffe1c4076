package io.balsa.raft.testkit.coverage;

import io.balsa.raft.storage.EntryRun;
import java.util.Arrays;
import java.util.Optional;

/**
 * The terms of a log's entries: index and term name an entry. Where a snapshot stands for the beginning of the log, the
 * committed log tells them.
 */
final class TermLog {

    private final Optional<TermLog> canon;
    private long[] terms = new long[64];
    private int base;
    private int last;

    /** The log of what is committed. */
    TermLog() {
        canon = Optional.empty();
    }

    /** A log whose beginning a snapshot may stand for. */
    TermLog(TermLog canon) {
        this.canon = Optional.of(canon);
    }

    /** After this index the log begins. */
    int base() {
        return base;
    }

    int last() {
        return last;
    }

    /** The term of the entry at this index; 0 if there is none. */
    long termAt(long index) {
        if (index < 1 || index > last) {
            return 0;
        }
        return index <= base && canon.isPresent() ? canon.get().termAt(index) : terms[(int) index - 1];
    }

    /** Adds entries in the place of those from the first on; what they do not reach is dropped. */
    void append(EntryRun run) {
        append((int) run.firstIndex(), run.count(), run.term());
    }

    void append(int first, int count, long term) {
        last = first - 1 + count;
        while (last > terms.length) {
            terms = Arrays.copyOf(terms, 2 * terms.length);
        }
        Arrays.fill(terms, first - 1, last, term);
        base = Math.min(base, last);
    }

    /** Entries up to this index are gone; a snapshot stands for them. If the log does not reach it, all of it is gone. */
    void beginAfter(long index) {
        base = (int) index;
        last = Math.max(last, base);
    }

    void clear() {
        base = 0;
        last = 0;
    }
}
