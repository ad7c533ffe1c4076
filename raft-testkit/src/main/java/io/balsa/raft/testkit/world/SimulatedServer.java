package io.balsa.raft.testkit.world;

import io.balsa.raft.RaftNode;
import io.balsa.raft.StateMachine;
import io.balsa.raft.cluster.Membership;
import io.balsa.raft.cluster.NodeId;
import io.balsa.raft.runtime.Agent;
import io.balsa.raft.runtime.NodeParts;
import io.balsa.raft.runtime.NodeRuntime;
import io.balsa.raft.runtime.Seams;
import io.balsa.raft.storage.StorageException;
import io.balsa.raft.storage.file.CorruptionException;
import io.balsa.raft.storage.file.FileStorage;
import io.balsa.raft.testkit.Draws;
import io.balsa.raft.testkit.SimulatedDisk;
import io.balsa.raft.testkit.plan.Fault;
import io.balsa.raft.testkit.plan.Plan;
import io.balsa.raft.testkit.workload.Workload;
import java.util.Optional;
import java.util.function.LongConsumer;
import org.jspecify.annotations.Nullable;

/** A server of a simulated cluster: the real node on a real file storage, which lives, crashes and comes back. */
final class SimulatedServer {

    /**
     * A server did not start.
     *
     * @param cause what its storage has thrown
     * @param inTrouble whether its disk was in such trouble that it could not
     */
    record Refusal(StorageException cause, boolean inTrouble) {

        /** In words. */
        String reason() {
            return cause.toString();
        }

        /** Whether it has found its log damaged. */
        boolean isOfLog() {
            return cause instanceof CorruptionException damage && damage.index() > 0;
        }
    }

    /** What all servers of a cluster have in common. */
    record Setup(
            World world,
            SimulatedNetwork network,
            ServerWatcher watcher,
            Plan plan,
            Workload workload,
            LongConsumer meanwhile) {}

    private static final long LONGEST_SYNC_NANOS = 5_000_000_000L;

    private static final long SCRUBBED_BYTES = 64 * 1024; // in a second
    private static final String NO_SPACE = "No space left on device"; // says the disk

    private final Setup setup;
    private final int number;
    private final NodeId id;
    private final ServerDisk troubles;
    private final ServerClock clock;
    private final Draws draws;
    private SimulatedDisk disk;
    private Membership founding; // that it is started with, whatever its disk says
    private @Nullable NodeRuntime node;
    private @Nullable WorldScheduler agents;
    private @Nullable StateMachine machine;
    private long frozenUntilNanos;
    private long stallNanos;
    private long syncStallNanos;
    private long stalledUntilNanos;
    private boolean failed;
    private boolean full;
    private boolean syncing;
    private boolean closing;
    private int lives;
    private int disks = 1;
    private long storeId;

    /** A server with an empty disk, not started. */
    SimulatedServer(Setup setup, int number) {
        this.setup = setup;
        this.number = number;
        id = new NodeId(number);
        troubles = new ServerDisk(Draws.stream(setup.plan.seed(), "disk of " + id));
        disk = new SimulatedDisk("disk of " + id, troubles);
        founding = setup.plan.founding();
        draws = Draws.stream(setup.plan.seed(), "server " + id);
        int drift = setup.plan.driftPpm();
        clock = new ServerClock(setup.world, draws.between(0, 1L << 40), (int) draws.between(-drift, drift));
    }

    /** Its number, from 1. */
    int number() {
        return number;
    }

    /** Who it is. */
    NodeId id() {
        return id;
    }

    /** Whether it was told to join the cluster, rather than to found it. */
    boolean joins() {
        return !founding.contains(id);
    }

    /** Which store is on its disk; 0 as long as there is none. */
    long storeId() {
        return storeId;
    }

    /** Whether its first disk is gone. */
    boolean wasWiped() {
        return disks > 1;
    }

    /** The membership in effect there; empty if it is not up. */
    Optional<Membership> membership() {
        return node().map(running -> running.status().membership());
    }

