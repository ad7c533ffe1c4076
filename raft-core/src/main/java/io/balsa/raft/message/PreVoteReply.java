package io.balsa.raft.message;

import io.balsa.raft.cluster.NodeId;

/**
 * Whether the sender would vote for the other one now. Promises nothing.
 *
 * @param term the sender's current term, which may be lower than the other's
 * @param requestTerm the {@link PreVote#term} this answers
 * @param granted whether it would
 * @param removedAt if the asker is no member: where in the log the committed membership stands that lacks it; else 0
 */
public record PreVoteReply(long term, NodeId from, NodeId to, long requestTerm, boolean granted, long removedAt)
        implements Message {

    /** The answer to a member. */
    public PreVoteReply(long term, NodeId from, NodeId to, long requestTerm, boolean granted) {
        this(term, from, to, requestTerm, granted, 0);
    }

    @Override
    public void dispatch(Handler handler) {
        handler.onPreVoteReply(this);
    }
}
