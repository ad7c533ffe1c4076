package io.balsa.raft.message;

import io.balsa.raft.cluster.NodeId;

/**
 * The state machine of a server is not like those of a majority. A leader says so to the server itself, which puts itself in
 * quarantine; and the server says so, in answer and to every later leader.
 *
 * @param life names the state that differs, see {@link HashReport}: if the server has another one by now, this says nothing
 *     of it
 * @param server who differs
 * @param index the checkpoint at which it was found
 * @param firstIndex the first entry with another result is there or later
 * @param lastIndex or there or earlier
 */
public record StateDiverged(
        long term, NodeId from, NodeId to, long life, NodeId server, long index, long firstIndex, long lastIndex)
        implements NodeMessage {

    @Override
    public void dispatch(NodeMessage.Handler handler) {
        handler.onStateDiverged(this);
    }
}
