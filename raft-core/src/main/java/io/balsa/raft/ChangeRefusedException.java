package io.balsa.raft;

import io.balsa.raft.cluster.ChangeRefusal;
import java.util.Locale;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * A change of the membership, a transfer of the leadership or a snapshot was refused: {@link #reason} says why. Nothing was
 * changed.
 */
public final class ChangeRefusedException extends RaftException {

    private static final long serialVersionUID = 1L;

    private final ChangeRefusal reason;

    /** Refused for this reason. */
    public ChangeRefusedException(ChangeRefusal reason) {
        super(sentence(reason), null);
        this.reason = reason;
    }

    /** Refused for this reason, because of something. */
    public ChangeRefusedException(ChangeRefusal reason, Throwable cause) {
        this(reason, sentence(reason) + ": " + cause.getMessage(), cause);
    }

    /** Refused for this reason, with a sentence of one's own. */
    public ChangeRefusedException(ChangeRefusal reason, String message) {
        this(reason, message, null);
    }

    private ChangeRefusedException(ChangeRefusal reason, String message, @Nullable Throwable cause) {
        super(message, cause);
        this.reason = Objects.requireNonNull(reason, "reason");
    }

    private static String sentence(ChangeRefusal reason) {
        return "refused: " + reason.name().toLowerCase(Locale.ROOT).replace('_', ' ');
    }

    /** Why. */
    public ChangeRefusal reason() {
        return reason;
    }

    @Override
    public Outcome outcome() {
        return Outcome.NOT_APPLIED;
    }
}
