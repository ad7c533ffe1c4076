package io.balsa.raft.message;

import io.balsa.raft.cluster.NodeId;

/**
 * The follower's log agrees with the leader's up to {@code matchIndex}, on its disk.
 *
 * @param matchIndex the last index the request spoke of, and never more than that: what comes after it may differ
 * @param storeId the store that the sender has it in; 0 if it is not known
 */
public record AppendEntriesAccepted(long term, NodeId from, NodeId to, long matchIndex, long storeId)
        implements AfterSync {

    /** The answer of a server whose store is not known. */
    public AppendEntriesAccepted(long term, NodeId from, NodeId to, long matchIndex) {
        this(term, from, to, matchIndex, 0);
    }

    @Override
    public void dispatch(Handler handler) {
        handler.onAppendEntriesAccepted(this);
    }
}
