package io.balsa.raft;

/**
 * The command was appended to the log, but this server lost its office or stopped before it learned what became of it: it
 * may have been applied, may yet be, or may never be. Only an idempotent command may be proposed again.
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
