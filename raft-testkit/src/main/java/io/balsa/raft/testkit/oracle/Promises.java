package io.balsa.raft.testkit.oracle;

import io.balsa.raft.cluster.NodeId;
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

/**
 * What a message promises when it leaves a server: that must be on the server's disk (D3). A kind that is added does not
 * compile until it is said what it promises.
 */
final class Promises implements Message.Handler {

    private final ServerView sender;
    private final ServerView receiver;

    Promises(ServerView sender, ServerView receiver) {
        this.sender = sender;
        this.receiver = receiver;
    }

    private void requireTerm(Message message) {
        if (sender.durableState.currentTerm() < message.term()) {
            throw new Violation("D3", message + " but on disk is " + sender.durableState);
        }
    }

    private void requireVote(Message message, NodeId candidate) {
        requireTerm(message);
        if (!sender.votedFor(candidate, message.term())) {
            throw new Violation("D3", message + " but on disk is " + sender.durableState);
        }
    }

    private void requireVoter(Message message) {
        if (!sender.isVoter) {
            throw new Violation("M5", sender.id + " has no vote and says " + message);
        }
    }

    private void requireOffice(Message message) {
        if (message.term() > sender.ledTerm) {
            throw new Violation("S1", sender.id + " has never led term " + message.term() + " and says " + message);
        }
    }

    /** Promises nothing. */
    @Override
    public void onPreVote(PreVote request) {
        requireVoter(request);
    }

    /** Promises nothing. */
    @Override
    public void onPreVoteReply(PreVoteReply reply) {}

    /** Its term, and the own vote in it. */
    @Override
    public void onRequestVote(RequestVote request) {
        requireVoter(request);
        requireVote(request, sender.id);
    }

    /** Its term, and the vote if it is granted. */
    @Override
    public void onRequestVoteReply(RequestVoteReply reply) {
        requireTerm(reply);
        if (reply.granted()) {
            requireVote(reply, reply.to());
        }
    }

    /** Nothing of entries (section 10.2.1); its term the leader was elected in. */
    @Override
    public void onAppendEntries(AppendEntries request) {
        requireOffice(request);
    }

    /** Its term, and the leader's entries. */
    @Override
    public void onAppendEntriesAccepted(AppendEntriesAccepted reply) {
        requireTerm(reply);
        if (sender.durable.last() < reply.matchIndex()) {
            throw new Violation("D3", reply + " but on disk are " + sender.durable.last() + " entries");
        }
        boolean isLeader = receiver.leads(reply.term());
        if (isLeader && !receiver.log.has(reply.matchIndex(), sender.durable.hashAt(reply.matchIndex()))) {
            throw new Violation("D3", reply + " but on disk are other entries than that leader's");
        }
        sender.acknowledge(reply.matchIndex());
    }

    /** Its term. */
    @Override
    public void onAppendEntriesRejected(AppendEntriesRejected reply) {
        requireTerm(reply);
    }

    /** Promises nothing; its term the leader was elected in. */
    @Override
    public void onHeartbeat(Heartbeat request) {
        requireOffice(request);
    }

    /** Promises nothing. */
    @Override
    public void onHeartbeatReply(HeartbeatReply reply) {}

    /** Promises nothing. */
    @Override
    public void onReadRequest(ReadRequest request) {}

    /** Its term the leader was elected in. */
    @Override
    public void onReadReply(ReadReply reply) {
        requireOffice(reply);
    }
}
