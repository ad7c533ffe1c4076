package io.balsa.raft.testkit.world;

import io.balsa.raft.testkit.Draws;
import io.balsa.raft.testkit.SimulatedDisk;
import io.balsa.raft.testkit.coverage.Counter;
import io.balsa.raft.testkit.coverage.Coverage;
import io.balsa.raft.testkit.coverage.CoverageWatch;
import io.balsa.raft.testkit.oracle.SafetyOracle;
import io.balsa.raft.testkit.oracle.Violation;
import io.balsa.raft.testkit.plan.Decisions;
import io.balsa.raft.testkit.plan.Plan;
import io.balsa.raft.testkit.plan.SeededDecisions;
import io.balsa.raft.testkit.workload.Answers;
import io.balsa.raft.testkit.workload.RegisterWorkload;
import io.balsa.raft.testkit.workload.Workload;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.BooleanSupplier;

/**
 * One run of a simulated cluster: a while of chaos, then peace for a part of it that must be enough, then for all of it.
 */
public final class ClusterRun {

    /**
     * What a run has come to.
     *
     * @param hash equal for two runs in which the same happened
     * @param events how many things happened
     * @param simulatedNanos how long it took in the simulated world
     * @param committed index of the last entry that was committed
     * @param strikes how many strikes of the nemesis had a victim
     * @param crashes how many processes or machines have crashed
     * @param violation what was found, if anything
     */
    public record Result(
            Plan plan,
            long hash,
            long events,
            long simulatedNanos,
            long committed,
            int strikes,
            int crashes,
            Answers answers,
            Coverage coverage,
            Optional<Violation> violation) {}

    private static final int LOOK_EVERY = 64; // events

    private final Plan plan;
    private final Decisions decisions;
    private final Workload workload;
    private final World world;
    private final SimulatedNetwork network;
    private final SafetyOracle oracle;
    private final CoverageWatch counters;
    private final Coverage coverage;
    private final List<SimulatedServer> servers = new ArrayList<>();
    private final List<SimulatedClient> clients = new ArrayList<>();
    private final Roster roster;
    private final Nemesis nemesis;
    private final Operator operator;
    private int fullCheckEvery = LOOK_EVERY; // events; most checks are made at each of them
    private Optional<Violation> foundMeanwhile = Optional.empty();
    private boolean isMeanwhile;

    /** The run of this seed, with all that it brings. */
    public ClusterRun(long seed) {
        this(Plan.of(seed));
    }

    /** A run of this plan. */
    public ClusterRun(Plan plan) {
        this(plan, new SeededDecisions(plan), new RegisterWorkload(plan), Optional.empty());
    }

    /** A run that happens when {@link #run} is called. */
    public ClusterRun(Plan plan, Decisions decisions, Workload workload, Optional<Story> story) {
        this.plan = plan;
        this.decisions = decisions;
        this.workload = workload;
        world = new World(Draws.stream(plan.seed(), "ties"), story);
        if (world.isTold()) {
            workload.ledger().tellTo(what -> world.tell("clients", what));
        }
        oracle = new SafetyOracle(plan.founding(), plan.config());
        counters = new CoverageWatch(plan.founding(), plan.config(), plan.size());
        coverage = counters.coverage();
        roster = new Roster(plan.founding());
        RunWatch watch = new RunWatch(world, oracle, counters, roster, plan.size());
        network = new SimulatedNetwork(world, decisions, plan.weather(), plan.size(), watch);
        SimulatedServer.Setup setup = new SimulatedServer.Setup(world, network, watch, plan, workload, this::meanwhile);
        for (int number = 1; number <= plan.size(); number++) {
            servers.add(new SimulatedServer(setup, number));
        }
        Caretaker caretaker = new Caretaker(world, plan, servers, counters, roster, oracle::isMending);
        nemesis = new Nemesis(world, network, plan, servers, caretaker);
        operator = new Operator(world, plan, nemesis, servers, roster);
        watch.tell(nemesis, operator);
        for (int i = 1; i <= plan.tempo().clients(); i++) {
            clients.add(new SimulatedClient(world, decisions, workload, servers, i));
        }
        nemesis.crowdBy(
                (server, chance) -> clients.get(chance.nextInt(clients.size())).crowd(server, chance));
    }

    /** Compares all servers with each other after every event, which takes longer, and changes nothing about the run. */
    public ClusterRun inSteps() {
        fullCheckEvery = 1;
        return this;
    }

