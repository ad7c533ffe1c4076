package io.balsa.raft.core;

import io.balsa.raft.cluster.NodeId;
import io.balsa.raft.cluster.RaftRole;
import io.balsa.raft.message.AppendEntries;
import io.balsa.raft.message.AppendEntriesAccepted;
import io.balsa.raft.message.AppendEntriesRejected;
import io.balsa.raft.message.Heartbeat;
import io.balsa.raft.message.HeartbeatReply;
import io.balsa.raft.message.InstallSnapshot;
import io.balsa.raft.message.InstallSnapshotReply;
import io.balsa.raft.message.ReadReply;
import io.balsa.raft.message.TimeoutNow;
import io.balsa.raft.storage.LogPosition;
import io.balsa.raft.storage.SnapshotInfo;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Answers to a leader, or waits for one (section 3.3, 3.4). A learner is a follower too: it takes entries like any other,
 * and only never starts an election.
 */
final class Follower extends Role {

    private final ForwardedReads reads;
    private @Nullable NodeId leader;
    private long lastHeardNanos;
    private long electionDeadlineNanos;
    private long verifiedIndex; // up to here the log is known to be the leader's

    Follower(RaftCore core, @Nullable NodeId leader, long electionDeadlineNanos) {
        super(core);
        this.leader = leader;
        this.lastHeardNanos = core.nowNanos();
        this.electionDeadlineNanos = electionDeadlineNanos;
        this.reads = new ForwardedReads(core);
    }

    @Override
    RaftRole kind() {
        return log.membership().isVoter(core.self()) ? RaftRole.FOLLOWER : RaftRole.LEARNER;
    }

    @Override
    Optional<NodeId> leader() {
        return Optional.ofNullable(leader);
    }

    @Override
    boolean hearsLeader() {
        return leader != null
                && core.nowNanos() - lastHeardNanos < core.settings().electionTimeoutNanos();
    }

    @Override
    long deadlineNanos() {
        return reads.earlierDeadline(electionDeadlineNanos);
    }

    /** A later term is no sign of a leader: whoever waits for one goes on waiting as before. */
    @Override
    long deadlineAfterStepDown() {
        return electionDeadlineNanos;
    }

    @Override
    void end() {
        reads.failAll();
    }

    /** "If a follower receives no communication over a period of time …, it begins an election" (section 3.4). */
    @Override
    void onTimePassed() {
        if (core.nowNanos() - electionDeadlineNanos < 0) {
            reads.onTimePassed(leader);
        } else if (core.candidacy().isOpen()) {
            core.campaign();
        } else {
            electionDeadlineNanos = core.candidacy().drawDeadline();
        }
    }

    /** AppendEntries RPC, receiver implementation (figure 3.1, section 3.5). */
    @Override
    public void onAppendEntries(AppendEntries request) {
        assert request.term() == core.currentTerm() : "the core settles the term first";
        follow(request.from());

        // The disk cannot keep up, or has no room: the leader will send this again.
        if (log.isDiskFarBehind() || (core.disk().isFull() && log.wouldAppendCommands(request.runs()))) {
            return;
        }

        // What is committed never changes (§3.6.3): this request is old, or its sender does not know yet how far we
        // are. There is nothing to append, so only tell it where we stand; unless its history is another one.
        if (request.previous().index() < log.commitIndex()) {
            log.compareWithCommitted(request.previous(), request.runs());
            accept(request.from(), log.commitIndex());
            return;
        }

        // "Reply false if log doesn't contain an entry at prevLogIndex whose term matches prevLogTerm."
        if (!log.contains(request.previous())) {
            reject(request);
            return;
        }

        // "If an existing entry conflicts with a new one, delete the existing entry and all that follow it. Append any
        // new entries not already in the log."
        long deletedFrom = log.merge(request.runs());
        core.outbox().dropAcknowledgementsFrom(deletedFrom);

        // "Set commitIndex = min(leaderCommit, index of last new entry)." Not the index of our own last entry: past the
        // new ones we may hold the tail of a deposed leader.
        verifiedIndex = Math.max(verifiedIndex, request.lastIndex());
        log.commitTo(Math.min(request.leaderCommit(), request.lastIndex()));
        accept(request.from(), request.lastIndex());
    }

