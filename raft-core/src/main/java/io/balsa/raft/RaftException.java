package io.balsa.raft;

/**
 * A request failed. There are six kinds, told apart by type, because a caller does something different for each:
 * {@link NotLeaderException} (go there), {@link ProposalRefusedException} (try again later),
 * {@link OutcomeUnknownException} (find out before trying again), {@link NodeStoppedException} (this node is gone),
 * {@link StateDivergedException} (ask another node), and for what operators ask {@link ChangeRefusedException} (see why).
 *
 * <p>A {@link RaftSession} adds {@link SessionExpiredException} (open another one), {@link UnresolvedCommandException} (ask
 * again), {@link SequenceReusedException} (somebody else uses the session) and {@link ResultDroppedException} (it was
 * applied, but what came out is lost).
 */
public abstract sealed class RaftException extends RuntimeException
        permits NotLeaderException,
                ProposalRefusedException,
                OutcomeUnknownException,
                NodeStoppedException,
                ChangeRefusedException,
                StateDivergedException,
                SessionExpiredException,
                UnresolvedCommandException,
                SequenceReusedException,
                ResultDroppedException {

    private static final long serialVersionUID = 1L;

    RaftException(String message, @org.jspecify.annotations.Nullable Throwable cause) {
        super(message, cause);
    }

    /** Whether the request may have taken effect. */
    public abstract Outcome outcome();
}