    /** Lets it happen. */
    public Result run() {
        Optional<Violation> violation = Optional.empty();
        try {
            chaos();
            new Peace(this).run();
            workload.finish();
            operator.finish();
        } catch (Violation found) {
            violation = Optional.of(found);
        } catch (RuntimeException | AssertionError escaped) {
            violation = Optional.of(new Violation("A1", "an exception has escaped: " + escaped, escaped));
        }
        counters.finish();
        countAnswers(workload.ledger().answers());
        return new Result(
                plan,
                world.hash(),
                world.happened(),
                world.nowNanos(),
                oracle.committed(),
                nemesis.strikes(),
                nemesis.caretaker().crashes(),
                workload.ledger().answers(),
                coverage,
                violation);
    }

    private void countAnswers(Answers answers) {
        coverage.count(Counter.OPERATIONS_OK, answers.served());
        coverage.count(Counter.OPERATIONS_UNKNOWN, answers.of(Answers.Kind.UNKNOWN));
        coverage.count(
                Counter.OPERATIONS_FAILED, answers.of(Answers.Kind.REFUSED) + answers.of(Answers.Kind.READ_REFUSED));
        coverage.count(Counter.CAS_SUCCEEDED, answers.of(Answers.Kind.SWAPPED));
        coverage.count(Counter.CAS_FAILED, answers.of(Answers.Kind.NOT_SWAPPED));
        coverage.count(Counter.READS_RETRIED, answers.of(Answers.Kind.READ_RETRIED));
    }

    private void chaos() {
        servers.forEach(server -> world.in(0, () -> nemesis.caretaker().start(server)));
        clients.forEach(SimulatedClient::start);
        nemesis.begin(decisions.strikes());
        operator.begin(decisions.errands());
        long end = plan.tempo().chaosNanos();
        if (plan.tempo().quietTail()) {
            pass(end * 2 / 3);
            clients.forEach(SimulatedClient::stop);
            pass(end / 3);
            clients.forEach(SimulatedClient::start);
        } else if (plan.isGentle()) {
            passWorking(end);
        } else {
            pass(end);
        }
        nemesis.end();
        operator.end();
    }

    /** In what a cluster must bear, work may pause, but not for long (L6). */
    private void passWorking(long nanos) {
        long bound = Peace.BOUND * plan.electionTimeoutMaxNanos();
        for (long end = world.nowNanos() + nanos; world.nowNanos() < end; ) {
            long committed = oracle.committed();
            if (!passUntil(() -> oracle.committed() > committed, bound) && world.nowNanos() < end) {
                throw new Violation("L6", "nothing was committed for " + bound / 1e9 + " s, after " + committed);
            }
        }
    }

    /** Lets so much time pass. */
    void pass(long nanos) {
        passUntil(() -> false, nanos);
    }

    /**
     * Lets time pass until something is the case.
     *
     * @return whether it came to be, within so much time
     */
    boolean passUntil(BooleanSupplier condition, long nanos) {
        long end = world.nowNanos() + nanos;
        for (int i = 1; world.nowNanos() < end; i++) {
            if (!step()) {
                return condition.getAsBoolean();
            }
            throwFound();
            if (i % fullCheckEvery == 0) {
                oracle.fullCheck();
            }
            if (i % LOOK_EVERY == 0 && condition.getAsBoolean()) {
                return true;
            }
        }
        return condition.getAsBoolean();
    }

    private void throwFound() {
        foundMeanwhile
                .or(nemesis.caretaker()::violation)
                .or(workload.ledger()::violation)
                .or(operator::violation)
                .ifPresent(found -> {
                    throw found;
                });
    }

    /** Lets others go on while somebody waits for its disk; one at a time, so that it nests but once. */
    private void meanwhile(long nanos) {
        if (isMeanwhile) {
            return;
        }
        isMeanwhile = true;
        try {
            for (long end = world.nowNanos() + nanos; world.isDueBy(end); ) {
                step();
            }
        } catch (Violation found) {
            foundMeanwhile = Optional.of(found); // who waited may be gone, and nobody would hear of it
        } finally {
            isMeanwhile = false;
        }
    }

    private boolean step() {
        try {
            return world.step();
        } catch (SimulatedDisk.PowerCut cut) {
            nemesis.caretaker().onPowerCut();
            return true;
        }
    }

    Plan plan() {
        return plan;
    }

    Nemesis nemesis() {
        return nemesis;
    }

    Roster roster() {
        return roster;
    }

    Operator operator() {
        return operator;
    }

    SimulatedNetwork network() {
        return network;
    }

    SafetyOracle oracle() {
        return oracle;
    }

    Workload workload() {
        return workload;
    }

    Coverage coverage() {
        return coverage;
    }

    World world() {
        return world;
    }

    List<SimulatedServer> servers() {
        return servers;
    }

    List<SimulatedClient> clients() {
        return clients;
    }
}
