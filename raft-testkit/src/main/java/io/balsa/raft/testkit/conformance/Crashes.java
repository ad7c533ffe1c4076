package io.balsa.raft.testkit.conformance;

import io.balsa.raft.storage.StoredState;
import io.balsa.raft.testkit.conformance.BrokenPromiseError.Evidence;
import io.balsa.raft.testkit.conformance.StorageUnderTest.Ability;
import java.util.List;
import java.util.function.Supplier;

/** Lets the power go off wherever it can in a plot, in every way, and has the plot judge what is found. */
final class Crashes {

    /** How many ways to crash are tried at each place. */
    static final int SEEDS = 9;

    /** More than any plot takes; whoever needs more would never end. */
    static final int MAX_OPERATIONS = 20_000;

    private Crashes() {}

    /** Between any two steps, and within them if the storage under test can do that. */
    static void everywhere(StorageUnderTest storage, Supplier<Plot> plots) throws Exception {
        int[] steps = {0};
        for (int after = 0; after <= steps[0]; after++) {
            for (int seed = 0; seed < SEEDS; seed++) {
                int count = after;
                int way = seed;
                Bench.use(storage, bench -> steps[0] = crashAfter(bench, plots.get(), count, way));
            }
        }
        if (storage.abilities().contains(Ability.CRASH_AT_OPERATION)) {
            withinSteps(storage, plots);
        }
    }

    private static int crashAfter(Bench bench, Plot plot, int count, int seed) {
        plot.prepare(bench);
        List<Runnable> steps = plot.steps(bench);
        steps.subList(0, count).forEach(Runnable::run);
        bench.crash(seed);
        judge(bench, plot, "After " + count + " of " + steps.size() + " steps, and a crash with seed " + seed);
        return steps.size();
    }

    private static void withinSteps(StorageUnderTest storage, Supplier<Plot> plots) throws Exception {
        boolean[] hit = {true};
        for (int operation = 0; hit[0] && operation < MAX_OPERATIONS; operation++) {
            for (int seed = 0; hit[0] && seed < SEEDS; seed++) {
                int at = operation;
                int way = seed;
                Bench.use(storage, bench -> hit[0] = crashAt(bench, plots.get(), at, way));
            }
        }
        Expect.that(!hit[0], "A few steps take more than " + MAX_OPERATIONS + " operations.");
    }

    private static boolean crashAt(Bench bench, Plot plot, int operation, int seed) {
        boolean hit = runUntilCut(bench, plot, operation);
        bench.crash(seed);
        judge(bench, plot, "When the power goes off at operation " + operation + ", seed " + seed);
        return hit;
    }

    /** Whether the power has gone off; it is still off then. */
    static boolean runUntilCut(Bench bench, Plot plot, int operation) {
        plot.prepare(bench);
        List<Runnable> steps = plot.steps(bench);
        bench.store().crashAt(operation);
        try {
            steps.forEach(Runnable::run);
        } catch (RuntimeException | Error e) {
            if (!bench.store().isHit()) {
                throw e;
            }
        }
        return bench.store().isHit();
    }

    static void judge(Bench bench, Plot plot, String when) {
        try {
            StoredState found = bench.open();
            plot.judge(bench, found);
        } catch (Evidence e) {
            throw new Evidence(when + ": " + e.getMessage());
        } catch (RuntimeException e) {
            Evidence evidence = new Evidence(when + ", the next opening or reading has thrown " + e);
            evidence.initCause(e);
            throw evidence;
        }
    }
}
