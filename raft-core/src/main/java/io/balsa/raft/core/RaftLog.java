package io.balsa.raft.core;

import io.balsa.raft.cluster.Membership;
import io.balsa.raft.cluster.NodeId;
import io.balsa.raft.storage.EntryKind;
import io.balsa.raft.storage.EntryRun;
import io.balsa.raft.storage.LogPosition;
import io.balsa.raft.storage.SnapshotInfo;
import io.balsa.raft.storage.StoredState;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Optional;

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
    private Optional<SnapshotInfo> snapshot;
    private long restorableIndex; // what the state machine has taken a snapshot of, or was given as one
    private Optional<SnapshotInfo> uninstalled = Optional.empty(); // to be installed with the next Ready
    private long installedBy; // the number of that Ready, until it is durable; 0 if none is to be installed
    private long uncompactedIndex; // to be compacted with the next Ready; 0 if nothing is
    private long durableIndex;
    private long commitIndex;
    private long handedOutIndex;
    private LogPosition promised; // what the disk had before it was damaged, until it has that again; else ZERO

    RaftLog(StoredState stored, long recentBytes) {
        terms = new TermTable(stored.base(), stored.last(), stored.termStarts());
        recent = new RecentEntries(recentBytes);
        memberships = new MembershipHistory(stored);
        durableIndex = stored.last().index();
        snapshot = stored.snapshot();
        promised = stored.promised();
        // "commitIndex … initialized to 0" (figure 3.1); what a snapshot stands for is committed, and restored from it.
        commitIndex = snapshot.map(SnapshotInfo::index).orElse(0L);
        restorableIndex = commitIndex;
        handedOutIndex = commitIndex;
        regain();
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

    /**
     * Whether entries that this server has acknowledged were lost to damage, and no leader has given them back yet. What it
     * gets from a leader is what was committed, and what that leader counts on; so it is whole again, for good, when its log
     * has once been as up-to-date as it was (section 3.6.1).
     */
    boolean isMending() {
        return !promised.equals(LogPosition.ZERO);
    }

    private void regain() {
        if (last().isAtLeastAsUpToDateAs(promised)) {
            promised = LogPosition.ZERO;
        }
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

    /** The membership that stands at or below this index, which is not far below what is committed. */
    MembershipHistory.Row membershipAsOf(long index) {
        return memberships.asOf(index);
    }

    /** Whether nobody else can have led, as far back as the memberships are known. */
    boolean neverHadAnotherVoter(NodeId id) {
        return memberships.neverHadAnotherVoter(id);
    }

    /** The newest snapshot that this server has stored, if any: what others can be given. */
    Optional<SnapshotInfo> snapshot() {
        return snapshot;
    }

    /** Up to where a snapshot spares this server the entries: its state machine is known to have got that far. */
    long restorableIndex() {
        return restorableIndex;
    }

    /** Whether so much waits for the disk that no more can be taken: nothing is let go of before it is durable. */
    boolean isDiskFarBehind() {
        return recent.bytes() / 2 > recent.maxBytes();
    }

    /** Whether there are commands among these entries that are not here; whoever has the last of a run has all of it. */
    boolean wouldAppendCommands(List<EntryRun> runs) {
        return runs.stream()
                .anyMatch(run -> (run.kind() == EntryKind.COMMAND || run.kind() == EntryKind.SESSION)
                        && run.lastIndex() > baseIndex()
                        && !contains(run.lastPosition()));
    }

    // --- what changes it ---

    /** Adds entries right after the last one. */
    void append(EntryRun run) {
        terms.append(run.firstIndex(), run.lastPosition());
        recent.append(run);
        memberships.append(run);
        unwritten.add(run);
        regain();
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
        capWrites(index - 1);
    }

    private void capWrites(long lastIndex) {
        List<Write> capped = new ArrayList<>();
        for (Write write : writes) {
            capped.add(new Write(write.number, Math.min(write.lastIndex, lastIndex)));
        }
        writes.clear();
        writes.addAll(capped);
    }

    /** Entries up to {@code index} are committed; never goes back. */
    void commitTo(long index) {
        assert index <= lastIndex() : "committed up to " + index + " but the log ends at " + lastIndex();
        commitIndex = Math.max(commitIndex, index);
    }

    /**
     * What a leader sends is what is committed here, as far as both reach (section 3.6.3); else there are two histories, and
     * to acknowledge the one would be to speak for the other. Terms never decrease along a log: it is enough to look at both
     * ends of a run. What the log no longer has cannot be compared.
     */
    void compareWithCommitted(LogPosition previous, List<EntryRun> runs) {
        compareWithCommitted(previous);
        for (EntryRun run : runs) {
            long first = Math.max(run.firstIndex(), baseIndex());
            long last = Math.min(run.lastIndex(), commitIndex);
            if (first <= last) {
                compareWithCommitted(new LogPosition(first, run.term()));
                compareWithCommitted(new LogPosition(last, run.term()));
            }
        }
    }

    /** The same of one entry. */
    void compareWithCommitted(LogPosition sent) {
        long index = sent.index();
        if (index <= commitIndex && covers(index) && termAt(index) != sent.term()) {
            throw new SafetyViolation("entry " + positionAt(index) + " is committed, and a leader has " + sent);
        }
    }

    // --- snapshots ---

    /** This server has captured its state machine. */
    void snapshotTaken(SnapshotInfo taken) {
        restorableIndex = Math.max(restorableIndex, taken.index());
        snapshotStored(taken);
    }

    /**
     * A snapshot is stored. If another server took it, the state machine here may still be on its way there, and needs the
     * entries; but older snapshots may be gone from now on.
     */
    void snapshotStored(SnapshotInfo stored) {
        if (snapshot.isEmpty() || stored.index() > snapshot.get().index()) {
            snapshot = Optional.of(stored);
        }
    }

    /** Lets the log begin after this index, which a snapshot covers. */
    void compactTo(long index) {
        assert index <= restorableIndex : "no snapshot covers " + index;
        if (index > baseIndex()) {
            terms.compactTo(index);
            memberships.compactTo(index);
            uncompactedIndex = index;
        }
    }

    /**
     * "Discard the entire log" (figure 5.3), which does not have the snapshot's last entry: if it has, there is nothing to
     * install. The snapshot is durable already, and if the rest of this is lost, the storage does it again.
     */
    void install(SnapshotInfo received) {
        assert received.index() > commitIndex : received + " is older than what is committed, " + commitIndex;
        assert !contains(received.last()) : received + " is of entries that are here";
        snapshot = Optional.of(received);
        restorableIndex = received.index();
        uninstalled = snapshot;
        uncompactedIndex = 0;
        terms.resetTo(received.last());
        recent.clear();
        memberships.resetTo(received);
        unwritten.clear();
        capWrites(received.index());
        durableIndex = received.index();
        commitIndex = received.index();
        handedOutIndex = commitIndex;
        regain();
    }

    /** Whether the disk still has to let a snapshot stand for the log. */
    boolean isInstalling() {
        return uninstalled.isPresent() || installedBy != 0;
    }

    /** The snapshot to be installed with the next Ready. */
    Optional<SnapshotInfo> takeUninstalled(long number) {
        Optional<SnapshotInfo> taken = uninstalled;
        uninstalled = Optional.empty();
        taken.ifPresent(info -> {
            writes.add(new Write(number, info.index()));
            installedBy = number;
        });
        return taken;
    }

    /** Up to where the storage may let go of entries with the next Ready; 0 if nothing is new. */
    long takeUncompacted() {
        long taken = uncompactedIndex;
        uncompactedIndex = 0;
        return taken;
    }

    // --- what goes to the disk and to the state machine ---

    /** Whether the storage has anything to do. */
    boolean hasUnwritten() {
        return !unwritten.isEmpty() || uninstalled.isPresent() || uncompactedIndex > 0;
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
        installedBy = number >= installedBy ? 0 : installedBy;
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
