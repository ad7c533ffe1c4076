package io.balsa.raft.message;

import io.balsa.raft.cluster.NodeId;

/**
 * The follower's log agrees with the leader's up to {@code matchIndex}, on its disk.
 *
 * @param matchIndex the last index the request spoke of, and never more than that: what comes after it may differ
 */
public record AppendEntriesAccepted(long term, NodeId from, NodeId to, long matchIndex) implements AfterSync {

    @Override
    public void dispatch(Handler handler) {
        handler.onAppendEntriesAccepted(this);
    }
}
