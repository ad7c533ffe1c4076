package io.balsa.raft.core;

import io.balsa.raft.cluster.NodeId;
import io.balsa.raft.cluster.RaftRole;
import io.balsa.raft.message.AppendEntries;
import io.balsa.raft.message.Heartbeat;
import io.balsa.raft.message.RequestVote;
import io.balsa.raft.message.RequestVoteReply;
import java.util.Optional;

/** Asks for votes in its term (section 3.4). */
final class Candidate extends Role {

    private final Ballot ballot = new Ballot();
    private final long ownVoteNumber; // the Ready that writes the own vote
    private boolean ownVoteWritten;
    private long deadlineNanos;

    Candidate(RaftCore core) {
        super(core);
        deadlineNanos = core.drawElectionDeadline();
        ownVoteNumber = core.nextNumber();
    }

    @Override
    RaftRole kind() {
        return RaftRole.CANDIDATE;
    }

    @Override
    Optional<NodeId> leader() {
        return Optional.empty();
    }

    @Override
    boolean hearsLeader() {
        return false;
    }

    @Override
    long deadlineNanos() {
        return deadlineNanos;
    }

    @Override
    void begin() {
        for (NodeId member : log.membership().members().keySet()) {
            if (log.membership().isVoter(member) && !member.equals(core.self())) {
                core.send(new RequestVote(core.currentTerm(), core.self(), member, log.last()));
            }
        }
    }

    /** The own vote counts when it is durable, like any other (section 3.8). */
    @Override
    void onPersisted(long number) {
        if (number >= ownVoteNumber) {
            ownVoteWritten = true;
            count(core.self(), true);
        }
    }

    @Override
    public void onRequestVoteReply(RequestVoteReply reply) {
        count(reply.from(), reply.granted());
    }

    private void count(NodeId voter, boolean granted) {
        ballot.count(voter, granted);
        if (ballot.isWon(log.membership())) {
            core.becomeLeader();
        } else if (ballot.isLost(log.membership())) {
            core.becomeFollower(null);
        }
    }

    /**
     * "Each candidate will time out and start a new election" if votes are split (section 3.4). But nobody has been asked
     * for a vote before the own one is on the disk: a new term would only give a slow disk more to write.
     */
    @Override
    void onTimePassed() {
        if (core.nowNanos() - deadlineNanos < 0) {
            return;
        }
        if (ownVoteWritten) {
            core.campaign();
        } else {
            deadlineNanos = core.drawElectionDeadline();
        }
    }

    /** "If AppendEntries RPC received from new leader: convert to follower" (figure 3.1). */
    @Override
    public void onAppendEntries(AppendEntries request) {
        core.becomeFollower(request.from());
        core.currentRole().onAppendEntries(request);
    }

    @Override
    public void onHeartbeat(Heartbeat request) {
        core.becomeFollower(request.from());
        core.currentRole().onHeartbeat(request);
    }
}
