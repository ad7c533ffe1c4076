package io.balsa.raft.message;

import io.balsa.raft.cluster.NodeId;
import java.util.Optional;

/**
 * The answer to a {@link ForwardedProposal} of which nothing came, or nobody knows what.
 *
 * @param id what the follower called it
 * @param leader who leads instead of the sender, if that is the reason and the sender knows
 */
public record ForwardedFailure(long term, NodeId from, NodeId to, ForwardId id, Reason reason, Optional<NodeId> leader)
        implements NodeMessage {

    /** Why; all but {@link #UNKNOWN} mean that the proposal is in no log and never will be. The code stands on the wire. */
    public enum Reason {
        /** It may have been appended, and what becomes of it the sender will not learn. */
        UNKNOWN(0),
        /** The sender does not lead the term in which the proposal was passed on. */
        NOT_LEADER(1),
        /** More waits at the sender than it may hold. */
        OVERLOADED(2),
        /** The leadership is being handed over. */
        TRANSFER_IN_PROGRESS(3),
        /** The command is longer than the sender allows. */
        TOO_LARGE(4),
        /** The sender's disk is full. */
        DISK_FULL(5);

        private final int code;

        Reason(int code) {
            this.code = code;
        }

        int code() {
            return code;
        }

        static Reason ofCode(int code) {
            for (Reason reason : values()) {
                if (reason.code == code) {
                    return reason;
                }
            }
            throw new IllegalArgumentException("no reason has the code " + code);
        }
    }

    @Override
    public void dispatch(NodeMessage.Handler handler) {
        handler.onForwardedFailure(this);
    }
}
