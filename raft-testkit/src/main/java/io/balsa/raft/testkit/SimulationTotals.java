package io.balsa.raft.testkit;

import java.time.Duration;
import java.util.Objects;

/**
 * What has happened in simulated runs, all of them together.
 *
 * @param simulated time in the simulated worlds
 * @param events things that happened: a duty cycle of an agent, a message that arrived
 * @param committed entries of the logs, commands and others
 * @param elections that somebody has won
 * @param faults that struck: partitions, pauses, slow disks, crashes, …
 * @param crashes of processes and machines
 * @param acknowledged commands whose result a client got
 * @param unknown commands of which the client was told that nobody knows what became of them
 * @param refused commands of which the client was told that they take no effect
 * @param reads that were answered, linearizable and local ones
 */
public record SimulationTotals(
        Duration simulated,
        long events,
        long committed,
        long elections,
        long faults,
        long crashes,
        long acknowledged,
        long unknown,
        long refused,
        long reads) {

    /** All of it is given. */
    public SimulationTotals {
        Objects.requireNonNull(simulated, "simulated");
    }

    /** Nothing. */
    static SimulationTotals none() {
        return new SimulationTotals(Duration.ZERO, 0, 0, 0, 0, 0, 0, 0, 0, 0);
    }

    SimulationTotals plus(SimulationTotals more) {
        return new SimulationTotals(
                simulated.plus(more.simulated),
                events + more.events,
                committed + more.committed,
                elections + more.elections,
                faults + more.faults,
                crashes + more.crashes,
                acknowledged + more.acknowledged,
                unknown + more.unknown,
                refused + more.refused,
                reads + more.reads);
    }

    /** In one line. */
    @Override
    public String toString() {
        return simulated.toSeconds() + " simulated seconds, " + events + " events, " + committed
                + " entries committed, "
                + elections + " elections, " + faults + " faults, " + crashes + " crashes; commands: " + acknowledged
                + " acknowledged, " + unknown + " unknown, " + refused + " refused; " + reads + " reads";
    }
}
