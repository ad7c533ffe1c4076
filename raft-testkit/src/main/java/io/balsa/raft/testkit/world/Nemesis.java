package io.balsa.raft.testkit.world;

import io.balsa.raft.testkit.Draws;
import io.balsa.raft.testkit.SimulatedDisk;
import io.balsa.raft.testkit.coverage.Counter;
import io.balsa.raft.testkit.coverage.Coverage;
import io.balsa.raft.testkit.coverage.CoverageWatch;
import io.balsa.raft.testkit.oracle.Violation;
import io.balsa.raft.testkit.plan.Fault;
import io.balsa.raft.testkit.plan.Plan;
import io.balsa.raft.testkit.plan.Strike;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Carries out the strikes of a run, brings back whom they took down, and takes care that what must survive can. */
final class Nemesis {

    private static final long SECOND = 1_000_000_000L;

    private final World world;
    private final SimulatedNetwork network;
    private final Plan plan;
    private final List<SimulatedServer> servers;
    private final CoverageWatch counters;
    private final Coverage coverage;
    private final Partitions partitions;
    private final Draws draws;
    private final BitSet spoilt = new BitSet(); // servers whose disk has lost what it had promised
    private final BitSet ruined = new BitSet(); // of those, who has said so and will not start again
    private final BitSet abandoned = new BitSet(); // servers that nobody starts any more, for the time being
    private final BitSet again = new BitSet(); // servers that lose their power once more, soon after they start
    private final long[] downNanos; // for how long whoever fails next stays down
    private Optional<Violation> violation = Optional.empty();
    private Optional<FigureEight> figureEight = Optional.empty();
    private long huntUntilNanos;
    private int crashes;
    private int strikes;
    private boolean ended;

    Nemesis(World world, SimulatedNetwork network, Plan plan, List<SimulatedServer> servers, CoverageWatch counters) {
        this.world = world;
        this.network = network;
        this.plan = plan;
        this.servers = servers;
        this.counters = counters;
        coverage = counters.coverage();
        draws = Draws.stream(plan.seed(), "nemesis at work");
        partitions = new Partitions(world, network, servers);
        for (int number = 1; number <= servers.size(); number++) {
            again.set(number, brings(Fault.POWER_CUT) && draws.chance(0.5));
        }
        downNanos = new long[servers.size() + 1];
    }

    /** How often a process or machine has crashed. */
    int crashes() {
        return crashes;
    }

    /** How many strikes had a victim. */
    int strikes() {
        return strikes;
    }

    /** Whether this server will not start again. */
    boolean isRuined(SimulatedServer server) {
        return ruined.get(server.number());
    }

    /** Whether the disk of this server has lost what it had promised to keep. */
    boolean isSpoilt(SimulatedServer server) {
        return spoilt.get(server.number());
    }

    void begin(List<Strike> planned) {
        for (Strike strike : planned) {
            world.in(strike.atNanos() - world.nowNanos(), () -> strike(strike));
        }
    }

    /** Peace, for the network and for whoever is up. */
    void end() {
        ended = true;
        figureEight = Optional.empty();
        network.calm();
        for (SimulatedServer server : servers) {
            server.troubles().calm();
            server.clear();
            server.thaw();
        }
    }

    /** A server is taken down and stays down, until all come back. */
    void abandon(SimulatedServer server) {
        abandoned.set(server.number());
        server.crash(SimulatedDisk.Crash.PROCESS_ONLY);
    }

    /** All come back. */
    void bringBack() {
        abandoned.clear();
        servers.forEach(this::start);
    }

    private void strike(Strike strike) {
        if (ended) {
            return;
        }
        SimulatedServer victim = victimOf(strike);
        if (victim == null || (strike.fault().isCrash() && !canHurt(strike.fault(), victim))) {
            return;
        }
        strikes++;
        world.tell("nemesis", strike::toString);
        Draws chance = new Draws(strike.chance());
        if (strike.fault().isPartition()) {
            Cut cut = partitions.begin(strike, victim, chance);
            requireToStepDown(victim, cut);
            return;
        }
        switch (strike.fault()) {
            case HUNT -> {
                huntUntilNanos = world.nowNanos() + strike.lastsNanos();
                leader().ifPresent(this::onLeader);
            }
            case FIGURE_8 -> beginFigureEight();
            case OVERSLEEP -> leader().ifPresent(leader -> oversleep(leader, strike.lastsNanos()));
            case PAUSE -> victim.freeze(strike.lastsNanos());
            case STALL -> {
                victim.stall(strike.lastsNanos());
                if (victim.leads() && chance.nextBoolean()) { // and has a successor before its own entries are written
                    partitions.isolate(victim, strike.lastsNanos() / 2);
                }
            }
            case CLOG ->
                network.clog(SimulatedNetwork.link(victim.number(), another(victim, chance)), strike.lastsNanos());
            case FALSE_ALARM ->
                network.alarm(
                        victim.number(),
                        servers.get(another(victim, chance) - 1).id());
            default -> hurt(strike, victim, chance);
        }
    }

