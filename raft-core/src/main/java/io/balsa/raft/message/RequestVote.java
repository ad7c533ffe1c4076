package io.balsa.raft.message;

import io.balsa.raft.cluster.NodeId;
import io.balsa.raft.storage.LogPosition;

/**
 * A candidate asks for a vote (figure 3.1).
 *
 * @param last the candidate's last entry: lastLogIndex and lastLogTerm
 */
public record RequestVote(long term, NodeId from, NodeId to, LogPosition last) implements AfterSync {

    @Override
    public void dispatch(Handler handler) {
        handler.onRequestVote(this);
    }
}
