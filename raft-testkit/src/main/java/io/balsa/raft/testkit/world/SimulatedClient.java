package io.balsa.raft.testkit.world;

import io.balsa.raft.RaftNode;
import io.balsa.raft.StateMachine;
import io.balsa.raft.testkit.Draws;
import io.balsa.raft.testkit.plan.ClientStep;
import io.balsa.raft.testkit.plan.Decisions;
import io.balsa.raft.testkit.workload.Call;
import io.balsa.raft.testkit.workload.Workload;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** A client that does one thing after the other, each on a server that chance picks. */
final class SimulatedClient {

    private static final long PATIENCE_NANOS = 3_000_000_000L;
    private static final long CROWDS = 1_000_000_000L; // far from the numbers of its steps

    private record Unanswered(SimulatedServer server, RaftNode node) {

        boolean isDue() {
            return server.node().map(node::equals).orElse(false);
        }
    }

    private final World world;
    private final Decisions decisions;
    private final Workload workload;
    private final List<SimulatedServer> servers;
    private final int number;
    private List<SimulatedServer> asked; // whom it turns to
    private final List<Unanswered> unanswered = new ArrayList<>();
    private long steps;
    private long crowds;
    private long finished;
    private boolean working;
    private boolean stopped = true;

    SimulatedClient(World world, Decisions decisions, Workload workload, List<SimulatedServer> servers, int number) {
        this.world = world;
        this.decisions = decisions;
        this.workload = workload;
        this.servers = servers;
        asked = servers;
        this.number = number;
    }

    /** Begins to work, or goes on with it. */
    void start() {
        stopped = false;
        next();
    }

    /** Begins nothing new. */
    void stop() {
        stopped = true;
    }

    /** There is peace: see {@link Decisions#FIRST_STEP_OF_PEACE}. */
    void peace() {
        steps = Decisions.FIRST_STEP_OF_PEACE - 1;
    }

    /** From now on it turns to these only: whoever is cut off for good would keep it waiting for good. */
    void turnTo(List<SimulatedServer> some) {
        asked = List.copyOf(some);
    }

    /** From now on it turns to anybody. */
    void turnToAll() {
        asked = servers;
    }

    /** Whether one of these servers, whose node is still the one that was asked, owes it an answer. */
    boolean isWaitingFor(List<SimulatedServer> some) {
        return unanswered.stream().anyMatch(question -> question.isDue() && some.contains(question.server));
    }

    /** Has much to ask of this server, besides what it does anyway. */
    void crowd(SimulatedServer server, Draws chance) {
        Optional<RaftNode> node = server.node();
        Optional<StateMachine> machine = server.machine();
        if (!stopped && node.isPresent() && machine.isPresent()) {
            long mine = CROWDS + ++crowds;
            workload.crowd(new Call(number, mine, chance, node.get(), machine.get(), world::nowNanos, () -> {}));
        }
    }

    private void next() {
        if (stopped || working) {
            return;
        }
        working = true;
        long mine = ++steps;
        ClientStep step = decisions.step(number, mine);
        world.in(step.pauseNanos(), () -> take(mine, step));
    }

    private void take(long mine, ClientStep step) {
        if (stopped || step.server() < 1) {
            goOn(mine);
            return;
        }
        Draws chance = new Draws(step.chance());
        SimulatedServer server = serverFor(step, chance);
        Optional<RaftNode> node = server.node();
        Optional<StateMachine> machine = server.machine();
        if (node.isEmpty() || machine.isEmpty()) {
            goOn(mine);
            return;
        }
        // Whoever gets no answer, because the server is gone, goes on after a while.
        world.in(PATIENCE_NANOS, () -> goOn(mine));
        Unanswered question = new Unanswered(server, node.get());
        unanswered.removeIf(earlier -> !earlier.isDue());
        unanswered.add(question);
        workload.operate(new Call(number, mine, chance, node.get(), machine.get(), world::nowNanos, () -> {
            unanswered.remove(question);
            goOn(mine);
        }));
    }

    /** Often one that believes that it leads, though it may have been deposed. */
    private SimulatedServer serverFor(ClientStep step, Draws chance) {
        int drawn = step.server() - 1;
        if (chance.nextBoolean()) {
            for (int i = 0; i < asked.size(); i++) {
                SimulatedServer server = asked.get((drawn + i) % asked.size());
                if (server.leads()) {
                    return server;
                }
            }
        }
        return asked.get(drawn % asked.size());
    }

    private void goOn(long mine) {
        if (finished < mine) {
            finished = mine;
            working = false;
            next();
        }
    }
}
