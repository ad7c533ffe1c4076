package io.balsa.raft.core;

import io.balsa.raft.message.AppendEntries;
import io.balsa.raft.message.AppendEntriesAccepted;
import io.balsa.raft.message.AppendEntriesRejected;
import io.balsa.raft.message.Heartbeat;
import io.balsa.raft.message.HeartbeatReply;
import io.balsa.raft.message.Message;
import io.balsa.raft.message.PreVote;
import io.balsa.raft.message.PreVoteReply;
import io.balsa.raft.message.ReadReply;
import io.balsa.raft.message.ReadRequest;
import io.balsa.raft.message.RequestVote;
import io.balsa.raft.message.RequestVoteReply;
import io.balsa.raft.storage.LogPosition;

/**
 * "If a server receives a request with a stale term number, it rejects the request" (section 3.3), so that its sender
 * learns the term. Stale replies are dropped. Pre-votes do not come here: their term is settled by the role.
 *
 * <p>A rejection bears the current term, and by now its receiver may lead just that: so it must say nothing that would
 * count as an answer to a request of that term, no round of heartbeats and no place in the log. A refused vote is the
 * exception: a candidate of that term counts it, and may lose an election by it, but never wins one.
 */
final class StaleMessageAnswer implements Message.Handler {

    private final RaftCore core;

    StaleMessageAnswer(RaftCore core) {
        this.core = core;
    }

    @Override
    public void onRequestVote(RequestVote request) {
        core.send(new RequestVoteReply(core.currentTerm(), core.self(), request.from(), false));
    }

    @Override
    public void onAppendEntries(AppendEntries request) {
        core.send(new AppendEntriesRejected(
                core.currentTerm(), core.self(), request.from(), AppendEntriesRejected.STALE_TERM, LogPosition.ZERO));
    }

    @Override
    public void onHeartbeat(Heartbeat request) {
        core.send(new HeartbeatReply(core.currentTerm(), core.self(), request.from(), HeartbeatReply.STALE_TERM));
    }

    @Override
    public void onPreVote(PreVote request) {
        throw new AssertionError("a pre-vote is never stale");
    }

    @Override
    public void onPreVoteReply(PreVoteReply reply) {
        throw new AssertionError("a pre-vote's reply is never stale");
    }

    @Override
    public void onRequestVoteReply(RequestVoteReply reply) {}

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
