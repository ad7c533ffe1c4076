package io.balsa.raft.testkit.shrink;

import io.balsa.raft.testkit.plan.ClientStep;
import io.balsa.raft.testkit.plan.Errand;
import io.balsa.raft.testkit.plan.Fate;
import io.balsa.raft.testkit.plan.Fault;
import io.balsa.raft.testkit.plan.Plan;
import io.balsa.raft.testkit.plan.SeededDecisions;
import io.balsa.raft.testkit.plan.Strike;
import io.balsa.raft.testkit.plan.Weather;
import io.balsa.raft.testkit.workload.Workload;
import io.balsa.raft.testkit.world.ClusterRun;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.Predicate;

/**
 * Makes a failing run small: calms the weather, leaves out strikes, steps of clients and fates of messages, shortens the
 * chaos and simplifies the options, as long as the same invariant is violated. The same run gets the same result, unless it
 * is given up for lack of time.
 */
public final class Shrinker {

    /**
     * What it has come to.
     *
     * @param scenario the smallest that was found
     * @param result of its run
     * @param runs how many were tried
     * @param complete whether nothing more can be left out; else it was given up
     */
    public record Shrunk(Scenario scenario, ClusterRun.Result result, int runs, boolean complete) {}

    private static final int MAX_ROUNDS = 5;
    private static final long LEAST_CHAOS_NANOS = 100_000_000L;

    private static final List<String> SIMPLER = List.of(
            "preVote", "checkQuorum", "quietTail", "stability", "clocks.driftPpm", "segmentBytes", "padding", "spares");

    private final Function<Plan, Workload> workloads;
    private final int maxRuns;
    private final BooleanSupplier outOfTime;
    private final Consumer<String> progress;
    private int runs;

    /**
     * One that gives up after so many runs, or when there is no time left.
     *
     * @param workloads a fresh one for each run
     * @param progress is told how it goes on
     */
    public Shrinker(
            Function<Plan, Workload> workloads, int maxRuns, BooleanSupplier outOfTime, Consumer<String> progress) {
        this.workloads = workloads;
        this.maxRuns = maxRuns;
        this.outOfTime = outOfTime;
        this.progress = progress;
    }

    /** The run of a plan with all it decides, written down. */
    public static Recorded record(Plan plan, Workload workload) {
        RecordedDecisions recorder = new RecordedDecisions(new SeededDecisions(plan));
        ClusterRun.Result result = new ClusterRun(plan, recorder, workload, Optional.empty()).run();
        String expects = result.violation().map(found -> found.invariant()).orElse("");
        return new Recorded(recorder.scenario(plan, expects, result.simulatedNanos()), result);
    }

    /** A run, written down. */
    public record Recorded(Scenario scenario, ClusterRun.Result result) {}

    /**
     * Makes the run of this plan small.
     *
     * @return empty if nothing is violated in it
     */
    public Optional<Shrunk> shrink(Plan plan) {
        Recorded recorded = record(plan, workloads.apply(plan));
        runs = 1;
        if (recorded.result.violation().isEmpty()) {
            return Optional.empty();
        }
        return Optional.of(new Search(recorded).run());
    }

    private boolean isSpent() {
        return runs >= maxRuns || outOfTime.getAsBoolean();
    }

    /** The smallest scenario so far, and what is tried to make it smaller. */
    private final class Search {

        private final Weather weather; // of the failing run
        private Scenario best;
        private ClusterRun.Result result;

        Search(Recorded failing) {
            best = failing.scenario;
            result = failing.result;
            weather = best.plan().weather();
        }

        Shrunk run() {
            say("fails");
            for (int round = 1, before = -1; round <= MAX_ROUNDS && measure() != before && !isSpent(); round++) {
                before = measure();
                calm();
                pass("strikes", best.strikes(), strikes -> best.with(strikes));
                pass("errands", best.errands(), errands -> best.withErrands(errands));
                pass("steps of clients", List.copyOf(best.steps().keySet()), this::withSteps);
                pass("trouble with messages", troubled(), names -> withFates(ordinary(), names));
                pass("delays of messages", ordinary(), names -> withFates(troubled(), names));
                shorten();
                simplify();
            }
            return new Shrunk(best, result, runs, !isSpent());
        }

        /** What must become smaller for another round to be worth it. */
        private int measure() {
            return best.size();
        }

        private <T> void pass(String what, List<T> all, Function<List<T>, Scenario> without) {
            DeltaDebugging.minimize(all, kept -> attempt(without.apply(kept)));
            if (!all.isEmpty()) {
                say(what);
            }
        }

        private void say(String what) {
            progress.accept(what + ": " + best.strikes().size() + " strikes, "
                    + best.errands().size() + " errands, " + best.steps().size() + " steps of clients, "
                    + best.fates().size()
                    + " fates of messages, fails after " + Seconds.text(result.simulatedNanos()) + " s; " + runs
                    + " runs");
        }

