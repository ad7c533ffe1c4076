package io.balsa.raft.core;

import io.balsa.raft.cluster.ChangeRefusal;
import io.balsa.raft.cluster.NodeId;
import io.balsa.raft.cluster.RaftRole;
import io.balsa.raft.message.AppendEntriesAccepted;
import io.balsa.raft.message.AppendEntriesRejected;
import io.balsa.raft.message.HeartbeatReply;
import io.balsa.raft.message.InstallSnapshotReply;
import io.balsa.raft.message.Message;
import io.balsa.raft.message.NodeMessage;
import io.balsa.raft.message.PreVote;
import io.balsa.raft.message.PreVoteReply;
import io.balsa.raft.message.ReadReply;
import io.balsa.raft.message.ReadRequest;
import io.balsa.raft.message.RequestVote;
import io.balsa.raft.message.RequestVoteReply;
import io.balsa.raft.message.TimeoutNow;
import io.balsa.raft.storage.SnapshotInfo;
import java.util.List;
import java.util.Optional;

/**
 * What a server does in one of the states of figure 3.3. Each role has only the data that mean something in it.
 *
 * <pre>
 *                      times out                 could win                 wins
 *   Follower --------------------> PreCandidate -----------> Candidate -----------> Leader
 *      ^                              |    ^                     |                    |
 *      |   hears a leader, a later    |    |      times out      |                    |
 *      +------- term, or loses -------+    +---------------------+                    |
 *      +---------------------------------------------------------+                    |
 *      +--------------- hears a later term, or no majority any more ------------------+
 * </pre>
 *
 * <p>What stands here is the same in every role, or is the answer of a role that the matter does not concern.
 */
abstract sealed class Role implements Message.Handler permits Follower, Campaigner, Leader {

    final RaftCore core;
    final RaftLog log;

    Role(RaftCore core) {
        this.core = core;
        this.log = core.log();
    }

    abstract RaftRole kind();

    abstract Optional<NodeId> leader();

    /** When {@link #onTimePassed} is due at the latest. */
    abstract long deadlineNanos();

    abstract void onTimePassed();

    /** Whether a leader was heard within the minimum election timeout (section 4.2.3). */
    abstract boolean hearsLeader();

    /** Called once, when the server has taken this role. */
    void begin() {}

    /** Called once, before the server takes another role. */
    void end() {}

    /** Does what is better done once for several inputs. Called before a Ready is taken. */
    void settle() {}

    /** When the election timer of the follower that this server becomes, because of a later term, shall run out. */
    long deadlineAfterStepDown() {
        return core.candidacy().drawDeadline();
    }

    void onProposed(Input.Proposed input) {
        core.tell(new Notice.ProposalsRefused(input.batch(), 0, Notice.Refusal.NOT_LEADER));
    }

    void onReadRequested(Input.ReadRequested input) {
        core.tell(new Notice.ReadFailed(input.read(), Notice.Refusal.NOT_LEADER));
    }

    void onPersisted(long number) {}

    void onLoaded(Input.Loaded input) {}

    void onUnreachable(NodeId peer) {}

    void onPieceLoaded(Input.PieceLoaded input) {}

    /** A piece of a snapshot is stored: whoever sent it wants to know. */
    void onPieceStored(Input.PieceStored input) {}

    /** All of a snapshot has come, and stands for the log now if that was news. */
    void onSnapshotReceived(SnapshotInfo snapshot) {}

    void onChangeRequested(Input.ChangeRequested input) {
        core.tell(new Notice.ChangeRefused(input.request(), ChangeRefusal.NOT_LEADER));
    }

    void onTransferRequested(Input.TransferRequested input) {
        core.tell(new Notice.ChangeRefused(input.request(), ChangeRefusal.NOT_LEADER));
    }

    /** What is known of followers. */
    List<PeerProgress> followerProgress() {
        return List.of();
    }

    /** Up to where this role lets the log be compacted, if it could be up to {@code index}. */
    long compactableTo(long index) {
        return index;
    }

