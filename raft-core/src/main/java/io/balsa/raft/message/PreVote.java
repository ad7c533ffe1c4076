package io.balsa.raft.message;

import io.balsa.raft.cluster.NodeId;
import io.balsa.raft.storage.LogPosition;

/**
 * A server whose election timer ran out asks, before it disturbs anybody with a new term, who would vote for it in the
 * term after its current one (dissertation section 9.6).
 *
 * @param last the sender's last entry
 */
public record PreVote(long term, NodeId from, NodeId to, LogPosition last) implements Message {

    @Override
    public void dispatch(Handler handler) {
        handler.onPreVote(this);
    }
}
