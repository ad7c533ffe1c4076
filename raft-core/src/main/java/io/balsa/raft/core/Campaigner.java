package io.balsa.raft.core;

import io.balsa.raft.cluster.NodeId;
import io.balsa.raft.message.AppendEntries;
import io.balsa.raft.message.Heartbeat;
import io.balsa.raft.message.InstallSnapshot;
import java.util.Optional;

/** What those who ask for votes have in common: they count answers, and give up when they hear a leader of their term. */
abstract sealed class Campaigner extends Role permits PreCandidate, Candidate {

    private final Ballot ballot = new Ballot();
    private long deadlineNanos;

    Campaigner(RaftCore core) {
        super(core);
        core.candidacy().tries();
        deadlineNanos = core.candidacy().drawDeadline();
    }

    /** What is asked of each of the other voters. */
    abstract void ask(NodeId voter);

    /** A quorum has granted what was asked. */
    abstract void onWon();

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
                ask(member);
            }
        }
    }

    void count(NodeId voter, boolean granted) {
        ballot.count(voter, granted);
        if (ballot.isWon(log.membership())) {
            onWon();
        } else if (ballot.isLost(log.membership())) {
            core.becomeFollower(null);
        }
    }

    /** "Each candidate will time out and start a new election" if votes are split (section 3.4). */
    @Override
    void onTimePassed() {
        if (core.nowNanos() - deadlineNanos >= 0) {
            if (core.candidacy().isOpen()) {
                core.campaign();
            } else {
                core.becomeFollower(null);
            }
        }
    }

    void waitLonger() {
        deadlineNanos = core.candidacy().drawDeadline();
    }

    /** "If AppendEntries RPC received from new leader: convert to follower" (figure 3.1). */
    @Override
    public void onAppendEntries(AppendEntries request) {
        core.becomeFollower(request.from());
        core.currentRole().onAppendEntries(request);
    }

    @Override
    public void onInstallSnapshot(InstallSnapshot request) {
        core.becomeFollower(request.from());
        core.currentRole().onInstallSnapshot(request);
    }

    @Override
    public void onHeartbeat(Heartbeat request) {
        core.becomeFollower(request.from());
        core.currentRole().onHeartbeat(request);
    }
}
