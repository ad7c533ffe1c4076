package io.balsa.raft.testkit.world;

import io.balsa.raft.cluster.Membership;
import io.balsa.raft.testkit.Draws;
import io.balsa.raft.testkit.coverage.CoverageWatch;
import io.balsa.raft.testkit.oracle.Violation;
import io.balsa.raft.testkit.plan.Fault;
import io.balsa.raft.testkit.plan.Plan;
import io.balsa.raft.testkit.plan.Strike;
import java.util.List;
import java.util.Optional;
import java.util.function.BiConsumer;
import org.jspecify.annotations.Nullable;

/** Carries out the strikes of a run, and takes care that what must survive can. */
final class Nemesis {

    private static final long SECOND = 1_000_000_000L;
    private static final long LOOK_NANOS = 1_000_000;

    private final World world;
    private final SimulatedNetwork network;
    private final Plan plan;
    private final List<SimulatedServer> servers;
    private final CoverageWatch counters;
    private final Caretaker caretaker;
    private final Partitions partitions;
    private final Draws draws;
    private Optional<FigureEight> figureEight = Optional.empty();
    private long huntUntilNanos;
    private long relaysUntilNanos;
    private int strikes;
    private boolean ended;
    private BiConsumer<SimulatedServer, Draws> crowd = (server, chance) -> {};

    Nemesis(World world, SimulatedNetwork network, Plan plan, List<SimulatedServer> servers, Caretaker caretaker) {
        this.world = world;
        this.network = network;
        this.plan = plan;
        this.servers = servers;
        this.caretaker = caretaker;
        counters = caretaker.counters();
        draws = Draws.stream(plan.seed(), "nemesis at work");
        partitions = new Partitions(world, network, servers);
    }

    /** Who takes servers down and brings them back. */
    Caretaker caretaker() {
        return caretaker;
    }

    /** How many strikes had a victim. */
    int strikes() {
        return strikes;
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
        caretaker.calm();
    }

    /** Says who gives a leader that is cut off much to do. */
    void crowdBy(BiConsumer<SimulatedServer, Draws> clients) {
        crowd = clients;
    }

    /** Nothing passes to or from a server for so long. */
    void isolate(SimulatedServer victim, long nanos) {
        if (!ended) {
            partitions.isolate(victim, nanos);
            crowd(victim, new Draws(nanos));
        }
    }

    /** The log of a leader that is cut off outgrows those of the others, until it hears of them again. */
    private void crowd(SimulatedServer victim, Draws chance) {
        if (victim.leads() && chance.chance(0.7)) {
            crowd.accept(victim, chance);
        }
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
            crowd(victim, chance);
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
                } else if (!victim.leads() && chance.chance(0.8)) {
                    leader().ifPresent(leader -> leaveTo(victim, leader, strike.lastsNanos(), chance));
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

    /** Only one still hears the leader, whose disk hangs: what the next one replaces there waits for the disk as well. */
    private void leaveTo(SimulatedServer last, SimulatedServer leader, long nanos, Draws chance) {
        partitions.leaveTo(last, leader, nanos);
        world.in(SECOND / 100, () -> crowd(leader, chance)); // when the disk is at something
    }

    private void oversleep(SimulatedServer leader, long nanos) {
        boolean relays = draws.chance(0.7);
        if (!relays) {
            servers.get(draws.nextInt(servers.size())).stall(nanos); // whoever's disk hears of all of them at once, too
        }
        isolate(leader, SECOND / 3);
        world.in(SECOND / 3, () -> {
            if (!ended && leader.isUp()) {
                leader.freeze(nanos);
                huntUntilNanos = world.nowNanos() + nanos;
                relaysUntilNanos = relays ? huntUntilNanos : 0;
            }
        });
    }

    /**
     * Whoever leads next falls when another knows that the first entry of its term is committed: the leader after it tells the
     * sleeper so, which has heard of that entry only.
     */
    private void relay(SimulatedServer leader, long term, long before, long untilNanos) {
        boolean leads = !ended && leader.leads() && leader.term() == term;
        boolean isKnown = servers.stream().anyMatch(other -> !other.equals(leader) && committed(other) > before);
        if (leads && isKnown) {
            partitions.isolate(leader, 3 * SECOND);
        } else if (leads && world.nowNanos() < untilNanos) {
            world.in(LOOK_NANOS, () -> relay(leader, term, before, untilNanos));
        }
    }

    private static long committed(SimulatedServer server) {
        return server.node().map(node -> node.status().commitIndex()).orElse(0L);
    }

    /** Whoever hears nobody, and minds its quorum, leads for a while only, unless it needs nobody (L7). */
    private void requireToStepDown(SimulatedServer leader, Cut cut) {
        boolean hearsNobody = cut.shape() == Fault.DEAFNESS || cut.shape() == Fault.ISOLATION;
        if (hearsNobody && leader.leads() && plan.config().checkQuorum() && needsOthers(leader)) {
            long term = leader.term();
            long struck = world.nowNanos();
            Optional<Membership> membership = leader.membership();
            world.in(2 * plan.electionTimeoutMaxNanos(), () -> {
                boolean leads = leader.leads() && leader.term() == term && !leader.hasStoodStillSince(struck);
                if (leads && network.isThere(cut) && leader.membership().equals(membership)) {
                    throw new Violation("L7", leader + " hears nobody, and still leads term " + term);
                }
            });
        }
    }

    private static boolean needsOthers(SimulatedServer leader) {
        return leader.membership()
                .map(membership ->
                        membership.isJoint() || membership.voters().size() > 1 || !membership.isVoter(leader.id()))
                .orElse(false);
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
        if (!ended && world.nowNanos() < relaysUntilNanos) {
            long untilNanos = relaysUntilNanos;
            world.in(LOOK_NANOS, () -> relay(leader, leader.term(), committed(leader), untilNanos)); // it knows by then
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
                caretaker.staysDown(leader, away);
                if (crashes && !leader.hasFailed()) {
                    caretaker.crash(leader, CrashModes.any(draws));
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

    /** A server is to crash, as if by chance. */
    void crash(SimulatedServer victim, long awayNanos, Draws chance) {
        if (!ended && canHurt(Fault.CRASH, victim)) {
            caretaker.staysDown(victim, awayNanos);
            caretaker.crash(victim, CrashModes.any(chance));
        }
    }

    /** Whoever is down cannot be taken down, and not every run and every server may be hurt more than it is. */
    private boolean canHurt(Fault fault, SimulatedServer victim) {
        boolean wiped = fault == Fault.WIPE;
        boolean waits = victim.isSyncing() && (fault == Fault.RESTART || fault == Fault.BIT_ROT || wiped);
        Soundness soundness = caretaker.soundness();
        return (wiped || (victim.isUp() && !victim.hasFailed()))
                && !(plan.isGentle() && soundness.isEnoughDown())
                && !waits
                && (fault != Fault.BIT_ROT || soundness.canLose(victim))
                && (!wiped || soundness.canBeWiped(victim));
    }

    /** What takes a server down, at once or soon. */
    private void hurt(Strike strike, SimulatedServer victim, Draws chance) {
        caretaker.staysDown(victim, strike.lastsNanos());
        switch (strike.fault()) {
            case CRASH -> caretaker.crash(victim, CrashModes.any(chance));
            case RESTART -> caretaker.close(victim);
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
            case BIT_ROT -> caretaker.rot(victim, chance);
            case WIPE -> caretaker.wipe(victim, chance.nextBoolean());
            default -> throw new IllegalStateException(strike + " is not known");
        }
    }
}