    private void follow(NodeId sender) {
        if (leader != null && !leader.equals(sender)) {
            throw new SafetyViolation(leader + " and " + sender + " both lead term " + core.currentTerm());
        }
        leader = sender;
        core.candidacy().heardLeader();
        lastHeardNanos = core.nowNanos();
        electionDeadlineNanos = core.candidacy().drawDeadline();
    }

    private void accept(NodeId leader, long matchIndex) {
        core.send(new AppendEntriesAccepted(core.currentTerm(), core.self(), leader, matchIndex, core.storeId()));
    }

    /**
     * Says no, and up to where the two logs may still agree, so that the leader skips a whole term at a time instead of
     * one entry (section 3.5).
     */
    private void reject(AppendEntries request) {
        LogPosition previous = request.previous();
        LogPosition hint = log.lastPositionWithin(previous.index(), previous.term());
        core.send(new AppendEntriesRejected(
                core.currentTerm(), core.self(), request.from(), previous.index(), hint, log.isMending()));
    }

    /** A leader that has nothing new to send would not learn what was lost, and go on counting on it. */
    private void askForWhatWasLost(NodeId leader) {
        core.send(new AppendEntriesRejected(
                core.currentTerm(), core.self(), leader, log.lastIndex() + 1, log.last(), true));
    }

    /**
     * The leader never speaks of more here than this server has acknowledged to it, so the entries are there; unless the
     * server has lost its disk since and has other entries. What it has of this term came from this leader, after all that
     * goes before it.
     */
    @Override
    public void onHeartbeat(Heartbeat request) {
        follow(request.from());
        long fromLeader = log.last().term() == core.currentTerm() ? log.lastIndex() : verifiedIndex;
        log.commitTo(Math.min(request.leaderCommit(), fromLeader));
        core.send(new HeartbeatReply(
                core.currentTerm(),
                core.self(),
                request.from(),
                request.round(),
                core.storeId(),
                core.candidacy().leaseBoundNanos()));
        if (log.isMending()) {
            askForWhatWasLost(request.from());
        }
    }

    /**
     * InstallSnapshot RPC, receiver implementation (figure 5.3). What is committed here already, or matches the snapshot's
     * last entry, needs no snapshot.
     */
    @Override
    public void onInstallSnapshot(InstallSnapshot request) {
        follow(request.from());
        SnapshotInfo snapshot = request.snapshot();
        log.compareWithCommitted(snapshot.last());
        if (log.contains(snapshot.last())) {
            log.commitTo(snapshot.index());
        }
        if (snapshot.index() <= log.commitIndex()) {
            accept(request.from(), log.commitIndex());
        } else {
            core.snapshots().store(request);
        }
    }

    @Override
    void onPieceStored(Input.PieceStored input) {
        if (leader != null) {
            core.send(new InstallSnapshotReply(
                    core.currentTerm(), core.self(), leader, input.snapshot().last(), input.received()));
        }
    }

    /** The answer waits until the installation is durable. */
    @Override
    void onSnapshotReceived(SnapshotInfo snapshot) {
        verifiedIndex = Math.max(verifiedIndex, snapshot.index());
        if (leader != null) {
            accept(leader, snapshot.index());
        }
    }

    /** "TimeoutNow … causes the target to start an election immediately" (section 3.10), without asking beforehand. */
    @Override
    public void onTimeoutNow(TimeoutNow request) {
        if (request.from().equals(leader) && core.candidacy().isOpenToTransfer()) {
            core.becomeCandidate(true);
        }
    }

    @Override
    void onVoteGranted() {
        electionDeadlineNanos = core.candidacy().drawDeadline();
    }

    @Override
    void onReadRequested(Input.ReadRequested input) {
        if (leader == null) {
            super.onReadRequested(input);
        } else {
            reads.ask(input.read(), leader);
        }
    }

    /** What the leader says to be committed is committed here too, as far as this log is known to be the leader's. */
    @Override
    public void onReadReply(ReadReply reply) {
        if (reply.from().equals(leader)) {
            log.commitTo(Math.max(log.commitIndex(), Math.min(reply.index(), verifiedIndex)));
            reads.onReply(reply);
        }
    }
}