        /** Keeps a scenario if it violates the same, but for what nobody asked for in it. */
        private boolean attempt(Scenario candidate) {
            if (isSpent()) {
                return false;
            }
            runs++;
            RecordedDecisions recorder = new RecordedDecisions(candidate.decisions());
            ClusterRun.Result its = new ClusterRun(
                            candidate.plan(), recorder, workloads.apply(candidate.plan()), Optional.empty())
                    .run();
            boolean same = its.violation()
                    .map(found -> found.invariant().equals(best.expects()))
                    .orElse(false);
            if (same) {
                best = withoutUnasked(candidate, recorder, its.simulatedNanos());
                result = its;
            }
            return same;
        }

        private static Scenario withoutUnasked(Scenario scenario, RecordedDecisions recorder, long endNanos) {
            SortedMap<StepName, ClientStep> steps = new TreeMap<>(scenario.steps());
            steps.keySet().removeIf(name -> !recorder.hasDecided(name));
            SortedMap<MessageName, Fate> fates = new TreeMap<>(scenario.fates());
            fates.keySet().removeIf(name -> !recorder.hasDecided(name));
            List<Strike> strikes = new ArrayList<>(scenario.strikes());
            strikes.removeIf(strike -> strike.atNanos() > endNanos);
            List<Errand> errands = new ArrayList<>(scenario.errands());
            errands.removeIf(errand -> errand.atNanos() > endNanos);
            return scenario.with(strikes).withErrands(errands).withSteps(steps).withFates(fates);
        }

        /** The calmest weather in which it still fails, and the fewest messages with a fate of their own. */
        private void calm() {
            if (best.fates().isEmpty()) {
                return;
            }
            Plan fair = Options.of(best.plan()).with(Weather.FAIR).plan();
            Weather even =
                    new Weather(weather.leastDelayNanos(), weather.mostDelayNanos(), weather.inOrder(), 0, 0, 0, 0);
            Plan calm = Options.of(best.plan()).with(even).plan();
            boolean done = attempt(best.with(fair).withFates(new TreeMap<>()))
                    || attempt(best.with(calm).withFates(new TreeMap<>()))
                    || attempt(withFates(troubled(), List.of()).with(fair))
                    || attempt(withFates(troubled(), List.of()).with(calm))
                    || attempt(best.with(calm));
            say(done ? "calmer weather" : "no calmer weather");
        }

        private List<MessageName> troubled() {
            return named(this::isTrouble);
        }

        private List<MessageName> ordinary() {
            return named(fate -> !isTrouble(fate));
        }

        private List<MessageName> named(Predicate<Fate> which) {
            List<MessageName> names = new ArrayList<>();
            best.fates().forEach((name, fate) -> {
                if (which.test(fate)) {
                    names.add(name);
                }
            });
            return names;
        }

        private boolean isTrouble(Fate fate) {
            return fate.lost() || fate.isRepeated() || fate.delayNanos() > weather.mostDelayNanos();
        }

        private Scenario withSteps(List<StepName> names) {
            SortedMap<StepName, ClientStep> kept = new TreeMap<>(best.steps());
            kept.keySet().retainAll(new TreeSet<>(names));
            return best.withSteps(kept);
        }

        private Scenario withFates(List<MessageName> names, List<MessageName> more) {
            SortedMap<MessageName, Fate> kept = new TreeMap<>(best.fates());
            TreeSet<MessageName> all = new TreeSet<>(names);
            all.addAll(more);
            kept.keySet().retainAll(all);
            return best.withFates(kept);
        }

        /** The shortest chaos after which it fails, if it fails in peace; else nothing comes after the failure anyway. */
        private void shorten() {
            long shortest = 0;
            long chaos = best.plan().tempo().chaosNanos();
            if (result.simulatedNanos() < chaos) {
                attempt(withChaos(result.simulatedNanos() + LEAST_CHAOS_NANOS));
                return;
            }
            while (chaos - shortest > LEAST_CHAOS_NANOS && !isSpent()) {
                long middle = shortest + (chaos - shortest) / 2;
                if (attempt(withChaos(middle))) {
                    chaos = middle;
                } else {
                    shortest = middle;
                }
            }
            say("shorter chaos");
        }

        private Scenario withChaos(long nanos) {
            return best.with(
                    Options.of(best.plan()).with("chaos", Seconds.text(nanos)).plan());
        }

        private void simplify() {
            Options quiet = Options.quiet(best.plan().seed());
            Options defaults = Options.of(best.plan()).with(Options.usual());
            attempt(best.with(defaults.plan()));
            Set<Fault> left = EnumSet.noneOf(Fault.class);
            best.strikes().forEach(strike -> left.add(strike.fault()));
            if (!left.equals(best.plan().faults())) {
                attempt(best.with(best.plan().with(left)));
            }
            for (String key : SIMPLER) {
                Options options = Options.of(best.plan());
                if (!options.get(key).equals(quiet.get(key))) {
                    attempt(best.with(options.with(key, quiet.get(key)).plan()));
                }
            }
            say("simpler options");
        }
    }
}
