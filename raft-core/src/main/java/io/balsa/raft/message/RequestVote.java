package io.balsa.raft.message;

import io.balsa.raft.cluster.NodeId;
import io.balsa.raft.storage.LogPosition;

/**
 * A candidate asks for a vote (figure 3.1).
 *
 * @param last the candidate's last entry: lastLogIndex and lastLogTerm
 * @param transfer whether the leader itself has asked the candidate to take over: then voters do not hold on to that leader
 *     (section 3.10)
 */
public record RequestVote(long term, NodeId from, NodeId to, LogPosition last, boolean transfer) implements AfterSync {

    /** Asks because no leader was heard. */
    public RequestVote(long term, NodeId from, NodeId to, LogPosition last) {
        this(term, from, to, last, false);
    }

    @Override
    public void dispatch(Handler handler) {
        handler.onRequestVote(this);
    }
}
