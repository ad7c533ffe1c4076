package io.balsa.raft.testkit.coverage;

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

/** Sees the marks of messages in one direction. A kind that is added does not compile until it has marks. */
final class MessageKinds implements Message.Handler {

    private final Coverage coverage;
    private final boolean sent;

    MessageKinds(Coverage coverage, boolean sent) {
        this.coverage = coverage;
        this.sent = sent;
    }

    private void see(Mark whenSent, Mark whenReceived) {
        coverage.see(sent ? whenSent : whenReceived);
    }

    @Override
    public void onPreVote(PreVote request) {
        see(Mark.SENT_PRE_VOTE, Mark.RECEIVED_PRE_VOTE);
    }

    @Override
    public void onPreVoteReply(PreVoteReply reply) {
        see(Mark.SENT_PRE_VOTE_REPLY, Mark.RECEIVED_PRE_VOTE_REPLY);
    }

    @Override
    public void onRequestVote(RequestVote request) {
        see(Mark.SENT_REQUEST_VOTE, Mark.RECEIVED_REQUEST_VOTE);
    }

    @Override
    public void onRequestVoteReply(RequestVoteReply reply) {
        see(Mark.SENT_REQUEST_VOTE_REPLY, Mark.RECEIVED_REQUEST_VOTE_REPLY);
    }

    @Override
    public void onAppendEntries(AppendEntries request) {
        see(Mark.SENT_APPEND_ENTRIES, Mark.RECEIVED_APPEND_ENTRIES);
    }

    @Override
    public void onAppendEntriesAccepted(AppendEntriesAccepted reply) {
        see(Mark.SENT_APPEND_ENTRIES_ACCEPTED, Mark.RECEIVED_APPEND_ENTRIES_ACCEPTED);
    }

    @Override
    public void onAppendEntriesRejected(AppendEntriesRejected reply) {
        see(Mark.SENT_APPEND_ENTRIES_REJECTED, Mark.RECEIVED_APPEND_ENTRIES_REJECTED);
    }

    @Override
    public void onHeartbeat(Heartbeat request) {
        see(Mark.SENT_HEARTBEAT, Mark.RECEIVED_HEARTBEAT);
    }

    @Override
    public void onHeartbeatReply(HeartbeatReply reply) {
        see(Mark.SENT_HEARTBEAT_REPLY, Mark.RECEIVED_HEARTBEAT_REPLY);
    }

    @Override
    public void onReadRequest(ReadRequest request) {
        see(Mark.SENT_READ_REQUEST, Mark.RECEIVED_READ_REQUEST);
    }

    @Override
    public void onReadReply(ReadReply reply) {
        see(Mark.SENT_READ_REPLY, Mark.RECEIVED_READ_REPLY);
    }
}
