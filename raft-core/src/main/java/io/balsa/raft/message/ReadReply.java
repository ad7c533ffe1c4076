package io.balsa.raft.message;

import io.balsa.raft.cluster.NodeId;

/**
 * Everything that was committed before the request was made has an index of at most {@code index}.
 *
 * @param id the request's
 * @param index the read index
 */
public record ReadReply(long term, NodeId from, NodeId to, long id, long index) implements Message {

    @Override
    public void dispatch(Handler handler) {
        handler.onReadReply(this);
    }
}
