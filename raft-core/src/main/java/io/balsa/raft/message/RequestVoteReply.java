package io.balsa.raft.message;

import io.balsa.raft.cluster.NodeId;

/**
 * The answer to a candidate (figure 3.1).
 *
 * @param granted whether the candidate has the vote
 * @param storeId the store that the sender remembers its vote with; 0 if it is not known
 * @param removedAt if the candidate is no member: where in the log the committed membership stands that lacks it; else 0
 */
public record RequestVoteReply(long term, NodeId from, NodeId to, boolean granted, long storeId, long removedAt)
        implements AfterSync {

    /** The answer of a server whose store is not known. */
    public RequestVoteReply(long term, NodeId from, NodeId to, boolean granted) {
        this(term, from, to, granted, 0, 0);
    }

    @Override
    public void dispatch(Handler handler) {
        handler.onRequestVoteReply(this);
    }
}
