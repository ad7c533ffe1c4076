package io.balsa.raft.testkit;

import io.balsa.raft.StateMachine;
import io.balsa.raft.testkit.plan.Plan;
import io.balsa.raft.testkit.workload.Application;
import io.balsa.raft.testkit.workload.Words;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.Supplier;
import java.util.random.RandomGenerator;
import java.util.stream.LongStream;
import java.util.stream.Stream;

/**
 * Tests a state machine in simulated clusters: real nodes with real storage, on virtual time, while the network loses
 * messages and falls apart, disks fail, processes crash and come back. Each seed is another run. In a test:
 *
 * <pre>{@code
 * Simulation.of(MyStateMachine::new).seeds(1, 1000).run().assertPassed();
 * }</pre>
 *
 * <p><b>What is checked.</b> All servers answer a command alike, also after a restart, when all commands are applied again to
 * a new state machine; a command that was acknowledged was applied exactly once, one that was refused never; answers agree
 * with real time (linearizability); the cluster serves again when the faults are over; and everything that Raft promises.
 * With {@link #state} also the states of all servers are compared, with {@link #queries} what reads return.
 *
 * <p><b>Determinism.</b> A seed means the same run each time and on each machine, if the state machine and the functions
 * given here are deterministic: what {@link #commands} and {@link #queries} draw must depend on their argument alone.
 *
 * <p><b>Threads.</b> A run happens on one thread: the caller's, or with {@link #threads} one of several. State machines are
 * made, used and thrown away on the thread of their run, so they need no locks; what is common to several of them is a fault
 * that a run may find. The functions given here are called on those threads too, so with more than one of them they must be
 * safe for use by several threads. Simulations are immutable: each option returns another one.
 *
 * <p>A null argument is answered by a {@link NullPointerException}.
 *
 * @param <M> the state machine
 */
public final class Simulation<M extends StateMachine> {

    private static final int DEFAULT_SEEDS = 100;
    private static final int MOST_SERVERS = 9;
    private static final int MOST_THREADS = 1024;
    private static final int SHORTEST = 1;
    private static final int LONGEST = 16;

    private Application<M> application;
    private OptionalInt servers = OptionalInt.empty();
    private long firstSeed = 1;
    private int seeds = DEFAULT_SEEDS;
    private int threads = 1;
    private Consumer<SimulationProgress> onProgress = progress -> {};
    private String options = "";

    private Simulation(Application<M> application) {
        this.application = application;
    }

    /** Another with the same options, and one more, before anybody else has seen it. */
    private Simulation<M> with(String option, Consumer<Simulation<M>> change) {
        Simulation<M> other = new Simulation<>(application);
        other.servers = servers;
        other.firstSeed = firstSeed;
        other.seeds = seeds;
        other.threads = threads;
        other.onProgress = onProgress;
        other.options = options + option;
        change.accept(other);
        return other;
    }

    /**
     * A simulation of clusters whose servers have these state machines. Without further options, commands are short random
     * bytes, the seed draws how many servers there are, and {@link #run} runs the seeds 1 to 100.
     *
     * @param machines makes a new state machine that has applied nothing. Called for each server, for each start of it, and
     *     for comparisons; must return another object each time
     */
    public static <M extends StateMachine> Simulation<M> of(Supplier<M> machines) {
        Objects.requireNonNull(machines, "machines");
        return new Simulation<>(
                new Application<>(machines, Simulation::anyBytes, Optional.empty(), Words::of, Optional.empty()));
    }

    private static byte[] anyBytes(RandomGenerator random) {
        byte[] bytes = new byte[SHORTEST + random.nextInt(LONGEST)];
        for (int i = 0; i < bytes.length; i++) {
            bytes[i] = (byte) random.nextInt(256);
        }
        return bytes;
    }

    // --- options ---

    /**
     * Which seeds to run: {@code from} and those that follow it, {@code count} of them.
     *
     * @param from any number
     * @param count at least 1
     */
    public Simulation<M> seeds(long from, int count) {
        if (count < 1 || from > Long.MAX_VALUE - count) {
            throw new IllegalArgumentException("no such seeds: from " + from + ", " + count + " of them");
        }
        return with("", it -> {
            it.firstSeed = from;
            it.seeds = count;
        });
    }

    /**
     * How many servers a cluster has, all of them voters. Without this, each seed draws it: 3 or 5 mostly, sometimes 1, 2 or
     * 4, sometimes with a learner.
     *
     * @param count 1 to 9
     */
    public Simulation<M> servers(int count) {
        if (count < 1 || count > MOST_SERVERS) {
            throw new IllegalArgumentException(
                    "a simulated cluster has 1 to " + MOST_SERVERS + " servers, not " + count);
        }
        return with(".servers(" + count + ")", it -> it.servers = OptionalInt.of(count));
    }

    /**
     * How commands are drawn. Without this they are 1 to 16 random bytes. The best commands often meet: of few accounts, few
     * keys.
     *
     * @param commands gets a source of chance, which depends on the seed, the client and the number of its turn; returns a
     *     command of at most 1024 bytes. An exception ends the run and is reported
     */
    public Simulation<M> commands(Function<RandomGenerator, byte[]> commands) {
        Objects.requireNonNull(commands, "commands");
        return with(".commands(...)", it -> it.application = application.withCommands(commands));
    }

