package io.balsa.raft.testkit.world;

import io.balsa.raft.RaftNode;
import io.balsa.raft.RaftStatus;
import io.balsa.raft.cluster.Membership;
import io.balsa.raft.core.Notice;
import io.balsa.raft.testkit.Draws;
import io.balsa.raft.testkit.oracle.Violation;
import io.balsa.raft.testkit.plan.Act;
import io.balsa.raft.testkit.plan.Errand;
import io.balsa.raft.testkit.plan.Moment;
import io.balsa.raft.testkit.plan.Plan;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Runs the errands of an operator, who asks for changes when they are least convenient, and for what must be refused. */
final class Operator {

    private static final long SECOND = 1_000_000_000L;
    private static final long PATIENCE_NANOS = 6 * SECOND;

    private record Waiting(Errand errand, long untilNanos) {}

    /** Waits for a joint membership at its victim, or at one who has heard of it from there. */
    private record Blow(int victim, boolean heard, long untilNanos, long soonNanos, Runnable what) {}

    private final World world;
    private final Nemesis nemesis;
    private final Caretaker caretaker;
    private final List<SimulatedServer> servers;
    private final Roster roster;
    private final Inquiries inquiries;
    private final Requests requests;
    private final List<Waiting> waiting = new ArrayList<>();
    private final List<Blow> awaitingJoint = new ArrayList<>();
    private Optional<Errand> illegal = Optional.empty(); // the latest one
    private final boolean isGentle;
    private boolean ended;

    /** One who does nothing before it is told to begin. */
    Operator(World world, Plan plan, Nemesis nemesis, List<SimulatedServer> servers, Roster roster) {
        this.world = world;
        this.nemesis = nemesis;
        caretaker = nemesis.caretaker();
        this.servers = servers;
        this.roster = roster;
        isGentle = plan.isGentle();
        inquiries = new Inquiries(world, roster, caretaker.counters()::onSnapshotRefused);
        requests = new Requests(servers, caretaker, plan.config().maxCommandBytes());
        caretaker.onCrash(() -> onMoment(Moment.AFTER_CRASH));
    }

    void begin(List<Errand> planned) {
        for (Errand errand : planned) {
            world.in(errand.atNanos() - world.nowNanos(), () -> onDue(errand));
        }
    }

    /** Asks for nothing new; who was asked may still answer. */
    void end() {
        ended = true;
        waiting.clear();
        awaitingJoint.clear();
    }

    /** What was found in an answer. */
    Optional<Violation> violation() {
        return inquiries.violation();
    }

    /** Whether one of these servers owes an answer, though its node is still the one that was asked. */
    boolean isWaitingFor(List<SimulatedServer> some) {
        return inquiries.areWaitingFor(some);
    }

    /** The run is over: nothing that was refused is there. */
    void finish() {
        inquiries.finish();
    }

    // --- when ---

    private void onDue(Errand errand) {
        if (ended) {
            return;
        }
        if (errand.moment().isAwaited()) {
            waiting.add(new Waiting(errand, world.nowNanos() + PATIENCE_NANOS));
        } else {
            run(errand);
        }
    }

    /** Somebody has come to lead. */
    void onLeader() {
        onMoment(Moment.NEW_LEADER);
    }

    /** A part of a snapshot is on its way. */
    void onSnapshotSent() {
        onMoment(Moment.INSTALLING);
    }

    /** The change that somebody was asked for takes a joint membership, which has just come into effect at a server. */
    void onJoint(SimulatedServer server, boolean leads) {
        for (Blow one : List.copyOf(awaitingJoint)) {
            boolean isIt = one.heard ? !leads && isLeader(one.victim) : one.victim == server.number() && leads;
            if (isIt) {
                awaitingJoint.remove(one);
                if (world.nowNanos() <= one.untilNanos) {
                    world.in(one.soonNanos, one.what);
                }
            }
        }
    }

    /**
     * A leader has found out that a voter has forgotten its promises, and takes its vote at its next heartbeat. Who asks for
     * what must be refused asks until then that those go who remember.
     */
    void onStoreLost(SimulatedServer leader, Notice.StoreLost lost) {
        if (illegal.isPresent() && !ended) {
            Errand errand = illegal.get();
            long term = leader.term();
            Draws chance = new Draws(errand.chance() + world.nowNanos());
            world.in(chance.logUniform(1_000, SECOND / 20), () -> letGo(errand, leader, term, lost));
        }
    }

