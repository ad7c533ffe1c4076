package io.balsa.raft.testkit;

import java.util.Objects;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * What was found in one simulated run, which ended with it.
 *
 * @param seed of the run
 * @param kind what kind of failure it is
 * @param invariant what does not hold, as the project's list of invariants names it: S5 for instance
 * @param message what was found, in words
 * @param index where in the log the command stands with which it began, if it is known
 * @param command that command in words, if it is known
 * @param cluster the options that the seed has drawn, in words
 * @param toRepeat the line of code that repeats this run alone, if the options are the same as before
 * @param cause the exception behind it, if there is one
 */
public record SimulationFailure(
        long seed,
        Kind kind,
        String invariant,
        String message,
        OptionalLong index,
        Optional<String> command,
        String cluster,
        String toRepeat,
        Optional<Throwable> cause) {

    /** Whose failure it is, and what kind of one. */
    public enum Kind {
        /** State machines have answered a command differently, though they had applied the same before. */
        DIVERGENCE,
        /** They have answered alike, and hold different states. */
        STATE,
        /**
         * A state machine that was restored from a snapshot answers otherwise, or holds something else, than one that has
         * applied all commands itself; or it threw when its state was to be captured, written or restored.
         */
        SNAPSHOT,
        /** A query has returned something else than it does on a new state machine that has applied the same commands. */
        READ,
        /**
         * The state machine answered a command with an exception or with null, wherever it was applied; or it changed a
         * result that it had returned.
         */
        EXCEPTION,
        /** The supplier of state machines threw, or returned null or a state machine that is not new. */
        SUPPLIER,
        /** What was given as commands, queries or state threw, or returned something that is of no use. */
        OPTION,
        /** The library has not kept a promise. Whatever the state machine does, this should not happen: please report it. */
        LIBRARY
    }

    /** All of it is given. */
    public SimulationFailure {
        Objects.requireNonNull(kind, "kind");
        Objects.requireNonNull(invariant, "invariant");
        Objects.requireNonNull(message, "message");
        Objects.requireNonNull(index, "index");
        Objects.requireNonNull(command, "command");
        Objects.requireNonNull(cluster, "cluster");
        Objects.requireNonNull(toRepeat, "toRepeat");
        Objects.requireNonNull(cause, "cause");
    }

    /** What was found and how to find it again, in a few lines. */
    @Override
    public String toString() {
        return String.join(
                "\n",
                "seed " + seed + ": " + kind + " (" + invariant + "): " + message,
                "  the cluster: " + cluster,
                "  to repeat it: " + toRepeat + ".run().assertPassed()",
                "  to read it:   " + toRepeat + ".story(" + seed + ")");
    }
}
