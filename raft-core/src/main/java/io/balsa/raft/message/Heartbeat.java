package io.balsa.raft.message;

import io.balsa.raft.cluster.NodeId;

/**
 * The leader is there, and how far the log is committed.
 *
 * @param leaderCommit the leader's commit index, or the follower's match index if that is lower: so the follower has
 *     every entry up to it
 * @param round a number that grows with every round of heartbeats; whoever repeats it has been heard after the round
 *     began, which is what a read waits for (section 6.4)
 */
public record Heartbeat(long term, NodeId from, NodeId to, long leaderCommit, long round) implements Message {

    @Override
    public void dispatch(Handler handler) {
        handler.onHeartbeat(this);
    }
}
