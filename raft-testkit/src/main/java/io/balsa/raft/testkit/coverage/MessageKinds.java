package io.balsa.raft.testkit.coverage;

import io.balsa.raft.message.AppendEntries;
import io.balsa.raft.message.AppendEntriesAccepted;
import io.balsa.raft.message.AppendEntriesRejected;
import io.balsa.raft.message.ForwardedFailure;
import io.balsa.raft.message.ForwardedProposal;
import io.balsa.raft.message.ForwardedResult;
import io.balsa.raft.message.HashAnswer;
import io.balsa.raft.message.HashQuestion;
import io.balsa.raft.message.HashReport;
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
import io.balsa.raft.message.StateDiverged;
import io.balsa.raft.message.TimeoutNow;

/** Sees the marks of messages in one direction. A kind that is added does not compile until it has marks. */
final class MessageKinds implements Message.Handler {

    private final Coverage coverage;
    private final boolean sent;
    private final Beside beside = new Beside();

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

    @Override
    public void onInstallSnapshot(InstallSnapshot request) {
        see(Mark.SENT_INSTALL_SNAPSHOT, Mark.RECEIVED_INSTALL_SNAPSHOT);
    }

    @Override
    public void onInstallSnapshotReply(InstallSnapshotReply reply) {
        see(Mark.SENT_INSTALL_SNAPSHOT_REPLY, Mark.RECEIVED_INSTALL_SNAPSHOT_REPLY);
    }

    @Override
    public void onTimeoutNow(TimeoutNow request) {
        see(Mark.SENT_TIMEOUT_NOW, Mark.RECEIVED_TIMEOUT_NOW);
    }

    @Override
    public void onNodeMessage(NodeMessage message) {
        message.dispatch(beside);
    }

    /** What nodes say to one another beside Raft. */
    private final class Beside implements NodeMessage.Handler {

        @Override
        public void onForwardedProposal(ForwardedProposal request) {
            see(Mark.SENT_FORWARDED_PROPOSAL, Mark.RECEIVED_FORWARDED_PROPOSAL);
        }

        @Override
        public void onForwardedResult(ForwardedResult answer) {
            see(Mark.SENT_FORWARDED_RESULT, Mark.RECEIVED_FORWARDED_RESULT);
            coverage.count(Counter.PROPOSALS_FORWARDED, sent ? 0 : 1);
        }

        @Override
        public void onForwardedFailure(ForwardedFailure answer) {
            see(Mark.SENT_FORWARDED_FAILURE, Mark.RECEIVED_FORWARDED_FAILURE);
        }

        @Override
        public void onHashReport(HashReport report) {
            see(Mark.SENT_HASH_REPORT, Mark.RECEIVED_HASH_REPORT);
        }

        @Override
        public void onHashQuestion(HashQuestion question) {
            see(Mark.SENT_HASH_QUESTION, Mark.RECEIVED_HASH_QUESTION);
        }

        @Override
        public void onHashAnswer(HashAnswer answer) {
            see(Mark.SENT_HASH_ANSWER, Mark.RECEIVED_HASH_ANSWER);
        }

        @Override
        public void onStateDiverged(StateDiverged verdict) {
            see(Mark.SENT_STATE_DIVERGED, Mark.RECEIVED_STATE_DIVERGED);
        }
    }
}
