package io.balsa.raft.testkit.world;

import io.balsa.raft.RaftStatus;
import io.balsa.raft.StateMachine;
import io.balsa.raft.cluster.Membership;
import io.balsa.raft.cluster.NodeId;
import io.balsa.raft.testkit.Draws;
import io.balsa.raft.testkit.coverage.Counter;
import io.balsa.raft.testkit.oracle.Violation;
import io.balsa.raft.testkit.plan.Act;
import io.balsa.raft.testkit.plan.Fault;
import io.balsa.raft.testkit.workload.Answers;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;

/**
 * What follows the chaos, and shows that the cluster is alive. First a core, a drawn set with a quorum in it, has to do
 * without all others, which are dead or cut off: it must elect a leader (L1), serve (L2) and agree (L3). Then, in some runs,
 * nobody may lose the lead for long, though those who are cut off go on to shout (L4). Then all come back, agree, and have
 * answered whoever asked. In the end a server that hears nobody must not depose the leader, or one must follow on a leader that
 * dies.
 */
final class Peace {

    static final int BOUND = 20; // in longest election timeouts
    private static final long LONGEST_STALL_NANOS = 10_000_000_000L;
    private static final int STABLE = 50;
    private static final int SERVED = 10;

    private final ClusterRun run;
    private final long boundNanos;
    private final Draws draws;
    private final Caretaker caretaker;
    private final Soundness soundness;
    private final List<SimulatedServer> core = new ArrayList<>();

    Peace(ClusterRun run) {
        this.run = run;
        caretaker = run.nemesis().caretaker();
        soundness = caretaker.soundness();
        boundNanos = BOUND * run.plan().electionTimeoutMaxNanos();
        draws = Draws.stream(run.plan().seed(), "peace");
    }

    void run() {
        run.coverage().count(Counter.LIVENESS_RUN);
        run.clients().forEach(SimulatedClient::peace);
        switchBack();
        if (!chooseCore()) {
            run.coverage().count(Counter.LIVENESS_INCONCLUSIVE);
            return;
        }
        leaveAlone();
        run.clients().forEach(client -> client.turnTo(core));
        elect();
        serve();
        agree(() -> membersOf(core), "the core");
        if (run.plan().tempo().stability()
                && run.plan().config().preVote()
                && run.plan().config().checkQuorum()) {
            awaitDisks(core);
            elect();
            stayStable(leader().orElseThrow(() -> new Violation("L4", "the leader is gone")));
        }
        heal();
        agree(() -> membersOf(caretaker.sound()), "everybody");
        answerAll();
        if (draws.chance(0.2)) {
            stayDespiteWhoeverShouts();
        } else {
            survive();
        }
    }

    /** What an operator has switched is as it was meant to be. */
    private void switchBack() {
        for (SimulatedServer server : run.servers()) {
            server.node().ifPresent(node -> node.preVote(run.plan().config().preVote()));
        }
    }

    /**
     * A quorum of servers that can be counted on, in whatever membership may come to be in effect, of which one can be elected,
     * and perhaps others; false if there is no such quorum (L9). There is none, either, if a learner has an entry that is not
     * committed from a server that cannot be counted on any more, and its vote is needed for a membership it does not know.
     */
    private boolean chooseCore() {
        List<SimulatedServer> others = new ArrayList<>();
        for (SimulatedServer server : caretaker.sound()) {
            if (run.roster().mayBelong(server.id()) && !soundness.isSpoilt(server)) {
                others.add(server);
            }
        }
        while (!soundness.isQuorumOfAll(core::contains) && !others.isEmpty()) {
            core.add(others.remove(draws.nextInt(others.size())));
        }
        boolean suffices = soundness.isQuorumOfAll(core::contains);
        for (SimulatedServer server : List.copyOf(core)) {
            if (suffices && soundness.isQuorumOfAll(other -> core.contains(other) && !other.equals(server))) {
                core.remove(server);
                others.add(server);
            }
        }
        boolean canElect = run.oracle().canElect(idsOf(core));
        while (!canElect && !others.isEmpty()) {
            core.add(others.remove(draws.nextInt(others.size())));
            canElect = run.oracle().canElect(idsOf(core));
        }
        for (int more = draws.nextBoolean() ? draws.nextInt(others.size() + 1) : 0; more > 0; more--) {
            core.add(others.remove(draws.nextInt(others.size())));
        }
        return suffices && canElect;
    }

