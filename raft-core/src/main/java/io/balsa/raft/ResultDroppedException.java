package io.balsa.raft;

/**
 * The command <b>was applied, once</b>, at {@link #index}, but its result is lost: the first answer did not arrive, and the
 * servers did not keep it for a second one, because more than a mebibyte of results of the session, or 8 MiB of all
 * sessions, waited to be acknowledged.
 *
 * <p>{@link #outcome} is {@link Outcome#UNKNOWN}, so that who looks at nothing else does not propose the command again.
 */
public final class ResultDroppedException extends RaftException {

    private static final long serialVersionUID = 1L;

    private final long index;
    private final long term;

    /** Applied by the entry at this index, of this term. */
    public ResultDroppedException(long index, long term) {
        super("the command was applied at index " + index + ", but its result was not kept", null);
        this.index = index;
        this.term = term;
    }

    /** Where in the log the command stands. */
    public long index() {
        return index;
    }

    /** The term in which it was appended. */
    public long term() {
        return term;
    }

    @Override
    public Outcome outcome() {
        return Outcome.UNKNOWN;
    }
}
