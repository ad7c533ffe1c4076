package io.balsa.raft;

import java.util.Objects;

/**
 * The session is gone: it was not used for too long, gave way to another because there were too many, or was closed. What
 * it remembered is gone with it, and nothing that is proposed in it will ever be applied again.
 *
 * <p>{@link #outcome} is {@link Outcome#NOT_APPLIED} for a command that was proposed only once. One that was proposed before,
 * with an unknown outcome, may have been applied while the session lived: {@link Outcome#UNKNOWN}.
 */
public final class SessionExpiredException extends RaftException {

    private static final long serialVersionUID = 1L;

    private final long session;
    private final Outcome outcome;

    /** The session with this id is gone. */
    public SessionExpiredException(long session, Outcome outcome) {
        super("session " + session + " has expired or was closed", null);
        this.session = session;
        this.outcome = Objects.requireNonNull(outcome, "outcome");
    }

    /** The id that the session had. */
    public long session() {
        return session;
    }

    @Override
    public Outcome outcome() {
        return outcome;
    }
}
