package io.balsa.raft.testkit;

import java.util.List;
import java.util.function.LongFunction;
import java.util.stream.Collectors;

/**
 * What has come of a {@link Simulation}. Immutable, and the same each time the same seeds are run with the same options and
 * the same deterministic code.
 */
public final class SimulationReport {

    private static final int SHOWN = 3;

    private final long firstSeed;
    private final int seeds;
    private final SimulationTotals totals;
    private final List<SimulationFailure> failures;
    private final long hash;
    private final LongFunction<String> stories;

    SimulationReport(
            long firstSeed,
            SimulationTotals totals,
            List<SimulationFailure> failures,
            List<Long> hashes,
            LongFunction<String> stories) {
        this.firstSeed = firstSeed;
        seeds = hashes.size();
        this.totals = totals;
        this.failures = List.copyOf(failures);
        hash = hashes.hashCode() * 0x9E3779B97F4A7C15L + hashes.stream().reduce(0L, (a, b) -> a * 31 + b);
        this.stories = stories;
    }

    /** The first seed that was run. */
    public long firstSeed() {
        return firstSeed;
    }

    /** How many seeds were run: this one and those that follow it. */
    public int seeds() {
        return seeds;
    }

    /** What has happened, in all runs together. */
    public SimulationTotals totals() {
        return totals;
    }

    /** What was found, by seed; at most one failure of each. Empty if all is well. */
    public List<SimulationFailure> failures() {
        return failures;
    }

    /** Whether nothing was found. */
    public boolean passed() {
        return failures.isEmpty();
    }

    /**
     * Equal for two reports of runs in which the same happened: the same events at the same times, the same commands with the
     * same results.
     */
    public long hash() {
        return hash;
    }

    /**
     * The story of one run, for a person to read: see {@link Simulation#story}. The run is repeated for that.
     *
     * @throws IllegalArgumentException if this seed was not run
     */
    public String story(long seed) {
        if (seed < firstSeed || seed - firstSeed >= seeds) {
            throw new IllegalArgumentException("seed " + seed + " is not one of " + range());
        }
        return stories.apply(seed);
    }

    /**
     * Does nothing if all is well.
     *
     * @throws AssertionError if something was found: its message tells the seed, what was found, with which options, and
     *     the line of code that repeats it; its cause is the exception behind it, if there is one
     */
    public void assertPassed() {
        if (!passed()) {
            throw new AssertionError(toString(), failures.get(0).cause().orElse(null));
        }
    }

    private String range() {
        return seeds == 1 ? "seed " + firstSeed : "seeds " + firstSeed + " to " + (firstSeed + seeds - 1);
    }

    /** What has happened and what was found, in a few lines. */
    @Override
    public String toString() {
        String happened = range() + ": " + totals;
        if (passed()) {
            return happened + "; nothing was found";
        }
        String shown =
                failures.stream().limit(SHOWN).map(SimulationFailure::toString).collect(Collectors.joining("\n"));
        String more = failures.size() <= SHOWN
                ? ""
                : "\nand " + (failures.size() - SHOWN) + " more: "
                        + failures.stream()
                                .skip(SHOWN)
                                .map(failure -> failure.seed() + " " + failure.kind())
                                .limit(100)
                                .collect(Collectors.joining(", "));
        return failures.size() + " of " + seeds + (seeds == 1 ? " seed" : " seeds") + " failed.\n" + shown + more
                + "\n(" + happened + ")";
    }
}