    /**
     * Would this server vote for the other one in the term after the other's? Not while it hears a leader: then the other
     * one is cut off, removed or slow, and an election would only disturb (section 9.6). Who is no member is told so, which
     * may be news to it; but it is not refused for that, because the membership known here may be the older one. A log that
     * has lost entries speaks for nobody.
     */
    @Override
    public void onPreVote(PreVote request) {
        boolean granted = request.term() >= core.currentTerm()
                && request.last().isAtLeastAsUpToDateAs(log.last())
                && !log.isMending()
                && !hearsLeader()
                && !core.candidacy().isBoundByLease();
        core.send(new PreVoteReply(
                core.currentTerm(), core.self(), request.from(), request.term(), granted, removedAt(request.from())));
    }

    /**
     * "If votedFor is null or candidateId, and candidate's log is at least as up-to-date as receiver's log, grant vote"
     * (figure 3.1). Candidates and leaders have voted for themselves.
     */
    @Override
    public void onRequestVote(RequestVote request) {
        boolean free = core.votedFor().map(request.from()::equals).orElse(true);
        boolean bound = core.candidacy().isBoundByLease() && !request.transfer();
        boolean granted = free && !bound && !log.isMending() && request.last().isAtLeastAsUpToDateAs(log.last());
        if (granted) {
            core.vote(request.from());
            onVoteGranted();
        }
        core.send(new RequestVoteReply(
                core.currentTerm(), core.self(), request.from(), granted, core.storeId(), removedAt(request.from())));
    }

    /**
     * "If a server receives a RequestVote request within the minimum election timeout of hearing from a current leader, it
     * does not update its term or grant its vote" (section 4.2.3), unless the leader wants it. But whoever is no member any
     * more, and has not heard of that, would go on asking for ever: it is told.
     */
    private boolean ignores(RequestVote request) {
        boolean bound = (core.settings().checkQuorum() && hearsLeader())
                || core.candidacy().isBoundByLease();
        boolean ignored = bound && !request.transfer();
        long removedAt = ignored ? removedAt(request.from()) : 0;
        if (removedAt > 0) {
            core.send(new RequestVoteReply(
                    core.currentTerm(), core.self(), request.from(), false, core.storeId(), removedAt));
        }
        return ignored;
    }

    /**
     * Nor does it update its term because of what another server answers that is a member neither by the membership in effect
     * here nor by the committed one: while it is still told that it was removed, it may be in a later term already, which it
     * made up alone. Who leads or elects is heard, member or not (section 4.2.2).
     */
    final boolean ignores(Message message) {
        if (message instanceof RequestVote request) {
            return ignores(request);
        }
        boolean answers = message instanceof HeartbeatReply
                || message instanceof AppendEntriesAccepted
                || message instanceof AppendEntriesRejected
                || message instanceof InstallSnapshotReply
                || message instanceof RequestVoteReply
                || message instanceof PreVoteReply
                || message instanceof ReadRequest;
        return answers
                && !log.membership().contains(message.from())
                && !log.membershipAsOf(log.commitIndex()).membership().contains(message.from());
    }

    /** Where the committed membership stands, if this server is not in it. */
    private long removedAt(NodeId asker) {
        MembershipHistory.Row committed = log.membershipAsOf(log.commitIndex());
        return committed.membership().contains(asker) ? 0 : committed.index();
    }

    /** "Grants vote to candidate": as good as hearing a leader for the election timer (figure 3.1). */
    void onVoteGranted() {}

    @Override
    public void onPreVoteReply(PreVoteReply reply) {}

    @Override
    public void onRequestVoteReply(RequestVoteReply reply) {}

    @Override
    public void onAppendEntriesAccepted(AppendEntriesAccepted reply) {}

    @Override
    public void onAppendEntriesRejected(AppendEntriesRejected reply) {}

    @Override
    public void onHeartbeatReply(HeartbeatReply reply) {}

    @Override
    public void onReadRequest(ReadRequest request) {}

    @Override
    public void onReadReply(ReadReply reply) {}

    @Override
    public void onInstallSnapshotReply(InstallSnapshotReply reply) {}

    @Override
    public void onTimeoutNow(TimeoutNow request) {}

    @Override
    public void onNodeMessage(NodeMessage message) {
        throw new AssertionError("the core is not told of " + message);
    }
}
