package io.balsa.raft.core;

import io.balsa.raft.cluster.RaftRole;
import io.balsa.raft.message.AppendEntries;
import io.balsa.raft.message.AppendEntriesAccepted;
import io.balsa.raft.message.AppendEntriesRejected;
import io.balsa.raft.message.Heartbeat;
import io.balsa.raft.message.HeartbeatReply;
import io.balsa.raft.message.InstallSnapshot;
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
import io.balsa.raft.storage.LogPosition;

/**
 * "If a server receives a request with a stale term number, it rejects the request" (section 3.3), so that its sender
 * learns the term. Stale replies are dropped. Pre-votes do not come here: their term is settled by the role.
 *
 * <p>A rejection bears the current term, and by now its receiver may lead just that: so it must say nothing that would
 * count as an answer to a request of that term, no round of heartbeats, no place in the log and no part of a snapshot.
 * So is a vote of an earlier term refused as if it had been asked for beforehand: what answers no pre-vote of the
 * present term teaches the term, and counts in no election.
 */
final class StaleMessageAnswer implements Message.Handler {

    private final RaftCore core;

    StaleMessageAnswer(RaftCore core) {
        this.core = core;
    }

    @Override
    public void onRequestVote(RequestVote request) {
        core.send(new PreVoteReply(core.currentTerm(), core.self(), request.from(), request.term(), false));
    }

    @Override
    public void onAppendEntries(AppendEntries request) {
        core.send(new AppendEntriesRejected(
                core.currentTerm(), core.self(), request.from(), AppendEntriesRejected.STALE_TERM, LogPosition.ZERO));
    }

    @Override
    public void onHeartbeat(Heartbeat request) {
        core.send(new HeartbeatReply(
                core.currentTerm(), core.self(), request.from(), HeartbeatReply.STALE_TERM, core.storeId(), 0));
    }

    @Override
    public void onInstallSnapshot(InstallSnapshot request) {
        core.send(new InstallSnapshotReply(
                core.currentTerm(), core.self(), request.from(), InstallSnapshotReply.STALE_TERM, 0));
    }

    @Override
    public void onInstallSnapshotReply(InstallSnapshotReply reply) {}

    /** Whoever wanted to hand over leads no more. */
    @Override
    public void onTimeoutNow(TimeoutNow request) {}

    @Override
    public void onNodeMessage(NodeMessage message) {
        throw new AssertionError("the core is not told of " + message);
    }

    @Override
    public void onPreVote(PreVote request) {
        throw new AssertionError("a pre-vote is never stale");
    }

    @Override
    public void onPreVoteReply(PreVoteReply reply) {
        throw new AssertionError("a pre-vote's reply is never stale");
    }

    /** The answer is void, but not the news that this server is no member any more: whoever follows, hears none of that. */
    @Override
    public void onRequestVoteReply(RequestVoteReply reply) {
        if (core.role() == RaftRole.CANDIDATE && core.candidacy().isRemovedBy(reply.removedAt())) {
            core.candidacy().removed();
        }
    }

    @Override
    public void onAppendEntriesAccepted(AppendEntriesAccepted reply) {}

    @Override
    public void onAppendEntriesRejected(AppendEntriesRejected reply) {}

    @Override
    public void onHeartbeatReply(HeartbeatReply reply) {}

    /** The sender will ask whoever leads now, as soon as it hears of it. */
    @Override
    public void onReadRequest(ReadRequest request) {}

    /** The index is still good, but its reader has given up this leader already. */
    @Override
    public void onReadReply(ReadReply reply) {}
}
