package io.balsa.raft.testkit.sweep;

import io.balsa.raft.testkit.oracle.Violation;
import io.balsa.raft.testkit.plan.Plan;

/**
 * A seed under which something that must always hold did not.
 *
 * @param plan of the run
 * @param event at which it showed, counted from the beginning of the run
 * @param simulatedNanos when it showed
 * @param violation of what
 */
public record Failure(Plan plan, long event, long simulatedNanos, Violation violation) {

    /** The seed. */
    public long seed() {
        return plan.seed();
    }
}
