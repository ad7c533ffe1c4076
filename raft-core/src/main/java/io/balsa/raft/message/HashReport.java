package io.balsa.raft.message;

import io.balsa.raft.cluster.NodeId;

/**
 * A node tells the leader what it has computed up to a checkpoint: if all state machines are deterministic, all nodes say the
 * same.
 *
 * @param index the checkpoint
 * @param hash the rolling hash of all entries up to there, and of their results
 * @param life names the state that says so: another one after each start, and whenever it was replaced
 */
public record HashReport(long term, NodeId from, NodeId to, long index, long hash, long life) implements NodeMessage {

    @Override
    public void dispatch(NodeMessage.Handler handler) {
        handler.onHashReport(this);
    }
}
