package io.balsa.raft.testkit.oracle;

import io.balsa.raft.cluster.NodeId;
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

/**
 * What a message promises when it leaves a server: that must be on the server's disk (D3). A kind that is added does not
 * compile until it is said what it promises.
 */
final class Promises implements Message.Handler {

    private final ServerView sender;
    private final ServerView receiver;
    private final CommittedLog canon;

    Promises(ServerView sender, ServerView receiver, CommittedLog canon) {
        this.sender = sender;
        this.receiver = receiver;
        this.canon = canon;
    }

    private void requireTerm(Message message) {
        if (sender.store().term() < message.term()) {
            throw new Violation(
                    "D3", message + " but on disk is " + sender.store().state());
        }
    }

    private void requireVote(Message message, NodeId candidate) {
        requireTerm(message);
        if (!sender.store().votedFor(candidate, message.term())) {
            throw new Violation(
                    "D3", message + " but on disk is " + sender.store().state());
        }
    }

    /** Who hears it must know whose promise it is: that of this store, and not of one that was lost. */
    private void requireStore(Message message, long storeId) {
        if (storeId != sender.store().id) {
            throw new Violation("D3", message + " but the store is " + sender.store().id);
        }
    }

    private void requireVoter(Message message) {
        if (!sender.mayCampaign) {
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
    public void onNodeMessage(NodeMessage message) {}

    /** Promises nothing. */
    @Override
    public void onPreVote(PreVote request) {
        requireVoter(request);
    }

    /** Promises nothing. */
    @Override
    public void onPreVoteReply(PreVoteReply reply) {
        requireRemoval(reply, reply.removedAt());
    }

    /** Who is told that it was removed falls silent, so that must be so. */
    private void requireRemoval(Message reply, long index) {
        boolean isTrue = index == 0
                || (index <= canon.size()
                        && canon.membershipAsOf(index).index() == index
                        && !canon.membershipAsOf(index).membership().contains(reply.to()));
        if (!isTrue) {
            throw new Violation("L1", reply + ", but no membership is committed at " + index + " that lacks it");
        }
    }

    /** A vote says that the log is as it was promised to be. */
    private void requireWhole(Message message) {
        if (sender.store().isMending()) {
            throw new Violation("D3", message + " but what the disk has lost is not given back");
        }
    }

    /** Its term, and the own vote in it. */
    @Override
    public void onRequestVote(RequestVote request) {
        requireWhole(request);
        if (request.term() > sender.campaignedTerm) {
            requireVoter(request);
        }
        requireVote(request, sender.id);
    }

    /** Its term, and the vote if it is granted. */
    @Override
    public void onRequestVoteReply(RequestVoteReply reply) {
        requireRemoval(reply, reply.removedAt());
        requireStore(reply, reply.storeId());
        requireTerm(reply);
        if (reply.granted()) {
            requireWhole(reply);
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
        requireStore(reply, reply.storeId());
        requireTerm(reply);
        StoreView store = sender.store();
        long index = reply.matchIndex();
        if (store.last() < index && store.log.last() < index) {
            throw new Violation("D3", reply + " but on disk are " + store.last() + " entries");
        }
        if (receiver.leads(reply.term()) && !isOnDisk(index, receiver.log)) {
            throw new Violation("D3", reply + " but on disk are other entries than that leader's");
        }
        sender.claims.requireTrue(reply, store);
        store.acknowledge(index);
    }

    /** In the log; or covered by a snapshot that is durable, whether or not it is installed yet. */
    private boolean isOnDisk(long index, LogMirror leader) {
        return index <= leader.last() && sender.store().isWritten(index, leader.hashAt(index));
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

    /** Promises nothing, but tells the store. */
    @Override
    public void onHeartbeatReply(HeartbeatReply reply) {
        requireStore(reply, reply.storeId());
    }

    /** Its term the leader was elected in; what it sends is on its disk, and committed. */
    @Override
    public void onInstallSnapshot(InstallSnapshot request) {
        requireOffice(request);
        canon.requireSnapshot(request.snapshot(), "a snapshot that " + sender.id + " sends");
        if (request.snapshot().index() > sender.store().covered()) {
            throw new Violation(
                    "D3", request + " but on disk is " + sender.store().snapshot());
        }
    }

    /** Promises nothing: that the snapshot is installed is told by {@link AppendEntriesAccepted}. */
    @Override
    public void onInstallSnapshotReply(InstallSnapshotReply reply) {}

    /** Its term the leader was elected in, and that the receiver may lead. */
    @Override
    public void onTimeoutNow(TimeoutNow request) {
        requireOffice(request);
        sender.transfers.onSent(request, receiver);
    }

    /** Promises nothing. */
    @Override
    public void onReadRequest(ReadRequest request) {}

    /** Its term the leader was elected in. */
    @Override
    public void onReadReply(ReadReply reply) {
        requireOffice(reply);
    }
}
