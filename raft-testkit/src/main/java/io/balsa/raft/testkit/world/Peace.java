package io.balsa.raft.testkit.world;

import io.balsa.raft.RaftStatus;
import io.balsa.raft.StateMachine;
import io.balsa.raft.cluster.NodeId;
import io.balsa.raft.testkit.Draws;
import io.balsa.raft.testkit.coverage.Counter;
import io.balsa.raft.testkit.oracle.Violation;
import io.balsa.raft.testkit.plan.Fault;
import io.balsa.raft.testkit.workload.Answers;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * What follows the chaos, and shows that the cluster is alive. First a core, a drawn set with a quorum in it, has to do
 * without all others, which are dead or cut off: it must elect a leader (L1), serve (L2) and agree (L3). Then, in some runs,
 * nobody may lose the lead for long, though those who are cut off go on to shout (L4). Then all come back, agree, and have
 * answered whoever asked. In the end a server that hears nobody must not depose the leader, or one must follow on a leader that
 * dies.
 */
final class Peace {

    static final int BOUND = 20; // in longest election timeouts
    private static final int STABLE = 50;
    private static final int SERVED = 10;

    private final ClusterRun run;
    private final long boundNanos;
    private final Draws draws;
    private final List<SimulatedServer> core = new ArrayList<>();

    Peace(ClusterRun run) {
        this.run = run;
        boundNanos = BOUND * run.plan().electionTimeoutMaxNanos();
        draws = Draws.stream(run.plan().seed(), "peace");
    }

    void run() {
        run.coverage().count(Counter.LIVENESS_RUN);
        run.clients().forEach(SimulatedClient::peace);
        if (!chooseCore()) {
            run.coverage().count(Counter.LIVENESS_INCONCLUSIVE);
            return;
        }
        leaveAlone();
        run.clients().forEach(client -> client.turnTo(core));
        elect();
        serve();
        agree(core, "the core");
        if (run.plan().tempo().stability()
                && run.plan().config().preVote()
                && run.plan().config().checkQuorum()) {
            stayStable(leader().orElseThrow(() -> new Violation("L4", "the leader is gone")));
        }
        heal();
        agree(run.nemesis().sound(), "everybody");
        answerAll();
        if (draws.chance(0.2)) {
            stayDespiteWhoeverShouts();
        } else {
            survive();
        }
    }

    /** A quorum of the voters that can start at all, and perhaps others; false if there is no quorum (L9). */
    private boolean chooseCore() {
        List<SimulatedServer> voters = new ArrayList<>(run.nemesis().sound());
        voters.removeIf(server ->
                !run.plan().founding().isVoter(server.id()) || run.nemesis().isSpoilt(server));
        int quorum = quorum();
        int size = quorum + (draws.nextBoolean() ? draws.nextInt(Math.max(1, voters.size() - quorum + 1)) : 0);
        while (core.size() < size && !voters.isEmpty()) {
            core.add(voters.remove(draws.nextInt(voters.size())));
        }
        return core.size() >= quorum;
    }

    /** The others are dead, or they speak and do not hear: only a leader that minds its quorum gives up then. */
    private void leaveAlone() {
        Cut cut = new Cut(run.plan().config().checkQuorum() ? Fault.DEAFNESS : Fault.SPLIT, core.get(0));
        for (SimulatedServer server : run.servers()) {
            boolean isInCore = core.contains(server);
            if (!isInCore && server.isUp() && draws.nextBoolean()) {
                run.nemesis().abandon(server);
            } else if (isInCore) {
                run.nemesis().start(server);
            }
            for (SimulatedServer other : run.servers()) {
                if (core.contains(other) && !isInCore) {
                    cut.add(SimulatedNetwork.link(other.number(), server.number()));
                    if (!run.plan().config().checkQuorum()) {
                        cut.add(SimulatedNetwork.link(server.number(), other.number()));
                    }
                }
            }
        }
        run.network().cut(cut);
        run.world().tell("peace", () -> "the core is " + core);
    }

    private void elect() {
        require("L1", run.passUntil(() -> leader().isPresent(), boundNanos), "no leader is elected");
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
    private void agree(List<SimulatedServer> all, String who) {
        run.clients().forEach(SimulatedClient::stop);
        boolean agreed = run.passUntil(() -> haveAllApplied(all), boundNanos);
        require("L3", agreed, who + " does not come to agree");
        Object state = null;
        for (SimulatedServer server : all) {
            Optional<StateMachine> machine = server.machine();
            Object its = machine.map(run.workload()::stateOf).orElseThrow();
            require("L3", state == null || state.equals(its), server + " holds " + its + " and another " + state);
            state = its;
        }
        run.clients().forEach(SimulatedClient::start);
    }

    private boolean haveAllApplied(List<SimulatedServer> all) {
        long committed = run.oracle().committed();
        for (SimulatedServer server : all) {
            Optional<RaftStatus> status = server.node().map(node -> node.status());
            if (status.isEmpty()
                    || status.get().appliedIndex() != committed
                    || status.get().lastIndex() != committed) {
                return false;
            }
        }
        return true;
    }

    /** Whoever cannot hear goes on to ask for votes, and must not get them. */
    private void stayStable(SimulatedServer leader) {
        long term = leader.term();
        long stable = STABLE * run.plan().electionTimeoutMaxNanos();
        boolean changed = run.passUntil(() -> !leader.leads() || leader.term() != term, stable);
        require("L4", !changed, leader + " loses the lead of term " + term + " in peace");
    }

    /** Whoever asked a node that is alive has been answered, now that all agree: no future is forgotten. */
    private void answerAll() {
        run.clients().forEach(SimulatedClient::stop);
        boolean answered =
                run.passUntil(() -> run.clients().stream().noneMatch(SimulatedClient::isWaiting), boundNanos);
        require("A1", answered, "a client waits for an answer for ever");
        run.clients().forEach(SimulatedClient::start);
    }

    /** The clients rest, so the log of a server that goes deaf stays as good as any, and only its being deaf speaks against it. */
    private void stayDespiteWhoeverShouts() {
        run.clients().forEach(SimulatedClient::stop);
        require(
                "L3",
                run.passUntil(() -> haveAllApplied(run.nemesis().sound()), boundNanos),
                "not even while the clients rest do all agree");
        Optional<SimulatedServer> leader = run.nemesis().leader();
        List<SimulatedServer> others = othersThan(leader);
        boolean minded = run.plan().config().preVote() || run.plan().config().checkQuorum();
        if (leader.isEmpty() || others.size() < quorum() || !minded) {
            return;
        }
        SimulatedServer deaf = others.get(draws.nextInt(others.size()));
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
        if (leader.isPresent() && othersThan(leader).size() >= quorum()) {
            run.world().tell("peace", () -> "without " + leader.get());
            run.nemesis().abandon(leader.get());
            require("L1", run.passUntil(() -> run.nemesis().leader().isPresent(), boundNanos), "nobody succeeds");
        }
    }

    private List<SimulatedServer> othersThan(Optional<SimulatedServer> leader) {
        List<SimulatedServer> others = new ArrayList<>(run.nemesis().sound());
        others.removeIf(server -> !run.plan().founding().isVoter(server.id())
                || leader.map(server::equals).orElse(false));
        return others;
    }

    private int quorum() {
        return run.plan().founding().voters().size() / 2 + 1;
    }

    private void heal() {
        run.world().tell("peace", () -> "for all");
        run.network().calm();
        run.clients().forEach(SimulatedClient::turnToAll);
        run.nemesis().bringBack();
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
