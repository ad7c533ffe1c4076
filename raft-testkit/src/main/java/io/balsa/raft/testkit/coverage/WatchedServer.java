package io.balsa.raft.testkit.coverage;

import io.balsa.raft.cluster.Membership;
import io.balsa.raft.cluster.NodeId;
import io.balsa.raft.cluster.RaftRole;
import io.balsa.raft.core.Ready;
import io.balsa.raft.storage.EntryRun;
import io.balsa.raft.storage.HardState;
import io.balsa.raft.storage.SnapshotInfo;
import io.balsa.raft.storage.StoredState;
import io.balsa.raft.testkit.oracle.MembershipRows;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Optional;

/** What {@link CoverageWatch} remembers of one server. */
final class WatchedServer {

    /** What a Ready wanted to be written, and when. */
    record Write(long number, long nanos, boolean hasState, Optional<SnapshotInfo> install, List<EntryRun> runs) {}

    final NodeId id;
    final TermLog log;
    final TermLog durable;
    final MembershipRows memberships; // in its log
    final Deque<Write> unsynced = new ArrayDeque<>();
    final List<EntryRun> written = new ArrayList<>(); // since the last sync
    final Deque<Counter> preVotes =
            new ArrayDeque<>(); // what a refusal of each that is not yet answered would count as
    int statesWritten; // since the last sync
    int lives;
    RaftRole role = RaftRole.FOLLOWER;
    long term;
    long candidacy; // the term it is a candidate in; 0 if it is none
    HardState state = HardState.INITIAL;
    long proposed; // index of the last command it has appended as the leader it is
    long commitIndex;
    long nowNanos;
    long storeId;
    SnapshotStage snapshotStage = SnapshotStage.NONE;

    WatchedServer(NodeId id, Membership founding, TermLog canon) {
        this.id = id;
        log = new TermLog(canon);
        durable = new TermLog(canon);
        memberships = new MembershipRows(founding);
    }

    /** Whether it has a vote, as far as its log tells. */
    boolean isVoter() {
        return memberships.latest().membership().isVoter(id);
    }

    /** Takes what was found when it started. */
    void begin(StoredState found, List<EntryRun> runs) {
        if (storeId != found.identity().storeId()) {
            storeId = found.identity().storeId();
            durable.clear();
            written.clear();
        }
        state = found.hardState();
        term = state.currentTerm();
        log.clear();
        log.beginAfter(found.base().index());
        memberships.beginWith(found.snapshot()
                .map(MembershipRows.Row::of)
                .orElseGet(() -> new MembershipRows.Row(0, found.founding())));
        runs.forEach(this::append);
    }

    void append(EntryRun run) {
        log.append(run);
        memberships.truncateFrom(run.firstIndex());
        memberships.append(run);
    }

    /** A snapshot takes the place of the log, or of its beginning. */
    void install(SnapshotInfo snapshot) {
        if (log.termAt(snapshot.index()) != snapshot.last().term()) {
            log.append((int) snapshot.index() + 1, 0, 0);
            memberships.beginWith(MembershipRows.Row.of(snapshot));
        }
        log.beginAfter(snapshot.index());
    }

    /** Whether something has waited for its disk for so long. */
    boolean waitsForDisk(long nanos) {
        return !unsynced.isEmpty() && nowNanos - unsynced.peek().nanos >= nanos;
    }

    boolean hasProposalsInFlight() {
        return proposed > commitIndex;
    }

    void wants(Ready ready) {
        if (ready.mustSync()) {
            unsynced.add(new Write(
                    ready.number(),
                    nowNanos,
                    ready.hardState().isPresent(),
                    ready.snapshots().install(),
                    ready.entries()));
        }
        ready.hardState().ifPresent(next -> state = next);
    }

    /** Whether the storage was given the term and vote of a Ready, but not yet its entries. */
    boolean isBetweenWrites() {
        int states = statesWritten;
        int runs = written.size();
        for (Write write : unsynced) {
            if (write.hasState && --states < 0) {
                return false;
            }
            if (write.hasState && !write.runs.isEmpty() && runs == 0) {
                return true;
            }
            runs -= write.runs.size();
            if (runs < 0) {
                return false;
            }
        }
        return false;
    }

    /** The process is gone. */
    void end() {
        unsynced.clear();
        preVotes.clear();
        statesWritten = 0;
        role = RaftRole.FOLLOWER;
        candidacy = 0;
        proposed = 0;
        commitIndex = 0;
    }
}
