package io.balsa.raft.testkit.coverage;

import io.balsa.raft.cluster.NodeId;
import io.balsa.raft.core.Input;
import io.balsa.raft.core.RaftCore;
import io.balsa.raft.core.Ready;
import io.balsa.raft.message.InstallSnapshot;
import io.balsa.raft.storage.LogPosition;
import io.balsa.raft.storage.SnapshotInfo;
import java.util.HashMap;
import java.util.Map;

/** What becomes of snapshots. */
final class SnapshotCounts {

    /** A leader sends this to a follower. */
    private record Link(NodeId from, NodeId to) {}

    /** What was sent last over a link: what, by the leader of which term, in which life of the follower, and whether all. */
    private record Sent(LogPosition snapshot, long term, int life, boolean all) {}

    private final Coverage coverage;
    private final TermLog canon;
    private final long trailingEntries;
    private final Map<Link, Sent> sent = new HashMap<>(); // looked up only

    SnapshotCounts(Coverage coverage, TermLog canon, long trailingEntries) {
        this.coverage = coverage;
        this.canon = canon;
        this.trailingEntries = trailingEntries;
    }

    // --- on the way ---

    /** A piece is being sent; empty ones only ask what the follower has. */
    void onSent(InstallSnapshot piece, WatchedServer follower) {
        long size = piece.snapshot().sizeBytes();
        if (piece.data().size() == 0 && size > 0) {
            return;
        }
        boolean all = piece.offset() + piece.data().size() == size;
        Sent next = new Sent(piece.snapshot().last(), piece.term(), follower.lives, all);
        Sent before = sent.put(new Link(piece.from(), piece.to()), next);
        boolean goesOn = before != null
                && before.snapshot.equals(next.snapshot)
                && before.term == next.term
                && before.life == next.life;
        if (!goesOn && piece.offset() > 0) {
            coverage.count(Counter.SNAPSHOTS_RESUMED);
        }
        if (all && !(goesOn && before.all)) {
            coverage.count(Counter.SNAPSHOTS_SENT);
        }
    }

    /** A piece is about to be looked at. */
    void onArrived(RaftCore core, InstallSnapshot piece) {
        if (piece.term() < core.currentTerm() || piece.snapshot().index() <= core.commitIndex()) {
            coverage.count(Counter.SNAPSHOTS_STALE);
        }
    }

    // --- at a server ---

    void onStep(WatchedServer server, RaftCore core, Input input) {
        if (input instanceof Input.SnapshotTaken) {
            coverage.count(Counter.SNAPSHOTS_TAKEN);
            server.snapshotStage = server.snapshotStage.told();
        } else if (input instanceof Input.SnapshotReceived received) {
            onReceived(core, received.snapshot());
            server.snapshotStage = server.snapshotStage.told();
        }
    }

    /** What is the log like that the snapshot is to stand for? */
    private void onReceived(RaftCore core, SnapshotInfo snapshot) {
        if (snapshot.index() <= core.commitIndex()) {
            return;
        }
        long common = Math.min(core.lastIndex(), snapshot.index());
        boolean longer = core.lastIndex() > snapshot.index();
        boolean conflicting = common > core.commitIndex() && core.termAt(common) != canon.termAt(common);
        long membership = core.membershipIndex();
        boolean uncommittedMembership =
                membership > core.commitIndex() && core.termAt(membership) != canon.termAt(membership);
        coverage.count(Counter.SNAPSHOTS_ON_LONGER_LOG, longer ? 1 : 0);
        coverage.count(Counter.SNAPSHOTS_ON_CONFLICTING_LOG, conflicting ? 1 : 0);
        coverage.count(Counter.SNAPSHOTS_ON_MEMBERSHIP, uncommittedMembership ? 1 : 0);
    }

    /** The core wants this done; its entries come after that. */
    void onReady(WatchedServer server, Ready ready) {
        if (ready.snapshots().install().isPresent()) {
            coverage.count(Counter.SNAPSHOTS_INSTALLED);
            server.install(ready.snapshots().install().get());
        }
        boolean cuts =
                ready.snapshots().install().isPresent() || ready.snapshots().compactTo() > 0;
        server.snapshotStage = server.snapshotStage.ready(cuts);
    }

    /** A snapshot has become durable; if the log is going to be cut for it, that has not happened yet. */
    void onPublished(WatchedServer server, SnapshotInfo snapshot) {
        boolean willCut = snapshot.index() - trailingEntries > server.log.base();
        server.snapshotStage = willCut ? SnapshotStage.PUBLISHED : SnapshotStage.NONE;
    }

    void onLogCut(WatchedServer server) {
        server.snapshotStage = SnapshotStage.NONE;
    }

    void onCrash(WatchedServer server) {
        if (server.snapshotStage != SnapshotStage.NONE) {
            coverage.count(Counter.CRASHES_BEFORE_LOG_TRUNCATION);
            server.snapshotStage = SnapshotStage.NONE;
        }
    }
}