    private void oversleep(SimulatedServer leader, long nanos) {
        servers.get(draws.nextInt(servers.size())).stall(nanos); // whoever's disk hears of all of them at once, too
        partitions.isolate(leader, SECOND / 3);
        world.in(SECOND / 3, () -> {
            if (!ended && leader.isUp()) {
                leader.freeze(nanos);
                huntUntilNanos = world.nowNanos() + nanos;
            }
        });
    }

    /** Whoever hears nobody, and minds its quorum, leads for a while only (L7). */
    private void requireToStepDown(SimulatedServer leader, Cut cut) {
        boolean hearsNobody = cut.shape() == Fault.DEAFNESS || cut.shape() == Fault.ISOLATION;
        if (hearsNobody
                && leader.leads()
                && plan.config().checkQuorum()
                && plan.founding().voters().size() > 1) {
            long term = leader.term();
            long struck = world.nowNanos();
            world.in(2 * plan.electionTimeoutMaxNanos(), () -> {
                boolean leads = leader.leads() && leader.term() == term && !leader.hasStoodStillSince(struck);
                if (leads && network.isThere(cut)) {
                    throw new Violation("L7", leader + " hears nobody, and still leads term " + term);
                }
            });
        }
    }

    private @Nullable SimulatedServer victimOf(Strike strike) {
        if (strike.victim() != Strike.LEADER) {
            return servers.get(strike.victim() - 1);
        }
        return leader().orElse(null);
    }

    /** Whoever leads the latest term, as far as there is one who believes so. */
    Optional<SimulatedServer> leader() {
        SimulatedServer leader = null;
        long term = 0;
        for (SimulatedServer server : servers) {
            long its = server.leads() ? server.term() : 0;
            if (its > term) {
                leader = server;
                term = its;
            }
        }
        return Optional.ofNullable(leader);
    }

    private void beginFigureEight() {
        if (figureEight.isEmpty() || figureEight.get().isOver()) {
            leader().ifPresent(leader ->
                    figureEight = Optional.of(new FigureEight(world, partitions, counters::isFigure8Near, leader)));
        }
    }

    /** A server has come to lead. */
    void onLeader(SimulatedServer leader) {
        if (figureEight.isPresent() && !figureEight.get().isOver()) {
            figureEight.get().onLeader(leader);
            return;
        }
        if (!ended && world.nowNanos() < huntUntilNanos) {
            long atLarge = draws.logUniform(SECOND / 10_000, SECOND / 5);
            if (draws.chance(0.4)) { // whose writes of several terms become one batch
                servers.get(draws.nextInt(servers.size())).stall(draws.between(2 * SECOND, 5 * SECOND));
            }
            boolean crashes = draws.nextBoolean();
            long away = draws.between(SECOND / 2, 3 * SECOND);
            world.in(atLarge, () -> {
                if (ended || !leader.isUp()) {
                    return;
                }
                downNanos[leader.number()] = away;
                if (crashes && !leader.hasFailed()) {
                    crash(leader, CrashModes.any(draws));
                } else {
                    partitions.isolate(leader, away);
                }
            });
        }
    }

    /** The number of another server, unless there is none. */
    private int another(SimulatedServer than, Draws chance) {
        int drawn = 1 + chance.nextInt(servers.size());
        return drawn == than.number() ? drawn % servers.size() + 1 : drawn;
    }

    /** Whoever is down cannot be taken down, and not every run and every server may be hurt more than it is. */
    private boolean canHurt(Fault fault, SimulatedServer victim) {
        return victim.isUp()
                && !victim.hasFailed()
                && !(plan.isGentle() && isEnoughDown())
                && !(victim.isSyncing() && (fault == Fault.RESTART || fault == Fault.BIT_ROT))
                && (fault != Fault.BIT_ROT || canRot(victim));
    }

