package io.balsa.raft.core;

import io.balsa.raft.cluster.NodeId;
import io.balsa.raft.cluster.RaftRole;
import io.balsa.raft.message.AppendEntriesAccepted;
import io.balsa.raft.message.AppendEntriesRejected;
import io.balsa.raft.message.HeartbeatReply;
import io.balsa.raft.message.Message;
import io.balsa.raft.message.PreVote;
import io.balsa.raft.message.PreVoteReply;
import io.balsa.raft.message.ReadReply;
import io.balsa.raft.message.ReadRequest;
import io.balsa.raft.message.RequestVote;
import io.balsa.raft.message.RequestVoteReply;
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
        return core.drawElectionDeadline();
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

    /**
     * Would this server vote for the other one in the term after the other's? Not while it hears a leader: then the other
     * one is cut off, removed or slow, and an election would only disturb (section 9.6).
     */
    @Override
    public void onPreVote(PreVote request) {
        boolean granted = request.term() >= core.currentTerm()
                && request.last().isAtLeastAsUpToDateAs(log.last())
                && !hearsLeader();
        core.send(new PreVoteReply(core.currentTerm(), core.self(), request.from(), request.term(), granted));
    }

    /**
     * "If votedFor is null or candidateId, and candidate's log is at least as up-to-date as receiver's log, grant vote"
     * (figure 3.1). Candidates and leaders have voted for themselves.
     */
    @Override
    public void onRequestVote(RequestVote request) {
        boolean free = core.votedFor().map(request.from()::equals).orElse(true);
        boolean granted = free && request.last().isAtLeastAsUpToDateAs(log.last());
        if (granted) {
            core.vote(request.from());
            onVoteGranted();
        }
        core.send(new RequestVoteReply(core.currentTerm(), core.self(), request.from(), granted));
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
}
