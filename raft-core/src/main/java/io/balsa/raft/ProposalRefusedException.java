package io.balsa.raft;

import java.util.Objects;

/** This server did not take the request although it might another one: {@link #reason} says why. */
public final class ProposalRefusedException extends RaftException {

    private static final long serialVersionUID = 1L;

    /** Why a request was refused. */
    public enum Reason {
        /** More waits already than {@link RaftConfig} allows; try again later, with a pause. */
        OVERLOADED,
        /**
         * The leader's disk is full, and nobody who has room has taken over yet; try again later, with a pause. Reads are
         * served as before.
         */
        DISK_FULL,
        /** The leadership is being handed over; try again in a moment, or ask the next leader. */
        TRANSFER_IN_PROGRESS,
        /** The command is longer than {@link RaftConfig#maxCommandBytes}; it will never be taken. */
        TOO_LARGE,
        /** A read was not confirmed by a leader in time; it may be tried again at once. */
        TIMED_OUT
    }

    private final Reason reason;

    /** Refused for this reason. */
    public ProposalRefusedException(Reason reason, String message) {
        super(message, null);
        this.reason = Objects.requireNonNull(reason, "reason");
    }

    /** Why. */
    public Reason reason() {
        return reason;
    }

    @Override
    public Outcome outcome() {
        return Outcome.NOT_APPLIED;
    }
}
