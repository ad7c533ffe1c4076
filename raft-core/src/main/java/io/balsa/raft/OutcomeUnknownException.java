package io.balsa.raft;

/**
 * The command was appended to the log, or passed on to the leader, but this server lost its office, its leader or that
 * leader's answer, or stopped, before it learned what became of it: it may have been applied, may yet be, or may never be.
 * Only an idempotent command may be proposed again.
 */
public final class OutcomeUnknownException extends RaftException {

    private static final long serialVersionUID = 1L;

    /** With a sentence that says what happened. */
    public OutcomeUnknownException(String message) {
        super(message, null);
    }

    @Override
    public Outcome outcome() {
        return Outcome.UNKNOWN;
    }
}
