package io.balsa.raft;

import java.util.Objects;

/**
 * The number of this command was used in its session before, for another command: the session is used by two clients at
 * once, or was resumed at a number that was too low. The other command keeps its result; resume the session at a higher
 * number, or open another one.
 */
public final class SequenceReusedException extends RaftException {

    private static final long serialVersionUID = 1L;

    private final long sequence;
    private final Outcome outcome;

    /** The command with this number. */
    public SequenceReusedException(long sequence, Outcome outcome) {
        super("number " + sequence + " was used in the session before, for another command", null);
        this.sequence = sequence;
        this.outcome = Objects.requireNonNull(outcome, "outcome");
    }

    /** The number. */
    public long sequence() {
        return sequence;
    }

    @Override
    public Outcome outcome() {
        return outcome;
    }
}
