package io.balsa.raft.message;

import io.balsa.raft.cluster.NodeId;
import io.balsa.raft.storage.LogPosition;

/**
 * The follower's log has no entry at the request's previous position.
 *
 * @param rejectedIndex the previous index of the request
 * @param hint the highest position of the follower's log at which the two may still agree: not above the request's
 *     previous index, nor of a later term. It saves a round trip for each entry (section 3.5)
 */
public record AppendEntriesRejected(long term, NodeId from, NodeId to, long rejectedIndex, LogPosition hint)
        implements AfterSync {

    @Override
    public void dispatch(Handler handler) {
        handler.onAppendEntriesRejected(this);
    }
}