    /** Those of them that belong to the cluster now. */
    private List<SimulatedServer> membersOf(List<SimulatedServer> some) {
        Membership membership = run.roster().committed();
        return some.stream().filter(server -> membership.contains(server.id())).toList();
    }

    /** The others are dead, or they speak and do not hear: only a leader that minds its quorum gives up then. */
    private void leaveAlone() {
        boolean deaf = mayShout();
        Cut cut = new Cut(deaf ? Fault.DEAFNESS : Fault.SPLIT, core.get(0));
        for (SimulatedServer server : run.servers()) {
            boolean isInCore = core.contains(server);
            if (!isInCore && server.isUp() && draws.nextBoolean()) {
                caretaker.abandon(server);
            } else if (isInCore) {
                caretaker.bringBack(server);
            }
            for (SimulatedServer other : run.servers()) {
                if (core.contains(other) && !isInCore) {
                    cut.add(SimulatedNetwork.link(other.number(), server.number()));
                    if (!deaf) {
                        cut.add(SimulatedNetwork.link(server.number(), other.number()));
                    }
                }
            }
        }
        run.network().cut(cut);
        run.world()
                .tell(
                        "peace",
                        () -> "the core is " + core + "; possible are "
                                + run.roster().possible().stream()
                                        .map(Telling::words)
                                        .toList());
    }

    /**
     * Whoever hears nobody would keep the others from an election for ever, without PreVote, if it is more eager to lead than
     * they are: each gives it its vote, and begins to wait anew.
     */
    private boolean mayShout() {
        Set<Act> acts = run.plan().upkeep().acts();
        boolean eager = acts.contains(Act.PRIORITIZE) || acts.contains(Act.SEVERAL) || acts.contains(Act.ILLEGAL);
        return run.plan().config().checkQuorum() && (run.plan().config().preVote() || !eager);
    }

    private void elect() {
        require("L1", run.passUntil(() -> leader().isPresent(), boundNanos), "no leader is elected");
    }

    /** A leader whose disk has stalled for too long rightly gives up. */
    private void awaitDisks(Collection<SimulatedServer> servers) {
        run.passUntil(() -> servers.stream().noneMatch(SimulatedServer::isStalled), LONGEST_STALL_NANOS);
    }

    private Optional<SimulatedServer> leader() {
        return run.nemesis().leader().filter(core::contains);
    }

    /** Clients begin anew, and turn to anybody in the core. */
    private void serve() {
        Answers answers = run.workload().ledger().answers();
        long writes = answers.of(Answers.Kind.ACKNOWLEDGED) + SERVED;
        long reads = answers.of(Answers.Kind.READ) + SERVED;
        boolean served = run.passUntil(
                () -> answers.of(Answers.Kind.ACKNOWLEDGED) >= writes && answers.of(Answers.Kind.READ) >= reads,
                boundNanos);
        require("L2", served, "the core has a leader and does not serve");
    }

    /** All have applied the same, and hold the same. */
    private void agree(Supplier<List<SimulatedServer>> all, String who) {
        run.clients().forEach(SimulatedClient::stop);
        boolean agreed = run.passUntil(() -> haveAllApplied(all.get()), boundNanos);
        require("L3", agreed, who + " does not come to agree, " + standing(all.get()));
        require("L5", !run.roster().committed().isJoint(), "a joint membership is not left");
        Object state = null;
        for (SimulatedServer server : all.get()) {
            Optional<StateMachine> machine = server.machine();
            Object its = machine.map(run.workload()::stateOf).orElseThrow();
            server.node()
                    .ifPresent(node -> require("S5", node.divergences().isEmpty(), "wrong: " + node.divergences()));
            require("L3", state == null || state.equals(its), server + " holds " + its + " and another " + state);
            state = its;
        }
        run.clients().forEach(SimulatedClient::start);
    }

    private String standing(List<SimulatedServer> all) {
        return "with " + run.oracle().committed() + " committed: "
                + all.stream()
                        .map(server -> server + " "
                                + server.node()
                                        .map(node -> node.status())
                                        .map(status -> status.role() + " of term " + status.term() + ", applied "
                                                + status.appliedIndex() + " of " + status.lastIndex())
                                        .orElse("is down"))
                        .toList();
    }

