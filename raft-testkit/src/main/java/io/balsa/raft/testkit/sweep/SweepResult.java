package io.balsa.raft.testkit.sweep;

import io.balsa.raft.testkit.coverage.Counter;
import io.balsa.raft.testkit.coverage.Coverage;
import io.balsa.raft.testkit.coverage.Mark;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * What a sweep has come to. All but the two last depends on the seeds only.
 *
 * @param seeds how many were run
 * @param volume how much happened in all of them
 * @param coverage what happened
 * @param failures by seed
 * @param wallNanos how long it took
 * @param cpuNanos for how long its threads were busy
 */
public record SweepResult(
        long seeds, Volume volume, Coverage coverage, List<Failure> failures, long wallNanos, long cpuNanos) {

    /**
     * How much happened.
     *
     * @param simulatedNanos how much time has passed in the simulated worlds
     * @param events how many things happened in them
     * @param operations how many operations of clients were answered, in whatever way
     * @param strikes how many strikes of the nemesis had a victim
     * @param crashes how many processes or machines crashed
     */
    public record Volume(long simulatedNanos, long events, long operations, long strikes, long crashes) {

        /** How many operations clients got an answer to, for each simulated second. */
        public double operationsPerSecond() {
            return perSecond(operations, simulatedNanos);
        }
    }

    /** From how many seeds on it says something that a thing did not happen at all. */
    public static final long LEAST_JUDGED = 500;

    /** How many operations there must be in a simulated second. */
    public static final double LEAST_OPERATIONS = 20;

    private static double perSecond(long amount, long nanos) {
        return nanos == 0 ? 0 : 1e9 * (double) amount / (double) nanos;
    }

    /** Whether all is well. */
    public Verdict verdict() {
        if (!failures.isEmpty()) {
            return Verdict.VIOLATION;
        }
        return shortfalls().isEmpty() ? Verdict.PASSED : Verdict.SHORT;
    }

    /** Of what too little has happened, in words. */
    public List<String> shortfalls() {
        List<String> shortfalls = new ArrayList<>();
        if (seeds == 0) {
            shortfalls.add("seeds: none was run");
        }
        coverage.missing(seeds).forEach(missed -> shortfalls.add(missed.toString()));
        if (seeds >= LEAST_JUDGED) {
            for (Mark mark : coverage.dead()) {
                shortfalls.add(mark.label() + ": never seen");
            }
            if (volume.operationsPerSecond() < LEAST_OPERATIONS) {
                shortfalls.add(String.format(
                        Locale.ROOT,
                        "client operations per simulated second: %.1f, but should be at least %.0f",
                        volume.operationsPerSecond(),
                        LEAST_OPERATIONS));
            }
        }
        return shortfalls;
    }

    /** Simulated seconds for each second on the wall. */
    public double speed() {
        return perSecond(volume.simulatedNanos, wallNanos) / 1e9;
    }

    /** Simulated seconds for each second that a core was busy. */
    public double speedOfCore() {
        return perSecond(volume.simulatedNanos, cpuNanos) / 1e9;
    }

    /** All that is to be said in one line. */
    public String summary() {
        return String.format(
                Locale.ROOT,
                "%d seeds: %.0f simulated s, %.0f per wall second, %.0f per wall second and core;"
                        + " %.1f client operations per simulated s, %.0f events per wall second;"
                        + " %d faults, %d elections won, %d crashes, %d snapshots,"
                        + " %d changes of the membership, %d transfers, %d violations",
                seeds,
                (double) volume.simulatedNanos / 1e9,
                speed(),
                speedOfCore(),
                volume.operationsPerSecond(),
                perSecond(volume.events, wallNanos),
                volume.strikes,
                coverage.of(Counter.ELECTIONS_WON),
                volume.crashes,
                coverage.of(Counter.SNAPSHOTS_TAKEN),
                coverage.of(Counter.SIMPLE_CHANGES) + coverage.of(Counter.JOINT_LEFT),
                coverage.of(Counter.TRANSFERS),
                failures.size());
    }
}
