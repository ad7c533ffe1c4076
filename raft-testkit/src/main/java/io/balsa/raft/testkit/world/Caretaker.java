package io.balsa.raft.testkit.world;

import io.balsa.raft.cluster.Membership;
import io.balsa.raft.cluster.NodeId;
import io.balsa.raft.testkit.Draws;
import io.balsa.raft.testkit.SimulatedDisk;
import io.balsa.raft.testkit.coverage.Counter;
import io.balsa.raft.testkit.coverage.Coverage;
import io.balsa.raft.testkit.coverage.CoverageWatch;
import io.balsa.raft.testkit.oracle.Violation;
import io.balsa.raft.testkit.plan.Fault;
import io.balsa.raft.testkit.plan.Plan;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;

/** Takes servers down, looks after those that went down by themselves, and brings them back. */
final class Caretaker {

    private static final long SECOND = 1_000_000_000L;

    private final World world;
    private final List<SimulatedServer> servers;
    private final CoverageWatch counters;
    private final Coverage coverage;
    private final Roster roster;
    private final Soundness soundness;
    private final Draws draws;
    private final BitSet abandoned = new BitSet(); // servers that nobody starts any more, for the time being
    private final BitSet again = new BitSet(); // servers that lose their power once more, soon after they start
    private final long[] downNanos; // for how long whoever fails next stays down
    private Optional<Violation> violation = Optional.empty();
    private Runnable onCrash = () -> {};
    private int crashes;
    private boolean calm;

    Caretaker(
            World world,
            Plan plan,
            List<SimulatedServer> servers,
            CoverageWatch counters,
            Roster roster,
            Predicate<NodeId> mending) {
        this.world = world;
        this.servers = servers;
        this.counters = counters;
        this.roster = roster;
        coverage = counters.coverage();
        soundness = new Soundness(roster, plan.founding(), servers, mending);
        draws = Draws.stream(plan.seed(), "caretaker");
        for (int number = 1; number <= plan.size(); number++) {
            again.set(number, plan.faults().contains(Fault.POWER_CUT) && draws.chance(0.5));
        }
        downNanos = new long[plan.size() + 1];
    }

    /** Which servers can be counted on. */
    Soundness soundness() {
        return soundness;
    }

    CoverageWatch counters() {
        return counters;
    }

    /** Tells who wants to know that a server has crashed. */
    void onCrash(Runnable listener) {
        onCrash = listener;
    }

    /** How often a process or machine has crashed. */
    int crashes() {
        return crashes;
    }

    /** What was found when a node stopped: a future would swallow what its callbacks throw. */
    Optional<Violation> violation() {
        return violation;
    }

    /** From now on nobody takes anybody down. */
    void calm() {
        calm = true;
        for (SimulatedServer server : servers) {
            server.troubles().calm();
            server.clear();
            server.thaw();
        }
    }

    // --- down ---

    /** Whoever goes down next, for whatever reason, stays down for so long. */
    void staysDown(SimulatedServer victim, long nanos) {
        downNanos[victim.number()] = nanos;
    }

    void crash(SimulatedServer victim, SimulatedDisk.Crash mode) {
        crashes++;
        world.tell(victim, () -> "crashes, " + mode);
        victim.crash(mode);
        comeBack(victim);
        onCrash.run();
    }

    void close(SimulatedServer victim) {
        world.tell(victim, () -> "is closed by its operator");
        victim.close();
        comeBack(victim);
    }

    /** A server is taken down and stays down, until it is wanted again. */
    void abandon(SimulatedServer server) {
        abandoned.set(server.number());
        server.crash(SimulatedDisk.Crash.PROCESS_ONLY);
    }

    /** All come back. */
    void bringBack() {
        abandoned.clear();
        servers.forEach(this::start);
    }

    /** This one comes back. */
    void bringBack(SimulatedServer server) {
        abandoned.clear(server.number());
        start(server);
    }

    private void comeBack(SimulatedServer victim) {
        world.in(downNanos[victim.number()], () -> {
            if (!abandoned.get(victim.number())) {
                start(victim);
            }
        });
    }

