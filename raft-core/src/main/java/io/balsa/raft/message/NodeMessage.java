package io.balsa.raft.message;

/**
 * Something that a node says to another beside Raft: the consensus core never sees it, and it promises nothing about logs,
 * terms or votes. It may be lost, and come late, twice, or from an earlier life of its sender, as any message.
 */
public sealed interface NodeMessage extends Message
        permits ForwardedProposal,
                ForwardedResult,
                ForwardedFailure,
                HashReport,
                HashQuestion,
                HashAnswer,
                StateDiverged {

    @Override
    default void dispatch(Message.Handler handler) {
        handler.onNodeMessage(this);
    }

    /** Calls the one method of {@code handler} that is meant for this kind of message. */
    void dispatch(Handler handler);

    /** One method for each kind. */
    interface Handler {

        /** A follower passes on what its user wants to be committed. */
        void onForwardedProposal(ForwardedProposal request);

        /** What came out of one. */
        void onForwardedResult(ForwardedResult answer);

        /** Nothing came out of one, or nobody knows what. */
        void onForwardedFailure(ForwardedFailure answer);

        /** A node tells what it has computed up to a checkpoint. */
        void onHashReport(HashReport report);

        /** A leader wants to know the hashes on the way to a checkpoint. */
        void onHashQuestion(HashQuestion question);

        /** A node tells its hashes on the way to a checkpoint. */
        void onHashAnswer(HashAnswer answer);

        /** A node's state machine is not like the others. */
        void onStateDiverged(StateDiverged verdict);
    }
}
