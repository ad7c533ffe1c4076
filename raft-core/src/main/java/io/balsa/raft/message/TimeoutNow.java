package io.balsa.raft.message;

import io.balsa.raft.cluster.NodeId;

/** The leader asks the receiver, whose log is as long as its own, to take over at once (section 3.10). */
public record TimeoutNow(long term, NodeId from, NodeId to) implements Message {

    @Override
    public void dispatch(Handler handler) {
        handler.onTimeoutNow(this);
    }
}
