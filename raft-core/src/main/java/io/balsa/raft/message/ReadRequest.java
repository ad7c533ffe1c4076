package io.balsa.raft.message;

import io.balsa.raft.cluster.NodeId;

/**
 * A follower asks up to where it must apply before it may answer reads that it has now (section 6.4).
 *
 * @param id never used before by this sender, not even before it was started anew
 */
public record ReadRequest(long term, NodeId from, NodeId to, long id) implements Message {

    @Override
    public void dispatch(Handler handler) {
        handler.onReadRequest(this);
    }
}
