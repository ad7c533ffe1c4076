package io.balsa.raft.testkit.oracle;

import io.balsa.raft.cluster.NodeId;
import io.balsa.raft.storage.EntryRun;
import io.balsa.raft.storage.HardState;
import io.balsa.raft.storage.LogPosition;
import io.balsa.raft.storage.SnapshotInfo;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * What the store of a server would give back now: term and vote, the votes of earlier terms, the log, the newest snapshot.
 * A server whose disk is wiped comes back with another store, which has promised nothing.
 *
 * <p>A store that has lost entries to damage still speaks for them, as long as its server takes no part in elections; when it
 * does again, a leader must have given back whatever of them is committed.
 *
 * <p>A snapshot counts as soon as it is durable, even before the log goes on after it: a store that is opened finishes that.
 */
final class StoreView {

    final NodeId server;
    final long id;
    final LogMirror log;
    private final CommittedLog canon;
    private final Map<Long, NodeId> votes = new HashMap<>(); // by term; looked up only
    private HardState state = HardState.INITIAL;
    private Optional<SnapshotInfo> snapshot = Optional.empty();
    private long droppable; // up to here the storage was told that it may let go of entries
    private long acknowledged; // up to here it has told a leader that it has the leader's entries
    private long acknowledgedHash;
    private LogPosition promised = LogPosition.ZERO; // up to where it was before it was damaged; it remembers that
    private final List<LogMirror> lost = new ArrayList<>(); // what it held then, as long as it is not whole
    private boolean mending;

    /** An empty store of a server that knows this membership. */
    StoreView(NodeId server, long id, CommittedLog canon, MembershipRows.Row known) {
        this.server = server;
        this.id = id;
        this.canon = canon;
        log = new LogMirror(canon, known);
    }

    HardState state() {
        return state;
    }

    long term() {
        return state.currentTerm();
    }

    // --- what it holds ---

    /** The newest snapshot. */
    Optional<SnapshotInfo> snapshot() {
        return snapshot;
    }

    /** Where the newest snapshot ends; 0 if there is none. */
    long covered() {
        return snapshot.isPresent() ? snapshot.get().index() : 0;
    }

    /** Whether the log would be kept; else it is dropped for the snapshot, which it does not reach or contradicts. */
    private boolean isLogKept() {
        return snapshot.isEmpty() || log.hasCommitted(covered());
    }

    long last() {
        return isLogKept() ? log.last() : covered();
    }

    long lastTerm() {
        return isLogKept() ? log.lastTerm() : canon.termAt(covered());
    }

    /** The hash of all entries up to this index, which is not above the last one. */
    long hashAt(long index) {
        return index <= covered() ? canon.hashAt(index) : log.hashAt(index);
    }

    boolean holds(long index, long hash) {
        return index <= last() && hashAt(index) == hash;
    }

    /** Whether nobody can be elected against this, for all that this store has to say: it holds it, or has lost it. */
    boolean speaksFor(long index, long hash) {
        return holds(index, hash) || lost.stream().anyMatch(log -> log.has(index, hash));
    }

    /** Whether it was written, even if the newest snapshot, which nobody has been told of yet, takes its place. */
    boolean isWritten(long index, long hash) {
        return holds(index, hash) || log.has(index, hash);
    }

    boolean votedFor(NodeId candidate, long inTerm) {
        return candidate.equals(votes.get(inTerm));
    }

    // --- what it has lost ---

    /** Damage has taken what comes after its end. */
    void damaged(LogPosition upTo, LogMirror held) {
        promised = upTo;
        LogMirror copy = new LogMirror(
                canon, new MembershipRows.Row(0, held.memberships().latest().membership()));
        copy.copyFrom(held);
        lost.add(copy);
        mending = true;
    }

    /** Whether it has lost entries that nobody has given back yet. */
    boolean isMending() {
        return mending;
    }

    /** Up to where it is said to reach or have reached, if it is opened with that log. */
    LogPosition promisedWith(LogMirror found) {
        LogPosition there = found.position();
        return there.isAtLeastAsUpToDateAs(promised) ? there : promised;
    }

    private void mend() {
        if (!mending || !new LogPosition(last(), lastTerm()).isAtLeastAsUpToDateAs(promised)) {
            return;
        }
        for (LogMirror before : lost) {
            long common = Math.min(before.last(), canon.size());
            while (!before.hasCommitted(common)) {
                common--;
            }
            if (!holds(common, canon.hashAt(common))) {
                throw new Violation(
                        "D4",
                        server + " is whole again, it believes, without all of the " + common
                                + " committed entries that it had before it was damaged");
            }
        }
        lost.clear();
        mending = false;
    }

    // --- what it takes ---

    /** Term and vote are durable. */
    void hold(HardState next) {
        if (next.currentTerm() < state.currentTerm()) {
            throw new Violation("D1", server + " goes back from " + state + " to " + next + " on its disk");
        }
        state = next;
        if (next.votedFor().isPresent()) {
            NodeId candidate = next.votedFor().get();
            NodeId other = votes.putIfAbsent(next.currentTerm(), candidate);
            if (other != null && !other.equals(candidate)) {
                throw new Violation(
                        "D2", server + " voted for " + other + " and " + candidate + " in term " + next.currentTerm());
            }
        }
    }

    /** Entries are durable. Those that they replace are gone, and so is what was acknowledged of them: a later leader's will. */
    void hold(EntryRun run, long[] hashes) {
        log.append(run, hashes);
        forgetAcknowledged(run.firstIndex() - 1);
        mend();
    }

    /** A snapshot stands for the log up to its end, durably. */
    void install(SnapshotInfo installed) {
        mayDrop(installed.index());
        if (!log.hasCommitted(installed.index())) {
            log.beginAfter(installed.index(), MembershipRows.Row.of(installed));
            forgetAcknowledged(installed.index());
            mend();
        }
    }

    private void forgetAcknowledged(long from) {
        if (!log.has(acknowledged, acknowledgedHash)) {
            acknowledged = from;
            acknowledgedHash = log.hashAt(from);
        }
    }

    /** A snapshot is durable. */
    void publish(SnapshotInfo published) {
        if (published.index() > covered()) {
            snapshot = Optional.of(published);
        }
    }

    /** Entries up to this index may go. */
    void mayDrop(long index) {
        droppable = Math.max(droppable, index);
    }

    // --- what it has told, and what must come back ---

    void acknowledge(long index) {
        if (index > acknowledged && index <= last()) {
            acknowledged = index;
            acknowledgedHash = hashAt(index);
        }
    }

    boolean hasAcknowledged(LogMirror found) {
        return found.has(acknowledged, acknowledgedHash);
    }

    boolean mayBeginAfter(long index) {
        return index <= droppable;
    }

    /** It was opened, and that is what it holds from now on. */
    void reopened(HardState foundState, LogMirror found, Optional<SnapshotInfo> foundSnapshot) {
        hold(foundState);
        log.copyFrom(found);
        snapshot = foundSnapshot;
        mayDrop(found.base());
        forgetAcknowledged(covered());
        mend();
        mending = !found.position().isAtLeastAsUpToDateAs(promised);
        promised = mending ? promised : LogPosition.ZERO;
    }
}