    /**
     * Its disk is another one, which is empty. Only while it is down.
     *
     * @param joins whether it is told to join; who never was one of the founders is, anyway
     * @param greeting the members that greet it
     */
    void wipe(boolean joins, Membership greeting) {
        disks++;
        disk = new SimulatedDisk("disk " + disks + " of " + id, troubles);
        storeId = 0;
        boolean founds = !joins && setup.plan.founding().contains(id);
        founding = founds ? setup.plan.founding() : Plan.without(greeting, id);
    }

    /** Its disk has lost what it had promised to keep. */
    void rot(Draws chance) {
        setup.watcher.onDamaged(this);
        disk.rotWritten(chance);
    }

    /** What its disk suffers from. */
    ServerDisk troubles() {
        return troubles;
    }

    /** The node, while the process runs and has not failed. */
    Optional<RaftNode> node() {
        return failed ? Optional.empty() : Optional.ofNullable(node);
    }

    /** Whether it is up and believes that it leads. */
    boolean leads() {
        NodeRuntime running = node;
        return running != null && !failed && running.status().isLeader();
    }

    /** In which term it is; 0 if it is not up. */
    long term() {
        return node().map(running -> running.status().term()).orElse(0L);
    }

    /** Whether its process has stood still at any time since then. */
    boolean hasStoodStillSince(long nanos) {
        return frozenUntilNanos > nanos;
    }

    /** The state machine of the present life. */
    Optional<StateMachine> machine() {
        return Optional.ofNullable(machine);
    }

    /** Whether the process is there, failed or not. */
    boolean isUp() {
        return node != null;
    }

    /** Whether its machine has no power, so that it is about to crash. */
    boolean isPowerless() {
        return troubles.isPowerless();
    }

    /** Whether its disk is in such trouble that its node may not start for this reason. */
    private boolean mayRefuse(Throwable cause) {
        return troubles.hasHit() || lacksRoom(cause);
    }

    private boolean lacksRoom(Throwable cause) {
        for (Throwable reason = cause; reason != null; reason = reason.getCause()) {
            if (full && NO_SPACE.equals(reason.getMessage())) {
                return true;
            }
        }
        return false;
    }

    /** Whether the node has stopped by itself, so that the process is there in vain. */
    boolean hasFailed() {
        return failed;
    }

    /**
     * Starts the process.
     *
     * @return why it could not, if it could not
     */
    Optional<Refusal> start() {
        failed = false;
        lives++;
        Draws chance = Draws.stream(setup.plan.seed(), "life " + lives + " of " + id);
        WorldScheduler scheduler = new WorldScheduler(setup.world, new OwnHost());
        FileStorage storage = FileStorage.builder(disk)
                .segmentBytes(setup.plan.segmentBytes())
                .scrubBytesPerSecond(setup.plan.faults().contains(Fault.BIT_ROT) ? SCRUBBED_BYTES : 0)
                .build();
        StateMachine fresh = setup.workload.machine(number);
        NodeParts parts = new NodeParts(
                "simulated",
                id,
                founding,
                new CapturedMachine(fresh, () -> setup.watcher.onCaptured(this)),
                new WatchedStorage(storage, this, setup.watcher),
                setup.network.transport(),
                setup.plan.config(),
                Runnable::run);
        NodeRuntime started =
                new NodeRuntime(parts, new Seams(clock, chance, scheduler, new ServerProbe(this, setup.watcher)));
        agents = scheduler;
        node = started;
        machine = fresh;
        try {
            started.start();
        } catch (StorageException e) {
            boolean excused = mayRefuse(e);
            crash(SimulatedDisk.Crash.PROCESS_ONLY);
            return Optional.of(new Refusal(e, excused));
        }
        storeId = started.identity().storeId();
        var unused = started.terminated().whenComplete((done, cause) -> onEnd(started, cause));
        return Optional.empty();
    }

    private void onEnd(NodeRuntime ended, @Nullable Throwable cause) {
        if (cause != null && ended.equals(node)) {
            failed = true;
            setup.watcher.onFailed(this, cause);
        }
    }