    private void letGo(Errand errand, SimulatedServer leader, long term, Notice.StoreLost lost) {
        if (leader.node().isPresent() && !ended) {
            RaftNode node = leader.node().get();
            Optional<Request> request = IllegalRequests.letGo(node.status(), term, lost);
            request.ifPresent(illegalOne -> ask(errand, illegalOne, leader, node));
        }
    }

    private boolean isLeader(int number) {
        return nemesis.leader().filter(leader -> leader.number() == number).isPresent();
    }

    private void onMoment(Moment moment) {
        if (waiting.isEmpty()) {
            return;
        }
        for (Waiting one : List.copyOf(waiting)) {
            if (one.errand.moment() == moment) {
                waiting.remove(one);
                long delay = new Draws(one.errand.chance()).logUniform(1_000, SECOND / 20);
                if (world.nowNanos() <= one.untilNanos) {
                    world.in(delay, () -> run(one.errand));
                }
            }
        }
    }

    // --- what ---

    private void run(Errand errand) {
        Optional<SimulatedServer> asked =
                errand.asked() == Errand.LEADER ? nemesis.leader() : Optional.of(servers.get(errand.asked() - 1));
        Optional<RaftNode> node = asked.flatMap(SimulatedServer::node);
        if (ended || node.isEmpty()) {
            return;
        }
        Draws chance = new Draws(errand.chance());
        RaftStatus status = node.get().status();
        for (Request request : requests.draw(errand, status, chance)) {
            ask(errand, request, asked.get(), node.get());
            prepare(request);
        }
        illegal = errand.act() == Act.ILLEGAL ? Optional.of(errand) : illegal;
        then(errand, asked.get(), chance);
    }

    private void ask(Errand errand, Request request, SimulatedServer server, RaftNode node) {
        world.tell("operator", () -> errand.number() + ": asks " + server + " to " + request.what());
        inquiries.ask(request, server, node, done -> {
            if (done) {
                after(request);
            }
        });
    }

    /** Whoever is to join should be there. */
    private void prepare(Request request) {
        Optional<Membership> target = request.target();
        for (SimulatedServer server : servers) {
            if (target.isPresent() && target.get().contains(server.id()) && !server.isUp()) {
                world.in(SECOND / 10, () -> caretaker.bringBack(server));
            }
        }
    }

    /** Some who were removed are stopped; the others know nothing of it, perhaps, and shout. */
    private void after(Request request) {
        for (SimulatedServer server : servers) {
            boolean removed = request.removes(server.id())
                    && server.isUp()
                    && !roster.mayBelong(server.id())
                    && request.stopsWhoGoes();
            if (removed && !ended && !server.isSyncing()) {
                world.tell("operator", () -> "stops " + server);
                caretaker.abandon(server);
            }
        }
    }

    /** Most of those whose change may take a joint membership are struck in it, if it comes to that. */
    private void then(Errand errand, SimulatedServer asked, Draws chance) {
        Moment moment = errand.moment();
        long soon = chance.between(0, errand.withinNanos());
        long away = chance.between(SECOND, 6 * SECOND);
        Draws inJoint = new Draws(~errand.chance()); // a decision of its own
        if (mayBeJoint(errand) && inJoint.chance(0.5) && !isGentle) {
            await(asked, true, 0, () -> nemesis.isolate(asked, away));
        }
        if (moment == Moment.THEN_CUT_OFF) {
            if (chance.chance(0.3)) {
                nemesis.isolate(asked, away); // before anybody has heard of it
            } else {
                strike(errand, asked, soon, () -> nemesis.isolate(asked, away));
            }
        } else if (moment == Moment.THEN_CRASH) {
            strike(errand, asked, soon, () -> nemesis.crash(asked, away / 2, chance));
        }
    }

    private void strike(Errand errand, SimulatedServer asked, long soonNanos, Runnable blow) {
        if (mayBeJoint(errand) && new Draws(errand.chance()).chance(0.7)) {
            await(asked, false, soonNanos, blow);
        } else {
            world.in(soonNanos, blow);
        }
    }

    private static boolean mayBeJoint(Errand errand) {
        return errand.act() == Act.SEVERAL || errand.act() == Act.REPLACE;
    }

    private void await(SimulatedServer asked, boolean heard, long soonNanos, Runnable blow) {
        awaitingJoint.add(new Blow(asked.number(), heard, world.nowNanos() + PATIENCE_NANOS, soonNanos, blow));
    }
}
