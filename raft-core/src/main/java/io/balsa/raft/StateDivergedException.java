package io.balsa.raft;

import java.util.Objects;

/**
 * This server's state machine is not like those of the others, and the server is in quarantine: it answers nothing from that
 * state. Ask another server. See {@link RaftConfig#divergenceInterval}.
 */
public final class StateDivergedException extends RaftException {

    private static final long serialVersionUID = 1L;

    private final transient Divergence divergence;

    /** Because of this. */
    public StateDivergedException(Divergence divergence) {
        super("in quarantine: " + divergence, null);
        this.divergence = Objects.requireNonNull(divergence, "divergence");
    }

    /** Where this server began to differ, as far as that is known. */
    public Divergence divergence() {
        return divergence;
    }

    @Override
    public Outcome outcome() {
        return Outcome.NOT_APPLIED;
    }
}
