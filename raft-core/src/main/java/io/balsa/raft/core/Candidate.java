package io.balsa.raft.core;

import io.balsa.raft.cluster.NodeId;
import io.balsa.raft.cluster.RaftRole;
import io.balsa.raft.message.RequestVote;
import io.balsa.raft.message.RequestVoteReply;

/** Asks for votes in its term (section 3.4). */
final class Candidate extends Campaigner {

    private final boolean transfer;
    private final long ownVoteNumber; // the Ready that writes the own vote
    private boolean ownVoteWritten;

    /** Asks because no leader was heard, or because the leader wants it ({@code transfer}). */
    Candidate(RaftCore core, boolean transfer) {
        super(core);
        this.transfer = transfer;
        ownVoteNumber = core.nextNumber();
    }

    @Override
    RaftRole kind() {
        return RaftRole.CANDIDATE;
    }

    @Override
    void ask(NodeId voter) {
        core.send(new RequestVote(core.currentTerm(), core.self(), voter, log.last(), transfer));
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
        if (core.candidacy().isRemovedBy(reply.removedAt())) {
            core.candidacy().removed();
        } else if (!isForgetful(reply)) {
            count(reply.from(), reply.granted());
        }
    }

    /** A voter that has lost its store may have given its vote to another, and does not know (ADR 0025). */
    private boolean isForgetful(RequestVoteReply reply) {
        long known = log.membership().storeOf(reply.from());
        return known != 0 && reply.storeId() != 0 && reply.storeId() != known;
    }

    @Override
    void onWon() {
        core.become(new Leader(core));
    }

    /**
     * Nobody has been asked for a vote before the own one is on the disk: until then, a new term would only give a slow
     * disk more to write.
     */
    @Override
    void onTimePassed() {
        if (ownVoteWritten || core.nowNanos() - deadlineNanos() < 0) {
            super.onTimePassed();
        } else {
            waitLonger();
        }
    }
}
