package io.balsa.raft.message;

import io.balsa.raft.cluster.NodeId;

/**
 * The sender follows, or has a later term.
 *
 * @param round the heartbeat's round, or {@link #STALE_TERM}. Each leader counts its rounds anew: the round of an earlier
 *     term would pass for one of this term, and confirm reads that began after it
 * @param storeId the store that the sender has; 0 if it is not known
 * @param boundNanos for how long, from when it heard the heartbeat, the sender votes for nobody else, even if it is restarted:
 *     what a lease rests on (section 6.4.1); 0 if it promises nothing
 */
public record HeartbeatReply(long term, NodeId from, NodeId to, long round, long storeId, long boundNanos)
        implements Message {

    /** In place of a round: the heartbeat was of an earlier term, and its sender is not followed. */
    public static final long STALE_TERM = 0;

    /** The answer of a server whose store is not known, and which promises nothing. */
    public HeartbeatReply(long term, NodeId from, NodeId to, long round) {
        this(term, from, to, round, 0, 0);
    }

    @Override
    public void dispatch(Handler handler) {
        handler.onHeartbeatReply(this);
    }
}
