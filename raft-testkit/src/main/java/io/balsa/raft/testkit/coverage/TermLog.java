package io.balsa.raft.testkit.coverage;

import io.balsa.raft.storage.EntryRun;
import java.util.Arrays;

/** The terms of a log's entries: index and term name an entry. */
final class TermLog {

    private long[] terms = new long[64];
    private int last;

    int last() {
        return last;
    }

    /** The term of the entry at this index; 0 if there is none. */
    long termAt(long index) {
        return index < 1 || index > last ? 0 : terms[(int) index - 1];
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
    }

    void clear() {
        last = 0;
    }
}
