package io.balsa.raft.testkit.oracle;

import io.balsa.raft.cluster.Membership;
import io.balsa.raft.storage.SnapshotInfo;
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
    private int[] lastCommands = new int[64]; // where the last command up to here stands
    private final MembershipRows memberships;
    private int size;
    private int startOfLastTerm = 1;
    private int startOfLastCommitTerm = 1;

    /** Nothing is committed yet, in a cluster that was founded so. */
    CommittedLog(Membership founding) {
        memberships = new MembershipRows(founding);
    }

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

    /** Where the last command stands that is not above this index; 0 if there is none. */
    long lastCommandUpTo(long index) {
        return index == 0 ? 0 : lastCommands[(int) index - 1];
    }

    /** The membership as of an index that is committed. */
    MembershipRows.Row membershipAsOf(long index) {
        return memberships.asOf(index);
    }

    /** The latest term in which anything was committed; 0 if nothing was. */
    long lastCommitTerm() {
        return size == 0 ? 0 : commitTerms[size - 1];
    }

    /**
     * What a snapshot covers is committed (S6), and the membership that it names is the one as of its end: not a later one,
     * and not the one that a server happens to have (M8).
     */
    void requireSnapshot(SnapshotInfo snapshot, String whose) {
        if (snapshot.index() > size
                || termAt(snapshot.index()) != snapshot.last().term()) {
            throw new Violation("S6", whose + " covers what is not committed: " + snapshot + "; committed is " + size);
        }
        MembershipRows.Row row = membershipAsOf(snapshot.index());
        if (!row.equals(MembershipRows.Row.of(snapshot))) {
            throw new Violation(
                    "M8",
                    whose + ", " + snapshot + ", names the membership of " + snapshot.membershipIndex() + ", "
                            + snapshot.membership() + ", but as of its end it is that of " + row.index() + ", "
                            + row.membership());
        }
    }

    /** The log's entries up to {@code last} are committed now, by the leader of this term. */
    void extend(LogMirror log, long last, long commitTerm) {
        while (last > terms.length) {
            int larger = 2 * terms.length;
            terms = Arrays.copyOf(terms, larger);
            hashes = Arrays.copyOf(hashes, larger);
            commitTerms = Arrays.copyOf(commitTerms, larger);
            results = Arrays.copyOf(results, larger);
            lastCommands = Arrays.copyOf(lastCommands, larger);
        }
        memberships.extend(log.memberships(), size, last);
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
            lastCommands[size] = log.isCommand(size + 1L) ? size + 1 : (int) lastCommandUpTo(size);
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
