package io.balsa.raft.testkit.world;

import io.balsa.raft.RaftConfig;
import io.balsa.raft.RaftNode;
import io.balsa.raft.StateMachine;
import io.balsa.raft.cluster.Membership;
import io.balsa.raft.cluster.NodeId;
import io.balsa.raft.core.RaftCore;
import io.balsa.raft.core.Ready;
import io.balsa.raft.runtime.Agent;
import io.balsa.raft.runtime.NodeParts;
import io.balsa.raft.runtime.NodeRuntime;
import io.balsa.raft.runtime.Probe;
import io.balsa.raft.runtime.Seams;
import io.balsa.raft.storage.EntryRun;
import io.balsa.raft.storage.HardState;
import io.balsa.raft.storage.StorageException;
import io.balsa.raft.storage.file.FileStorage;
import io.balsa.raft.testkit.Draws;
import io.balsa.raft.testkit.SimulatedDisk;
import io.balsa.raft.testkit.oracle.SafetyOracle;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** A server of a simulated cluster: the real node on a real file storage, which lives, crashes and comes back. */
public final class SimulatedServer {

    /**
     * What all servers of a cluster have in common.
     *
     * @param machines makes a state machine for each life of a server
     */
    public record Setup(
            World world,
            SimulatedNetwork network,
            SafetyOracle oracle,
            Membership founding,
            RaftConfig config,
            Supplier<StateMachine> machines,
            long seed) {}

    private static final int SEGMENT_BYTES = 64 << 10;

    private final Setup setup;
    private final NodeId id;
    private final SimulatedDisk disk;
    private final Draws draws;
    private @Nullable NodeRuntime node;
    private @Nullable WorldScheduler agents;
    private @Nullable StateMachine machine;
    private long frozenUntilNanos;
    private @Nullable RuntimeException failure;
    private int lives;

    /** A server with an empty disk, not started. */
    public SimulatedServer(Setup setup, NodeId id, SimulatedDisk disk) {
        this.setup = setup;
        this.id = id;
        this.disk = disk;
        this.draws = Draws.stream(setup.seed, "server " + id);
    }

    /** Who it is. */
    public NodeId id() {
        return id;
    }

    /** Its disk, which survives its crashes. */
    public SimulatedDisk disk() {
        return disk;
    }

    /** The node, while the process runs and has not failed. */
    public Optional<RaftNode> node() {
        return failure != null ? Optional.empty() : Optional.ofNullable(node);
    }

    /** The state machine of the present life. */
    public Optional<StateMachine> machine() {
        return Optional.ofNullable(machine);
    }

    /** Whether the process is there, failed or not. */
    public boolean isUp() {
        return node != null;
    }

    /** Whether an agent has failed, so that the node has stopped. */
    public boolean hasFailed() {
        return failure != null;
    }

    /** Why the node has stopped. */
    public RuntimeException failure() {
        return failure == null ? new IllegalStateException(id + " has not failed") : failure;
    }

    /**
     * Starts the process.
     *
     * @return whether it could; if not, its storage has said why
     */
    public Optional<StorageException> start() {
        failure = null;
        lives++;
        Draws chance = Draws.stream(setup.seed, "life " + lives + " of " + id);
        WorldScheduler scheduler = new WorldScheduler(setup.world, this::cycleNanos, () -> frozenUntilNanos);
        FileStorage storage =
                FileStorage.builder(disk).segmentBytes(SEGMENT_BYTES).build();
        StateMachine fresh = setup.machines.get();
        NodeParts parts = new NodeParts(
                "simulated",
                id,
                setup.founding,
                fresh,
                new WatchedStorage(storage, this::onOpened),
                setup.network.transport(),
                setup.config,
                Runnable::run);
        NodeRuntime started =
                new NodeRuntime(parts, new Seams(setup.world::nowNanos, chance, scheduler, new Watcher()));
        agents = scheduler;
        node = started;
        machine = fresh;
        try {
            started.start();
        } catch (StorageException e) {
            crash(SimulatedDisk.Crash.PROCESS_ONLY);
            return Optional.of(e);
        }
        var unused = started.terminated().whenComplete((done, cause) -> onEnd(cause));
        return Optional.empty();
    }

    private void onEnd(@Nullable Throwable cause) {
        if (cause instanceof RuntimeException reason) {
            failure = reason;
        } else if (cause != null) {
            failure = new IllegalStateException(id + " has stopped", cause);
        }
    }

    private void onOpened(HardState state, List<EntryRun> runs) {
        setup.oracle.onStart(id, state, runs);
    }

    /** Ends the process at once, and the machine with it if the mode says so. */
    public void crash(SimulatedDisk.Crash mode) {
        WorldScheduler running = agents;
        if (running != null) {
            running.kill();
        }
        setup.network.unplug(id);
        disk.crash(mode, draws);
        node = null;
        agents = null;
        machine = null;
        frozenUntilNanos = 0;
    }

    /** Lets the process stand still for a while, as a long collection of garbage would. */
    public void freeze(long nanos) {
        frozenUntilNanos = setup.world.nowNanos() + nanos;
    }

    /** How long the next duty cycle of an agent takes: those that use the disk take longer. */
    private long cycleNanos(Agent agent) {
        return switch (agent.name()) {
            case "log" -> draws.logUniform(50_000, 5_000_000);
            case "load" -> draws.logUniform(20_000, 2_000_000);
            default -> draws.between(1_000, 20_000);
        };
    }

    private final class Watcher implements Probe {

        @Override
        public void onReady(RaftCore core, Ready ready) {
            setup.world.note(ready.term() * 31 + ready.commitIndex());
            setup.oracle.onReady(id, core, ready);
        }

        @Override
        public void onDurable(long number) {
            setup.oracle.onDurable(id, number);
        }

        @Override
        public void onApplied(EntryRun run, long index, byte[] result) {
            setup.world.note(index);
            setup.oracle.onApplied(id, run, index, result);
        }
    }
}
