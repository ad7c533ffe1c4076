package io.balsa.raft.testkit.oracle;

import java.util.Arrays;

/**
 * What is committed: at each index the entry that was first seen committed there, and in which term. No server knows as
 * much. Both the terms of entries and the terms they were committed in never decrease.
 */
final class CommittedLog {

    private long[] terms = new long[64];
    private long[] hashes = new long[64];
    private long[] commitTerms = new long[64];
    private long[] results = new long[64]; // of the commands, 0 if none was seen
    private boolean[] commands = new boolean[64];
    private int size;
    private int startOfLastTerm = 1;
    private int startOfLastCommitTerm = 1;

    long size() {
        return size;
    }

    long termAt(long index) {
        return index == 0 ? 0 : terms[(int) index - 1];
    }

    /** The hash of everything committed up to this index. */
    long hashAt(long index) {
        return index == 0 ? 0 : hashes[(int) index - 1];
    }

    boolean isCommand(long index) {
        return commands[(int) index - 1];
    }

    /** The log's entries up to {@code last} are committed now, by the leader of this term. */
    void extend(LogMirror log, long last, long commitTerm) {
        while (last > terms.length) {
            int larger = 2 * terms.length;
            terms = Arrays.copyOf(terms, larger);
            hashes = Arrays.copyOf(hashes, larger);
            commitTerms = Arrays.copyOf(commitTerms, larger);
            results = Arrays.copyOf(results, larger);
            commands = Arrays.copyOf(commands, larger);
        }
        if (size > 0 && commitTerm > commitTerms[size - 1]) {
            startOfLastCommitTerm = size + 1;
        }
        while (size < last) {
            long term = log.termAt(size + 1L);
            if (term > termAt(size)) {
                startOfLastTerm = size + 1;
            }
            terms[size] = term;
            hashes[size] = log.hashAt(size + 1L);
            commitTerms[size] = commitTerm;
            commands[size] = log.isCommand(size + 1L);
            size++;
        }
    }

    /** Up to where a leader of this term must have it, because it was committed in an earlier one (S4). */
    long committedBefore(long term) {
        if (size == 0 || term > commitTerms[size - 1]) {
            return size;
        }
        if (term == commitTerms[size - 1]) {
            return startOfLastCommitTerm - 1L;
        }
        int low = 0;
        int high = size;
        while (low < high) {
            int middle = (low + high + 1) >>> 1;
            if (commitTerms[middle - 1] < term) {
                low = middle;
            } else {
                high = middle - 1;
            }
        }
        return low;
    }

    /**
     * Up to where whoever has an entry of this term must have it: what that term's leader had from the beginning, because
     * an earlier leader had committed it, or found there and committed itself (S10).
     */
    long heldByAllOf(long term) {
        if (size == 0 || term > commitTerms[size - 1]) {
            return size;
        }
        if (term == termAt(size)) {
            return startOfLastTerm - 1L;
        }
        int low = 0;
        int high = size;
        while (low < high) {
            int middle = (low + high + 1) >>> 1;
            if (commitTerms[middle - 1] <= term && terms[middle - 1] < term) {
                low = middle;
            } else {
                high = middle - 1;
            }
        }
        return low;
    }

    /** Whether a state machine may answer so to the command at this index; from now on none may answer otherwise. */
    boolean agreeOnResult(long index, long hash) {
        int at = (int) index - 1;
        long notZero = hash == 0 ? 1 : hash;
        if (results[at] == 0) {
            results[at] = notZero;
        }
        return results[at] == notZero;
    }
}
