package io.balsa.raft.core;

import io.balsa.raft.message.InstallSnapshot;
import io.balsa.raft.message.InstallSnapshotReply;
import io.balsa.raft.message.SnapshotBytes;
import io.balsa.raft.storage.SnapshotInfo;
import java.util.Collection;

/** Brings the leader's snapshot to followers that need what its log no longer has (section 5.2.1). */
final class SnapshotFeeder {

    /** After so many election timeouts without progress a follower no longer keeps the log from being compacted. */
    private static final int PATIENCE = 20;

    private final RaftCore core;
    private final RaftLog log;

    SnapshotFeeder(RaftCore core) {
        this.core = core;
        this.log = core.log();
    }

    /** Sends or loads the next piece, if it is time for it. */
    void feed(Progress follower) {
        SnapshotTransfer transfer = follower.transfer();
        if (transfer == null || !transfer.isDue(core.nowNanos())) {
            return;
        }
        int length = transfer.nextLength(core.settings().options().pieceBytes());
        if (length == 0) {
            send(follower, transfer, SnapshotBytes.NONE);
        } else {
            transfer.awaitPiece();
            core.outbox().load(new Load.Piece(follower.id(), transfer.snapshot(), transfer.offset(), length));
        }
    }

    void onPieceLoaded(Progress follower, Input.PieceLoaded input) {
        SnapshotTransfer transfer = follower.transfer();
        Load.Piece load = input.load();
        if (transfer == null || !transfer.awaitsPiece() || !transfer.snapshot().equals(load.snapshot())) {
            return;
        }
        if (transfer.offset() != load.offset()) {
            // An answer came meanwhile, late or of a follower that has lost what it had: it needs another piece.
            transfer.pieceUnwanted();
            return;
        }
        if (input.data().isPresent()) {
            send(follower, transfer, input.data().get());
            return;
        }
        // It is no longer there, because there is a newer one, or cannot be read at the moment.
        SnapshotInfo newest = log.snapshot().orElseThrow();
        if (newest.equals(transfer.snapshot())) {
            transfer.pieceFailed(core.nowNanos() + core.settings().electionTimeoutNanos());
        } else {
            follower.becomeSnapshot(newest, core.nowNanos());
        }
    }

    private void send(Progress follower, SnapshotTransfer transfer, SnapshotBytes data) {
        core.send(new InstallSnapshot(
                core.currentTerm(), core.self(), follower.id(), transfer.snapshot(), transfer.offset(), data));
        long rate = core.settings().options().snapshotBytesPerSecond();
        long costNanos = rate == 0 ? 0 : (long) (data.size() * 1e9 / rate);
        transfer.sent(core.nowNanos(), costNanos, core.settings().electionTimeoutNanos());
    }

    void onReply(Progress follower, InstallSnapshotReply reply) {
        SnapshotTransfer transfer = follower.transfer();
        if (transfer != null && transfer.snapshot().last().equals(reply.snapshot())) {
            transfer.received(reply.received(), core.nowNanos());
        }
    }

    /** When a transfer is to be looked at again, if that is before {@code deadlineNanos}. */
    long earlierDeadline(Collection<Progress> followers, long deadlineNanos) {
        long earliest = deadlineNanos;
        for (Progress follower : followers) {
            SnapshotTransfer transfer = follower.transfer();
            if (transfer != null && !transfer.awaitsPiece() && transfer.dueNanos() - earliest < 0) {
                earliest = transfer.dueNanos();
            }
        }
        return earliest;
    }

    /**
     * Up to where the log may be compacted as far as followers are concerned: whoever is getting a snapshot, or has got one and
     * is on its way to the end of the log, needs the entries after it, or it would need the next snapshot as soon as it has
     * this one.
     */
    long compactableTo(Collection<Progress> followers, long index) {
        long to = index;
        long patience = PATIENCE * core.settings().electionTimeoutNanos();
        for (Progress follower : followers) {
            SnapshotTransfer transfer = follower.transfer();
            if (transfer != null && core.nowNanos() - transfer.advancedNanos() < patience) {
                to = Math.min(to, transfer.snapshot().index());
            } else if (follower.isRejoining(core.log().lastIndex(), core.nowNanos(), patience)) {
                to = Math.min(to, follower.matchIndex());
            }
        }
        return to;
    }
}