    /** What takes a server down, at once or soon. */
    private void hurt(Strike strike, SimulatedServer victim, Draws chance) {
        downNanos[victim.number()] = strike.lastsNanos();
        switch (strike.fault()) {
            case CRASH -> crash(victim, CrashModes.any(chance));
            case RESTART -> close(victim);
            case POWER_CUT -> {
                victim.troubles().cutPowerAfterHardState(); // which may take long to come
                switch (chance.nextInt(5)) {
                    case 0 -> victim.troubles().cutPowerInHardState();
                    case 1 -> victim.troubles().cutPowerInLog();
                    default -> victim.troubles().cutPowerAfter(1 + chance.nextInt(12));
                }
            }
            case SYNC_FAILURE -> victim.troubles().failSync();
            case IO_ERROR -> victim.troubles().failAfter(1 + chance.nextInt(12));
            case DISK_FULL -> {
                victim.fill(chance.nextInt(500));
                world.in(strike.lastsNanos(), victim::clear);
            }
            case BIT_ROT -> rot(victim, chance);
            default -> throw new IllegalStateException(strike + " is not known");
        }
    }

    private boolean isEnoughDown() {
        long down = servers.stream().filter(server -> !server.isUp()).count();
        return down >= (plan.founding().voters().size() - 1) / 2;
    }

    private void crash(SimulatedServer victim, SimulatedDisk.Crash mode) {
        crashes++;
        world.tell(victim, () -> "crashes, " + mode);
        victim.crash(mode);
        comeBack(victim);
    }

    private void close(SimulatedServer victim) {
        world.tell(victim, () -> "is closed by its operator");
        victim.close();
        comeBack(victim);
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
        if (!Causes.isOfDisk(cause) || !(victim.mayFail(cause) || isSpoilt(victim))) {
            violation = Optional.of(Causes.violationIn(cause)
                    .orElseGet(() -> new Violation("A1", victim + " has stopped by itself: " + cause, cause)));
            return;
        }
        world.tell(victim, () -> "stops: " + cause.getMessage());
        if (victim.troubles().hasFailedSync()) {
            coverage.count(Counter.SYNC_FAILURES);
        }
        boolean full = victim.lacksRoom(cause);
        world.in(SECOND / 10, () -> {
            if (victim.hasFailed()) {
                victim.troubles().calm();
                victim.clear();
                crash(victim, CrashModes.any(draws));
                if (full) {
                    coverage.count(Counter.DISK_FULL_RECOVERED);
                }
            }
        });
    }

    /** What was found when a node stopped: a future would swallow what its callbacks throw. */
    Optional<Violation> violation() {
        return violation;
    }

    /**
     * Turns a bit. The store is closed before, and nothing may keep it from that, because damage to the last batch of one that
     * was not looks like a torn write, as it must, and its loss could undo what was committed.
     */
    private void rot(SimulatedServer victim, Draws chance) {
        victim.troubles().calm();
        victim.clear();
        close(victim);
        spoilt.set(victim.number());
        victim.disk().rotWritten(chance);
    }

    /** Not if too many servers have lost something already: a quorum must have everything. */
    private boolean canRot(SimulatedServer victim) {
        int voters = plan.founding().voters().size();
        return spoilt.cardinality() < (voters - 1) / 2 || isSpoilt(victim);
    }

    /** Starts a server, which must be able to, unless its disk is damaged: then it must say so. */
    void start(SimulatedServer server) {
        if (server.isUp() || isRuined(server)) {
            return;
        }
        if (!ended && again.get(server.number())) {
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
        if (refusal.isPresent() && !isSpoilt(server)) {
            throw new Violation("D7", server + " cannot start: " + refusal.get().reason());
        }
        if (refusal.isPresent()) {
            world.tell(server, () -> "refuses to start: " + refusal.get().reason());
            coverage.count(Counter.BIT_ROT_DETECTED);
            coverage.count(Counter.CRC_FAILURES_REFUSED, refusal.get().isOfLog() ? 1 : 0);
            ruined.set(server.number());
        }
    }

    /** All servers that can ever start again. */
    List<SimulatedServer> sound() {
        List<SimulatedServer> sound = new ArrayList<>(servers);
        sound.removeIf(this::isRuined);
        return sound;
    }

    /** Whether a strike of this kind may hit in this run. */
    boolean brings(Fault fault) {
        return plan.faults().contains(fault);
    }
}
