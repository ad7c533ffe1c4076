package io.balsa.raft.testkit;

import io.balsa.raft.StateMachine;
import io.balsa.raft.testkit.SimulationFailure.Kind;
import io.balsa.raft.testkit.coverage.Counter;
import io.balsa.raft.testkit.oracle.Violation;
import io.balsa.raft.testkit.plan.Plan;
import io.balsa.raft.testkit.plan.SeededDecisions;
import io.balsa.raft.testkit.workload.Answers;
import io.balsa.raft.testkit.workload.CommandWorkload;
import io.balsa.raft.testkit.workload.UserFault;
import io.balsa.raft.testkit.world.ClusterRun;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

/** Runs the seeds of a simulation. */
final class SeedRuns<M extends StateMachine> {

    private final Simulation<M> simulation;
    private int done;
    private int failed;

    SeedRuns(Simulation<M> simulation) {
        this.simulation = simulation;
    }

    /** What has come of them, in order. */
    List<SeedRun> all() {
        return simulation.threads() == 1 || simulation.seeds() == 1 ? oneByOne() : inParallel();
    }

    private List<SeedRun> oneByOne() {
        List<SeedRun> runs = new ArrayList<>();
        for (int i = 0; i < simulation.seeds(); i++) {
            runs.add(runAndTell(simulation.firstSeed() + i));
        }
        return runs;
    }

    private List<SeedRun> inParallel() {
        ExecutorService pool =
                Executors.newFixedThreadPool(Math.min(simulation.threads(), simulation.seeds()), task -> {
                    Thread thread = new Thread(task, "simulation");
                    thread.setDaemon(true);
                    return thread;
                });
        try {
            List<Future<SeedRun>> futures = new ArrayList<>();
            for (int i = 0; i < simulation.seeds(); i++) {
                long seed = simulation.firstSeed() + i;
                futures.add(pool.submit(() -> runAndTell(seed)));
            }
            List<SeedRun> runs = new ArrayList<>();
            for (Future<SeedRun> future : futures) {
                runs.add(future.get());
            }
            return runs;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted while it waited for " + simulation, e);
        } catch (ExecutionException e) {
            if (e.getCause() instanceof RuntimeException cause) {
                throw cause;
            }
            if (e.getCause() instanceof Error cause) {
                throw cause;
            }
            throw new IllegalStateException(e.getCause());
        } finally {
            pool.shutdownNow();
        }
    }

    private SeedRun runAndTell(long seed) {
        SeedRun run = run(seed, Optional.empty());
        synchronized (this) {
            done++;
            failed += run.failure().isPresent() ? 1 : 0;
            simulation.onProgress().accept(new SimulationProgress(done, simulation.seeds(), failed));
        }
        return run;
    }

    /** The run of a seed, as text. */
    String story(long seed) {
        TextStory story = new TextStory();
        Plan plan = simulation.plan(seed);
        story.tellNow("seed " + seed, plan.toString());
        SeedRun run = run(seed, Optional.of(story));
        story.tellNow("seed " + seed, run.totals().toString());
        story.tellNow(
                "seed " + seed, run.failure().map(SimulationFailure::toString).orElse("nothing was found"));
        return story.text();
    }

    private SeedRun run(long seed, Optional<TextStory> story) {
        Plan plan = simulation.plan(seed);
        CommandWorkload<M> workload = new CommandWorkload<>(
                simulation.application(), plan.config().maxCommandBytes(), story.map(text -> text::tellNow));
        ClusterRun run = new ClusterRun(plan, new SeededDecisions(plan), workload, story.map(text -> text));
        try {
            ClusterRun.Result result = run.run();
            return new SeedRun(
                    result.hash() * 31 + workload.hash(),
                    totalsOf(result),
                    result.violation().map(found -> failureOf(plan, found)));
        } catch (RuntimeException | AssertionError e) {
            return new SeedRun(0, SimulationTotals.none(), Optional.of(failureOf(plan, e)));
        }
    }

    private static SimulationTotals totalsOf(ClusterRun.Result result) {
        Answers answers = result.answers();
        return new SimulationTotals(
                Duration.ofNanos(result.simulatedNanos()),
                result.events(),
                result.committed(),
                result.coverage().of(Counter.ELECTIONS_WON),
                result.strikes(),
                result.crashes(),
                answers.of(Answers.Kind.ACKNOWLEDGED),
                answers.of(Answers.Kind.UNKNOWN),
                answers.of(Answers.Kind.REFUSED),
                answers.of(Answers.Kind.READ) + answers.of(Answers.Kind.READ_LOCALLY));
    }

    private SimulationFailure failureOf(Plan plan, Throwable found) {
        Kind kind = Kind.LIBRARY;
        String invariant = "A1";
        String message = "the simulation itself failed: " + found;
        OptionalLong index = OptionalLong.empty();
        Optional<String> command = Optional.empty();
        Optional<Throwable> cause = Optional.of(found);
        if (found instanceof UserFault fault) {
            kind = fault.kind();
            invariant = fault.invariant();
            message = fault.what();
            index = fault.index();
            command = fault.command();
            cause = Optional.ofNullable(fault.getCause());
        } else if (found instanceof Violation violation) {
            invariant = violation.invariant();
            message = String.valueOf(violation.getMessage());
        }
        return new SimulationFailure(
                plan.seed(),
                kind,
                invariant,
                message,
                index,
                command,
                plan.toString(),
                simulation.toRepeat(plan.seed()),
                cause);
    }
}
