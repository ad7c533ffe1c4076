package io.balsa.raft.message;

import io.balsa.raft.cluster.NodeId;

/**
 * The sender follows, or has a later term.
 *
 * @param round the heartbeat's round, or {@link #STALE_TERM}. Each leader counts its rounds anew: the round of an earlier
 *     term would pass for one of this term, and confirm reads that began after it
 */
public record HeartbeatReply(long term, NodeId from, NodeId to, long round) implements Message {

    /** In place of a round: the heartbeat was of an earlier term, and its sender is not followed. */
    public static final long STALE_TERM = 0;

    @Override
    public void dispatch(Handler handler) {
        handler.onHeartbeatReply(this);
    }
}