    /** Ends the process at once, and the machine with it if the mode says so. */
    void crash(SimulatedDisk.Crash mode) {
        kill();
        disk.crash(mode, draws);
    }

    /** As an operator would: in peace. */
    void close() {
        NodeRuntime running = node;
        if (running != null) {
            closing = true;
            running.close();
            closing = false;
            kill();
        }
    }

    /**
     * A sync takes its time, and now and then others go on meanwhile: only the thread that writes the log waits.
     */
    void whileDiskSyncs() {
        NodeRuntime mine = node;
        boolean stalled = syncStallNanos > 0;
        if (closing || syncing || mine == null || !(stalled || draws.chance(0.05))) {
            return;
        }
        long nanos = stalled ? syncStallNanos : draws.logUniform(100_000, 30_000_000);
        syncStallNanos = 0;
        stalledUntilNanos = Math.max(stalledUntilNanos, setup.world.nowNanos() + nanos);
        syncing = true;
        try {
            setup.meanwhile.accept(nanos);
        } finally {
            syncing = false;
        }
        if (!mine.equals(node) || failed) {
            throw new ProcessGone();
        }
    }

    /** Whether its disk does not answer for a while. Nothing can cut that short. */
    boolean isStalled() {
        return setup.world.nowNanos() < stalledUntilNanos;
    }

    /** Whether a thread of it waits for the disk. */
    boolean isSyncing() {
        return syncing;
    }

    private void kill() {
        troubles.restarted();
        WorldScheduler running = agents;
        if (running != null) {
            running.kill();
        }
        setup.network.unplug(number);
        if (node != null) {
            setup.watcher.onGone(this);
        }
        node = null;
        agents = null;
        machine = null;
        frozenUntilNanos = 0;
        stallNanos = 0;
        syncStallNanos = 0;
        stalledUntilNanos = 0;
        failed = false;
    }

    /** Lets the process stand still for a while at least, as a long collection of garbage would. */
    void freeze(long nanos) {
        frozenUntilNanos = Math.max(frozenUntilNanos, setup.world.nowNanos() + nanos);
    }

    /** Lets the next use of the disk take so long, or the next sync, while which others go on. */
    void stall(long nanos) {
        if (draws.nextBoolean()) {
            stallNanos = nanos;
        } else {
            syncStallNanos = Math.min(nanos, LONGEST_SYNC_NANOS);
        }
    }

    /** Leaves so many bytes of room on the disk. */
    void fill(long roomBytes) {
        full = true;
        disk.capacity(disk.usedBytes() + roomBytes);
    }

    /** Lets there be room again. */
    void clear() {
        full = false;
        disk.capacity(Long.MAX_VALUE);
    }

    /** Lets it go on, if it stands still. */
    void thaw() {
        frozenUntilNanos = 0;
        stallNanos = 0;
        syncStallNanos = 0;
        WorldScheduler running = agents;
        if (running != null) {
            running.goOn();
        }
    }

    @Override
    public String toString() {
        return "server " + number;
    }

    private final class OwnHost implements WorldScheduler.Host {

        /** Those that use the disk take longer. */
        @Override
        public long cycleNanos(Agent agent) {
            return switch (agent.name()) {
                case "log" -> stalled() + (draws.between(32_000, 64_000) << draws.nextInt(8));
                case "snapshot" -> draws.between(32_000, 64_000) << draws.nextInt(12);
                case "load" -> draws.between(16_000, 32_000) << draws.nextInt(8);
                default -> draws.between(1_000, 20_000);
            };
        }

        private long stalled() {
            long nanos = stallNanos;
            stallNanos = 0;
            stalledUntilNanos = Math.max(stalledUntilNanos, setup.world.nowNanos() + nanos);
            return nanos;
        }

        @Override
        public long frozenUntilNanos() {
            return frozenUntilNanos;
        }

        @Override
        public long worldNanos(long nanos) {
            return clock.worldNanos(nanos);
        }

        @Override
        public void onLate(Agent agent, long nanos) {
            setup.watcher.onLate(SimulatedServer.this, agent, nanos);
        }
    }
}
