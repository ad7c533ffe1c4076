package io.balsa.raft;

/**
 * All attempts to learn what became of a session's command have failed. It may have been applied, may yet be, or may never
 * be: {@link RaftSession#resolve} with this {@link #sequence} asks again, now or later, and cannot apply it twice.
 */
public final class UnresolvedCommandException extends RaftException {

    private static final long serialVersionUID = 1L;

    private final long sequence;

    /** The command with this number in its session; with how the last attempt failed. */
    public UnresolvedCommandException(long sequence, Throwable cause) {
        super("it is not known what became of command " + sequence + " of the session", cause);
        this.sequence = sequence;
    }

    /** The number of the command in its session. */
    public long sequence() {
        return sequence;
    }

    @Override
    public Outcome outcome() {
        return Outcome.UNKNOWN;
    }
}
