package io.balsa.raft.testkit.mutants;

import io.balsa.raft.testkit.oracle.Violation;
import io.balsa.raft.testkit.world.ClusterRun;
import java.util.function.LongFunction;

/**
 * One seed of the simulation, tried with the classes that this class was loaded with. The only place that knows how a
 * simulation is begun.
 */
public final class ClusterTrial implements LongFunction<String> {

    /** Trials of the present loader's classes. */
    public ClusterTrial() {}

    /** Empty if the run of this seed is green; else the invariant that is violated, a tab, and how. */
    @Override
    public String apply(long seed) {
        try {
            return new ClusterRun(seed)
                    .run()
                    .violation()
                    .map(ClusterTrial::verdict)
                    .orElse("");
        } catch (RuntimeException | Error e) {
            return verdict(e);
        }
    }

    /** Whatever escapes, and is no violation of another invariant, violates A1: no exception escapes, no assertion fails. */
    private static String verdict(Throwable failure) {
        for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
            if (cause instanceof Violation violation) {
                return violation.invariant() + "\t" + violation.getMessage();
            }
        }
        Throwable root = failure;
        while (root.getCause() != null) {
            root = root.getCause();
        }
        return "A1\t" + root.getClass().getSimpleName() + ": " + root.getMessage();
    }
}
