package io.balsa.raft;

/**
 * A request failed. There are four kinds, told apart by type, because a caller does something different for each:
 * {@link NotLeaderException} (go there), {@link ProposalRefusedException} (try again later),
 * {@link OutcomeUnknownException} (find out before trying again) and {@link NodeStoppedException} (this node is gone).
 */
public abstract sealed class RaftException extends RuntimeException
        permits NotLeaderException, ProposalRefusedException, OutcomeUnknownException, NodeStoppedException {

    private static final long serialVersionUID = 1L;

    RaftException(String message, @org.jspecify.annotations.Nullable Throwable cause) {
        super(message, cause);
    }

    /** Whether the request may have taken effect. */
    public abstract Outcome outcome();
}
