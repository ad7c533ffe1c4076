package io.balsa.raft.core;

import io.balsa.raft.cluster.NodeId;
import io.balsa.raft.cluster.RaftRole;
import io.balsa.raft.message.AppendEntries;
import io.balsa.raft.message.Heartbeat;
import io.balsa.raft.message.PreVote;
import io.balsa.raft.message.PreVoteReply;
import java.util.Optional;

/**
 * Asks whether an election could be won, and changes nothing before that: "a candidate only increments its term if it
 * first learns from a majority of the cluster that they would be willing to grant the candidate their votes"
 * (section 9.6).
 */
final class PreCandidate extends Role {

    private final Ballot ballot = new Ballot();
    private final long deadlineNanos;

    PreCandidate(RaftCore core) {
        super(core);
        deadlineNanos = core.drawElectionDeadline();
    }

    @Override
    RaftRole kind() {
        return RaftRole.PRE_CANDIDATE;
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
        ballot.count(core.self(), true);
        for (NodeId member : log.membership().members().keySet()) {
            if (log.membership().isVoter(member) && !member.equals(core.self())) {
                core.send(new PreVote(core.currentTerm(), core.self(), member, log.last()));
            }
        }
        decide(); // it may be a majority all by itself
    }

    @Override
    void onTimePassed() {
        if (core.nowNanos() - deadlineNanos >= 0) {
            core.campaign();
        }
    }

    @Override
    public void onPreVoteReply(PreVoteReply reply) {
        if (reply.requestTerm() != core.currentTerm()) {
            return; // the answer to an earlier question
        }
        ballot.count(reply.from(), reply.granted());
        decide();
    }

    private void decide() {
        if (ballot.isWon(log.membership())) {
            core.becomeCandidate();
        } else if (ballot.isLost(log.membership())) {
            core.becomeFollower(null);
        }
    }

    @Override
    void onVoteGranted() {
        core.becomeFollower(null);
    }

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
