package io.balsa.raft.core;

import io.balsa.raft.cluster.NodeId;
import io.balsa.raft.cluster.RaftRole;
import io.balsa.raft.message.PreVote;
import io.balsa.raft.message.PreVoteReply;

/**
 * Asks whether an election could be won, and changes nothing before that: "a candidate only increments its term if it
 * first learns from a majority of the cluster that they would be willing to grant the candidate their votes"
 * (section 9.6).
 */
final class PreCandidate extends Campaigner {

    PreCandidate(RaftCore core) {
        super(core);
    }

    @Override
    RaftRole kind() {
        return RaftRole.PRE_CANDIDATE;
    }

    /** The own answer promises nothing, so it counts at once; it may be a majority all by itself. */
    @Override
    void begin() {
        super.begin();
        count(core.self(), true);
    }

    @Override
    void ask(NodeId voter) {
        core.send(new PreVote(core.currentTerm(), core.self(), voter, log.last()));
    }

    /**
     * Two candidacies in one term ask the same, and the answer to the first may come in the second. It would be true but
     * late, and promises nothing: late consent leads to an election for which nobody votes who has heard a leader since;
     * late refusals cost an election timeout.
     */
    @Override
    public void onPreVoteReply(PreVoteReply reply) {
        if (core.candidacy().isRemovedBy(reply.removedAt())) {
            core.candidacy().removed();
        } else if (reply.requestTerm() == core.currentTerm()) { // else it is the answer to an earlier question
            count(reply.from(), reply.granted());
        }
    }

    @Override
    void onWon() {
        core.becomeCandidate(false);
    }

    @Override
    void onVoteGranted() {
        core.becomeFollower(null);
    }
}
