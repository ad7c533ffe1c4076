package io.balsa.raft.core;

import io.balsa.raft.cluster.Membership;
import io.balsa.raft.storage.EntryRun;
import io.balsa.raft.storage.LogPosition;
import io.balsa.raft.storage.StoredState;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;

/**
 * The log as the algorithm sees it: the term of every index, the newest entries, the memberships in it, and how far it is
 * committed, written and durable.
 */
final class RaftLog {

    /** Entries up to {@code lastIndex} are on their way to the disk with the Ready of this number. */
    private record Write(long number, long lastIndex) {}

    private final TermTable terms;
    private final RecentEntries recent;
    private final MembershipHistory memberships;
    private final Deque<Write> writes = new ArrayDeque<>();
    private final List<EntryRun> unwritten = new ArrayList<>();
    private long durableIndex;
    private long commitIndex;
    private long handedOutIndex;

    RaftLog(StoredState stored, long recentBytes) {
        terms = new TermTable(stored.base(), stored.last(), stored.termStarts());
        recent = new RecentEntries(recentBytes);
        memberships = new MembershipHistory(stored.base().index(), stored.founding(), stored.memberships());
        durableIndex = stored.last().index();
        // "commitIndex … initialized to 0" (figure 3.1); what a snapshot stands for is committed.
        commitIndex = stored.base().index();
        handedOutIndex = commitIndex;
    }

    // --- what it is ---

    long baseIndex() {
        return terms.base().index();
    }

    long lastIndex() {
        return terms.lastPosition().index();
    }

    LogPosition last() {
        return terms.lastPosition();
    }

    /** Up to where the log is on this server's disk. */
    long durableIndex() {
        return durableIndex;
    }

    long commitIndex() {
        return commitIndex;
    }

    boolean contains(LogPosition position) {
        return terms.contains(position);
    }

    boolean covers(long index) {
        return terms.covers(index);
    }

    long termAt(long index) {
        return terms.termAt(index);
    }

    LogPosition positionAt(long index) {
        return new LogPosition(index, terms.termAt(index));
    }

    LogPosition lastPositionWithin(long index, long term) {
        return terms.lastPositionWithin(index, term);
    }

    /** The membership in effect, committed or not (section 4.1). */
    Membership membership() {
        return memberships.latest();
    }

    long membershipIndex() {
        return memberships.latestIndex();
    }

    /** Whether so much waits for the disk that no more can be taken: nothing is let go of before it is durable. */
    boolean isDiskFarBehind() {
        return recent.bytes() / 2 > recent.maxBytes();
    }

    // --- what changes it ---

    /** Adds entries right after the last one. */
    void append(EntryRun run) {
        terms.append(run.firstIndex(), run.lastPosition());
        recent.append(run);
        memberships.append(run);
        unwritten.add(run);
    }

    /**
     * "If an existing entry conflicts with a new one (same index but different terms), delete the existing entry and all
     * that follow it. Append any new entries not already in the log" (figure 3.1).
     *
     * @return the lowest index that was deleted, or {@link Long#MAX_VALUE} if none was
     */
    long merge(List<EntryRun> runs) {
        long deletedFrom = Long.MAX_VALUE;
        for (EntryRun run : runs) {
            long first = firstMissing(run);
            if (first > run.lastIndex()) {
                continue;
            }
            if (first <= lastIndex()) {
                truncateFrom(first);
                deletedFrom = Math.min(deletedFrom, first);
            }
            append(run.slice(first, run.lastIndex()));
        }
        return deletedFrom;
    }

    /** Index of the first entry of the run that the log does not have; one past its last if it has them all. */
    private long firstMissing(EntryRun run) {
        long present = Math.min(run.lastIndex(), lastIndex());
        long index = Math.max(run.firstIndex(), baseIndex() + 1);
        // Terms never decrease along a log: what has the run's term at both ends has it in between.
        if (index <= present && termAt(index) == run.term() && termAt(present) == run.term()) {
            return present + 1;
        }
        while (index <= present && termAt(index) == run.term()) {
            index++;
        }
        return index;
    }

    private void truncateFrom(long index) {
        if (index <= commitIndex) {
            throw new SafetyViolation("entry " + index + " is to be replaced but is committed up to " + commitIndex);
        }
        terms.truncateFrom(index);
        recent.truncateFrom(index);
        memberships.truncateFrom(index);
        while (!unwritten.isEmpty() && unwritten.get(unwritten.size() - 1).lastIndex() >= index) {
            EntryRun run = unwritten.remove(unwritten.size() - 1);
            if (run.firstIndex() < index) {
                unwritten.add(run.slice(run.firstIndex(), index - 1));
            }
        }
        // A write under way that has reached the disk speaks for the entries that were dropped here, and no longer for
        // the index: another entry may stand there by then.
        durableIndex = Math.min(durableIndex, index - 1);
        List<Write> capped = new ArrayList<>();
        for (Write write : writes) {
            capped.add(new Write(write.number, Math.min(write.lastIndex, index - 1)));
        }
        writes.clear();
        writes.addAll(capped);
    }

    /** Entries up to {@code index} are committed; never goes back. */
    void commitTo(long index) {
        assert index <= lastIndex() : "committed up to " + index + " but the log ends at " + lastIndex();
        commitIndex = Math.max(commitIndex, index);
    }

    // --- what goes to the disk and to the state machine ---

    boolean hasUnwritten() {
        return !unwritten.isEmpty();
    }

    /** The entries to be written with the Ready of this number. */
    List<EntryRun> takeUnwritten(long number) {
        List<EntryRun> taken = List.copyOf(unwritten);
        unwritten.clear();
        if (!taken.isEmpty()) {
            writes.add(new Write(number, lastIndex()));
        }
        return taken;
    }

    /** What was to be written up to the Ready of this number is on the disk. */
    void persisted(long number) {
        while (!writes.isEmpty() && writes.peek().number <= number) {
            durableIndex = Math.max(durableIndex, writes.remove().lastIndex);
        }
        recent.trim(durableIndex);
    }

    boolean hasCommitted() {
        return commitIndex > handedOutIndex;
    }

    /** What was committed since this was last asked: the runs of it that are still in memory, the newest of them. */
    List<EntryRun> takeCommitted() {
        if (!hasCommitted()) {
            return List.of();
        }
        List<EntryRun> taken = recent.covering(handedOutIndex + 1, commitIndex);
        handedOutIndex = commitIndex;
        return taken;
    }

    /** Whether the entry at this index, and so all after it, is in memory. */
    boolean holds(long index) {
        return recent.holds(index);
    }

    /** Entries from an index that is {@linkplain #holds held}, as many as have {@code maxBytes}, at least one run. */
    List<EntryRun> from(long index, long maxBytes) {
        return recent.from(index, maxBytes);
    }
}
