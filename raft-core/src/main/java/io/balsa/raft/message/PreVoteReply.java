package io.balsa.raft.message;

import io.balsa.raft.cluster.NodeId;

/**
 * Whether the sender would vote for the other one now. Promises nothing.
 *
 * @param term the sender's current term, which may be lower than the other's
 * @param requestTerm the {@link PreVote#term} this answers
 * @param granted whether it would
 */
public record PreVoteReply(long term, NodeId from, NodeId to, long requestTerm, boolean granted) implements Message {

    @Override
    public void dispatch(Handler handler) {
        handler.onPreVoteReply(this);
    }
}
