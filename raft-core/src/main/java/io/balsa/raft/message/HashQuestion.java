package io.balsa.raft.message;

import io.balsa.raft.cluster.NodeId;

/**
 * A leader that has found a difference asks for the hashes on the way to a checkpoint, to see where it began.
 *
 * @param index the checkpoint
 */
public record HashQuestion(long term, NodeId from, NodeId to, long index) implements NodeMessage {

    @Override
    public void dispatch(NodeMessage.Handler handler) {
        handler.onHashQuestion(this);
    }
}
