package io.balsa.raft.message;

import io.balsa.raft.cluster.NodeId;

/**
 * The answer to a candidate (figure 3.1).
 *
 * @param granted whether the candidate has the vote
 */
public record RequestVoteReply(long term, NodeId from, NodeId to, boolean granted) implements AfterSync {

    @Override
    public void dispatch(Handler handler) {
        handler.onRequestVoteReply(this);
    }
}
