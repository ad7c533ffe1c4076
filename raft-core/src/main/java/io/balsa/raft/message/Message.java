package io.balsa.raft.message;

import io.balsa.raft.cluster.NodeId;

/** Something that one server says to another. Every message carries the current term of its sender. */
public sealed interface Message
        permits AfterSync,
                AppendEntries,
                Heartbeat,
                HeartbeatReply,
                InstallSnapshot,
                InstallSnapshotReply,
                NodeMessage,
                PreVote,
                PreVoteReply,
                ReadReply,
                ReadRequest,
                TimeoutNow {

    /** The sender's current term. */
    long term();

    /** Who says it. */
    NodeId from();

    /** To whom. */
    NodeId to();

    /** Calls the one method of {@code handler} that is meant for this kind of message. */
    void dispatch(Handler handler);

    /** One method for each kind: a new kind does not compile until every role has an answer to it. */
    interface Handler {

        /** A server asks whether it could win an election. */
        void onPreVote(PreVote request);

        /** The answer to {@link #onPreVote}. */
        void onPreVoteReply(PreVoteReply reply);

        /** A candidate asks for a vote. */
        void onRequestVote(RequestVote request);

        /** The answer to {@link #onRequestVote}. */
        void onRequestVoteReply(RequestVoteReply reply);

        /** A leader replicates entries. */
        void onAppendEntries(AppendEntries request);

        /** A follower has the entries on its disk. */
        void onAppendEntriesAccepted(AppendEntriesAccepted reply);

        /** A follower lacks what comes before the entries. */
        void onAppendEntriesRejected(AppendEntriesRejected reply);

        /** A leader shows that it is there. */
        void onHeartbeat(Heartbeat request);

        /** A server shows that it follows. */
        void onHeartbeatReply(HeartbeatReply reply);

        /** A follower asks for a read index. */
        void onReadRequest(ReadRequest request);

        /** The answer to {@link #onReadRequest}. */
        void onReadReply(ReadReply reply);

        /** A leader sends a piece of its snapshot. */
        void onInstallSnapshot(InstallSnapshot request);

        /** The answer to {@link #onInstallSnapshot}. */
        void onInstallSnapshotReply(InstallSnapshotReply reply);

        /** A leader wants the receiver to lead. */
        void onTimeoutNow(TimeoutNow request);

        /** Something that does not concern the core. */
        void onNodeMessage(NodeMessage message);
    }
}