    /**
     * How queries are drawn: {@code random -> machine -> machine.balanceOf(random.nextInt(4))}. Clients ask them, as
     * linearizable and as local reads; what they return is compared with what they return on a new state machine to which
     * the same commands are applied. Without this, clients read nothing, and only when they read is checked.
     *
     * @param queries gets a source of chance, as {@link #commands} does; returns a function that reads and changes nothing.
     *     It is called twice, each time on another state machine, so it must not draw itself. What it returns needs
     *     {@code equals}, and must not change when the state machine does: no view of a collection. An exception ends the
     *     run and is reported
     */
    public Simulation<M> queries(Function<RandomGenerator, Function<M, Object>> queries) {
        Objects.requireNonNull(queries, "queries");
        return with(".queries(...)", it -> it.application = application.withQueries(queries));
    }

    /**
     * How a command is told in messages. Without this, as text if it is text, in hexadecimal digits otherwise.
     *
     * @param describe gets the bytes of a command
     */
    public Simulation<M> describe(Function<byte[], String> describe) {
        Objects.requireNonNull(describe, "describe");
        return with(".describe(...)", it -> it.application = application.withDescribe(describe));
    }

    /**
     * What the state of a state machine is. When all servers have applied the same, towards the end of a run, their states
     * must be equal, and equal to that of a new state machine to which the same commands are applied. So a difference is
     * found that no answer shows.
     *
     * @param state reads and changes nothing; what it returns needs {@code equals}, or is an array. An exception ends the
     *     run and is reported
     */
    public Simulation<M> state(Function<M, Object> state) {
        Objects.requireNonNull(state, "state");
        return with(".state(...)", it -> it.application = application.withState(state));
    }

    /**
     * How many runs to do at the same time. Without this one, on the thread that calls {@link #run}. The report does not
     * depend on it.
     *
     * @param count 1 to 1024; more than there are processors make it no faster
     */
    public Simulation<M> threads(int count) {
        if (count < 1 || count > MOST_THREADS) {
            throw new IllegalArgumentException("1 to " + MOST_THREADS + " threads, not " + count);
        }
        return with("", it -> it.threads = count);
    }

    /**
     * Who is told how far it has come, after each seed.
     *
     * @param listener called on the threads of the runs, never twice at a time. An exception ends {@link #run}, which throws
     *     it
     */
    public Simulation<M> onProgress(Consumer<SimulationProgress> listener) {
        Objects.requireNonNull(listener, "listener");
        return with("", it -> it.onProgress = listener);
    }

    // --- what to do with it ---

    /**
     * Runs the seeds and comes back when all are done. A run ends with the first thing that is found in it; the others go on.
     *
     * @throws IllegalStateException if this thread is interrupted, which with more than one {@link #threads} is noticed
     *     while it waits; the runs under way end in the background
     */
    public SimulationReport run() {
        List<SeedRun> runs = new SeedRuns<>(this).all();
        SimulationTotals totals = SimulationTotals.none();
        List<SimulationFailure> failures = new ArrayList<>();
        List<Long> hashes = new ArrayList<>();
        for (SeedRun run : runs) {
            totals = totals.plus(run.totals());
            run.failure().ifPresent(failures::add);
            hashes.add(run.hash());
        }
        return new SimulationReport(firstSeed, totals, failures, hashes, this::story);
    }

    /**
     * One simulation for each seed, in order: for test frameworks that want a test of its own for each. With JUnit:
     *
     * <pre>{@code
     * @TestFactory
     * Stream<DynamicTest> survivesFaults() {
     *     return DynamicTest.stream(
     *             SIMULATION.seeds(1, 100).eachSeed(), Simulation::toString, seed -> seed.run().assertPassed());
     * }
     * }</pre>
     */
    public Stream<Simulation<M>> eachSeed() {
        return LongStream.range(firstSeed, firstSeed + seeds).mapToObj(seed -> seeds(seed, 1));
    }

    /**
     * The story of the run of one seed, for a person to read: what clients ask and are told, what state machines apply, who
     * is elected, starts, crashes, and what was found in the end. A line for each thing, with the time in the simulated
     * world in seconds. Messages between servers are left out.
     *
     * @param seed any, it need not be one of {@link #seeds}
     */
    public String story(long seed) {
        return new SeedRuns<>(this).story(seed);
    }

    /** The seeds: "seed 17" or "seeds 1 to 1000". */
    @Override
    public String toString() {
        return seeds == 1 ? "seed " + firstSeed : "seeds " + firstSeed + " to " + (firstSeed + seeds - 1);
    }

    // --- for those who run it ---

    Application<M> application() {
        return application;
    }

    /** What this seed draws, but for what the options say. */
    Plan plan(long seed) {
        return servers.isPresent() ? Plan.of(seed, servers.getAsInt()) : Plan.of(seed);
    }

    long firstSeed() {
        return firstSeed;
    }

    int seeds() {
        return seeds;
    }

    int threads() {
        return threads;
    }

    Consumer<SimulationProgress> onProgress() {
        return onProgress;
    }

    /** The line of code that makes a simulation of this seed alone. */
    String toRepeat(long seed) {
        return "Simulation.of(...)" + options + ".seeds(" + seed + ", 1)";
    }
}