    private boolean haveAllApplied(List<SimulatedServer> all) {
        long committed = run.oracle().committed();
        for (SimulatedServer server : all) {
            Optional<RaftStatus> status = server.node().map(node -> node.status());
            if (status.isEmpty()
                    || status.get().appliedIndex() != committed
                    || status.get().lastIndex() != committed
                    || status.get().membership().isJoint()) {
                return false;
            }
        }
        return !all.isEmpty();
    }

    /** Whoever cannot hear goes on to ask for votes, and must not get them. */
    private void stayStable(SimulatedServer leader) {
        long term = leader.term();
        long stable = STABLE * run.plan().electionTimeoutMaxNanos();
        boolean changed = run.passUntil(() -> !leader.leads() || leader.term() != term, stable);
        require("L4", !changed, leader + " loses the lead of term " + term + " in peace");
    }

    /**
     * Whoever asked a node that is alive has been answered, now that all agree: no future is forgotten. A server that was
     * removed does not hear what it would have to wait for.
     */
    private void answerAll() {
        run.clients().forEach(SimulatedClient::stop);
        List<SimulatedServer> all = membersOf(caretaker.sound());
        BooleanSupplier allAnswered =
                () -> run.clients().stream().noneMatch(client -> client.isWaitingFor(membersOf(all)));
        boolean answered = run.passUntil(allAnswered, boundNanos);
        if (!answered) {
            run.workload().hangUp(); // a session's answer may have to come from another server, which is gone
            answered = run.passUntil(allAnswered, boundNanos);
        }
        require("A1", answered, "a client waits for an answer for ever");
        boolean told = run.passUntil(() -> !run.operator().isWaitingFor(membersOf(all)), boundNanos);
        require("A1", told, "an operator waits for an answer for ever");
        run.clients().forEach(SimulatedClient::start);
    }

    /** The clients rest, so the log of a server that goes deaf stays as good as any, and only its being deaf speaks against it. */
    private void stayDespiteWhoeverShouts() {
        run.clients().forEach(SimulatedClient::stop);
        require(
                "L3",
                run.passUntil(() -> haveAllApplied(membersOf(caretaker.sound())), boundNanos),
                "not even while the clients rest do all agree");
        awaitDisks(caretaker.sound());
        Optional<SimulatedServer> leader = run.nemesis().leader();
        List<SimulatedServer> others = votersBut(leader);
        boolean minded = run.plan().config().preVote() || run.plan().config().checkQuorum();
        if (leader.isEmpty() || others.isEmpty() || !minded) {
            return;
        }
        SimulatedServer deaf = others.get(draws.nextInt(others.size()));
        if (!canDoWithout(deaf)) {
            return;
        }
        Cut cut = new Cut(Fault.DEAFNESS, deaf);
        for (SimulatedServer other : run.servers()) {
            cut.add(SimulatedNetwork.link(other.number(), deaf.number()));
        }
        run.network().cut(cut);
        run.world().tell("peace", () -> deaf + " hears nobody any more");
        stayStable(leader.get());
    }

    /** A leader that dies has a successor soon, if it was one of many. */
    private void survive() {
        Optional<SimulatedServer> leader = run.nemesis().leader();
        if (leader.isPresent() && canDoWithout(leader.get())) {
            run.world().tell("peace", () -> "without " + leader.get());
            caretaker.abandon(leader.get());
            require("L1", run.passUntil(() -> run.nemesis().leader().isPresent(), boundNanos), "nobody succeeds");
        }
    }

    private boolean canDoWithout(SimulatedServer server) {
        return soundness.isQuorum(
                run.roster().committed(), other -> !other.equals(server) && !soundness.isRuined(other));
    }

    private List<SimulatedServer> votersBut(Optional<SimulatedServer> leader) {
        Membership membership = run.roster().committed();
        List<SimulatedServer> others = new ArrayList<>(caretaker.sound());
        others.removeIf(server ->
                !membership.isVoter(server.id()) || leader.map(server::equals).orElse(false));
        return others;
    }

    private void heal() {
        run.world().tell("peace", () -> "for all");
        run.network().calm();
        run.clients().forEach(SimulatedClient::turnToAll);
        caretaker.bringBack();
    }

    private void require(String invariant, boolean holds, String otherwise) {
        if (!holds) {
            throw new Violation(invariant, otherwise + "; the core is " + idsOf(core));
        }
    }

    private static List<NodeId> idsOf(List<SimulatedServer> servers) {
        return servers.stream().map(SimulatedServer::id).toList();
    }
}
