package io.balsa.raft.message;

import io.balsa.raft.cluster.NodeId;

/**
 * The sender follows, or has a later term.
 *
 * @param round the heartbeat's round
 */
public record HeartbeatReply(long term, NodeId from, NodeId to, long round) implements Message {

    @Override
    public void dispatch(Handler handler) {
        handler.onHeartbeatReply(this);
    }
}