    /** The power went in the middle of something that a server did. */
    void onPowerCut() {
        for (SimulatedServer server : servers) {
            if (server.isPowerless()) {
                boolean isCounted = counters.isBetweenWrites(server.id()); // when the process is gone
                boolean between = server.troubles().wentBetweenWrites() && !isCounted;
                coverage.count(Counter.CRASHES_BETWEEN_WRITES, between ? 1 : 0);
                again.set(server.number(), draws.chance(0.4));
                crash(server, CrashModes.torn(draws));
            }
        }
    }

    /** A node has stopped by itself, as it should in trouble: somebody looks after it, after a while. */
    void onFailed(SimulatedServer victim, Throwable cause) {
        if (!Causes.isOfDisk(cause) || !victim.troubles().hasHit()) {
            violation = Optional.of(Causes.violationIn(cause)
                    .orElseGet(() -> new Violation("A1", victim + " has stopped by itself: " + cause, cause)));
            return;
        }
        world.tell(victim, () -> "stops: " + cause.getMessage());
        if (victim.troubles().hasFailedSync()) {
            coverage.count(Counter.SYNC_FAILURES);
        }
        world.in(SECOND / 10, () -> {
            if (victim.hasFailed()) {
                victim.troubles().calm();
                victim.clear();
                crash(victim, CrashModes.any(draws));
            }
        });
    }

    // --- damage ---

    /**
     * Turns a bit. The store is closed before, and nothing may keep it from that, because damage to the last batch of one that
     * was not looks like a torn write, as it must, and its loss could undo what was committed.
     */
    void rot(SimulatedServer victim, Draws chance) {
        victim.troubles().calm();
        victim.clear();
        close(victim);
        soundness.spoil(victim);
        victim.rot(chance);
    }

    /**
     * A disk is replaced by an empty one. Its server comes back as it was once started, or is told to join.
     *
     * @param joins whether it is told to join; a server that never was one of the founders is, anyway
     */
    void wipe(SimulatedServer victim, boolean joins) {
        if (victim.isUp()) {
            crash(victim, SimulatedDisk.Crash.PROCESS_ONLY);
        } else if (soundness.isRuined(victim)) {
            comeBack(victim);
        }
        world.tell(victim, () -> "gets an empty disk" + (joins ? ", and is told to join" : ""));
        Membership greeting = roster.committed();
        victim.wipe(joins, greeting);
        soundness.renew(victim);
        roster.onWiped(victim.id());
    }

    // --- up ---

    /** Starts a server, which must be able to, unless its term or vote is damaged: then it must say so. */
    void start(SimulatedServer server) {
        if (server.isUp() || soundness.isRuined(server)) {
            return;
        }
        if (!calm && again.get(server.number())) {
            again.clear(server.number());
            server.troubles().cutPowerAfter(1 + draws.nextInt(30)); // while it recovers, perhaps
        }
        Optional<SimulatedServer.Refusal> refusal = server.start();
        if (refusal.isPresent() && refusal.get().inTrouble()) {
            world.tell(server, () -> "cannot start: " + refusal.get().reason());
            server.troubles().calm();
            server.clear();
            crash(server, CrashModes.any(draws));
            return;
        }
        if (refusal.isEmpty()) {
            soundness.started(server);
            return;
        }
        if (!soundness.isDamaged(server)) {
            throw new Violation("D7", server + " cannot start: " + refusal.get().reason());
        }
        world.tell(server, () -> "refuses to start: " + refusal.get().reason());
        coverage.count(Counter.BIT_ROT_DETECTED);
        coverage.count(Counter.CRC_FAILURES_REFUSED, refusal.get().isOfLog() ? 1 : 0);
        soundness.ruin(server);
    }

    /** All servers that can ever start again. */
    List<SimulatedServer> sound() {
        List<SimulatedServer> sound = new ArrayList<>(servers);
        sound.removeIf(soundness::isRuined);
        return sound;
    }
}
