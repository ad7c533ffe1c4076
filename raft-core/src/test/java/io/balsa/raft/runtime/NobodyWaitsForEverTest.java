package io.balsa.raft.runtime;

import static io.balsa.raft.runtime.SteppedNode.bytes;
import static io.balsa.raft.runtime.SteppedNode.failureOf;
import static org.assertj.core.api.Assertions.assertThat;

import io.balsa.raft.MembershipAdmin;
import io.balsa.raft.NodeStoppedException;
import io.balsa.raft.OutcomeUnknownException;
import io.balsa.raft.RaftConfig;
import io.balsa.raft.RaftException;
import io.balsa.raft.ReadPolicy;
import io.balsa.raft.core.Input;
import io.balsa.raft.core.RaftCore;
import io.balsa.raft.session.SessionRequest;
import io.balsa.raft.storage.MemoryStorage;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/**
 * An agent that has taken what waited, and fails or hangs before it is done with it. One that hangs is one in whose hands the
 * node is closed, and which does not hear that it is to stop.
 */
@DisplayName("Whoever has asked something is answered")
class NobodyWaitsForEverTest {

    private final List<String> trace = new ArrayList<>();
    private final SteppedAgents agents = new SteppedAgents();
    private long nowNanos = 1_000_000_000_000L;
    private Consumer<Input> whenStepped = input -> {};

    private NodeRuntime leader(RaftConfig config) {
        Probe probe = new Probe() {
            @Override
            public void onStep(RaftCore core, Input input) {
                whenStepped.accept(input);
            }
        };
        NodeRuntime node = new NodeRuntime(
                new NodeParts(
                        "test",
                        SteppedNode.ONE,
                        SteppedNode.voters(1),
                        new SteppedNode.Recorder(),
                        new TracedStorage(trace, new MemoryStorage()),
                        new TracedTransport(trace),
                        config,
                        Runnable::run),
                new Seams(() -> nowNanos, new SplittableRandom(5), agents, probe));
        node.start();
        agents.runAll();
        nowNanos += 10_000_000_000L;
        agents.step("consensus");
        agents.runAll();
        assertThat(node.status().isLeader()).isTrue();
        return node;
    }

    private static RaftConfig.Builder config() {
        return SteppedNode.config();
    }

    private static List<CompletableFuture<?>> proposalsOfTwoKinds(NodeRuntime node) {
        return List.of(
                node.propose(bytes("a")),
                node.sessions().propose(new SessionRequest.Open(100).encode()),
                node.propose(bytes("b")));
    }

    private static List<CompletableFuture<?>> readsOfTwoKinds(NodeRuntime node) {
        return List.of(
                node.read(ReadPolicy.LINEARIZABLE, () -> "x"),
                node.read(ReadPolicy.LEASE, () -> "x"),
                node.read(ReadPolicy.LINEARIZABLE, () -> "x"));
    }

    private static List<CompletableFuture<?>> changes(NodeRuntime node) {
        MembershipAdmin membership = node.membership();
        return List.of(membership.addLearner(2, "local:2"), node.transferLeadership(1), membership.remove(1));
    }

    /** The first such input is one too many. */
    private void failAt(Class<? extends Input> kind) {
        whenStepped = input -> {
            if (kind.isInstance(input)) {
                throw new AssertionError("a fault of the core");
            }
        };
    }

    /** The first such input is where the agent hangs. */
    private void closeAt(Class<? extends Input> kind, NodeRuntime node, Runnable afterwards) {
        agents.makeSlowToStop("consensus");
        AtomicBoolean once = new AtomicBoolean();
        whenStepped = input -> {
            if (kind.isInstance(input) && once.compareAndSet(false, true)) {
                node.close();
                afterwards.run();
            }
        };
    }

    private static void assertFailed(List<CompletableFuture<?>> futures, Class<? extends RaftException> kind) {
        assertThat(futures).allSatisfy(future -> assertThat(failureOf(future)).isInstanceOf(kind));
    }

    @Test
    @DisplayName("when the core fails at the first of several proposals")
    void proposalsOfAnAgentThatFails() {
        NodeRuntime node = leader(config().build());
        List<CompletableFuture<?>> futures = proposalsOfTwoKinds(node);
        failAt(Input.Proposed.class);

        agents.runAll();

        assertFailed(futures, OutcomeUnknownException.class);
        assertThat(node.terminated()).isCompletedExceptionally();
    }

    @Test
    @DisplayName("when the core fails at the first of several reads")
    void readsOfAnAgentThatFails() {
        NodeRuntime node = leader(config().leaseReads(true).build());
        List<CompletableFuture<?>> futures = readsOfTwoKinds(node);
        failAt(Input.ReadRequested.class);

        agents.runAll();

        assertFailed(futures, NodeStoppedException.class);
    }

    @Test
    @DisplayName("when the core fails at the first of several requests of operators")
    void requestsOfAnAgentThatFails() {
        NodeRuntime node = leader(config().build());
        List<CompletableFuture<?>> futures = changes(node);
        failAt(Input.ChangeRequested.class);

        agents.runAll();

        assertFailed(futures, RaftException.class);
    }

    @Test
    @DisplayName("when the consensus agent hangs with their requests in its hands, by the time the node is closed")
    void requestsOfAnAgentThatHangs() {
        NodeRuntime node = leader(config().leaseReads(true).build());
        List<CompletableFuture<?>> futures = new ArrayList<>(proposalsOfTwoKinds(node));
        futures.addAll(readsOfTwoKinds(node));
        futures.addAll(changes(node));
        List<CompletableFuture<?>> open = new ArrayList<>();
        closeAt(
                Input.Proposed.class,
                node,
                () -> futures.stream().filter(future -> !future.isDone()).forEach(open::add));

        agents.runAll();

        assertThat(open).isEmpty();
        assertFailed(futures, RaftException.class);
        assertFailed(futures.subList(0, 3), OutcomeUnknownException.class);
        assertFailed(futures.subList(3, 6), NodeStoppedException.class);
        assertThat(node.propose(bytes("late"))).isCompletedExceptionally();
    }

    @Test
    @DisplayName("when the apply agent hangs in the callback of another answer, by the time the node is closed")
    void answersOfAnAgentThatHangs() {
        NodeRuntime node = leader(config().build());
        agents.makeSlowToStop("apply");
        List<Boolean> answered = new ArrayList<>();
        CompletableFuture<?> first = node.transferLeadership(7);
        CompletableFuture<?> second = node.transferLeadership(8);
        var unused = first.whenComplete((nothing, failure) -> {
            node.close();
            answered.add(second.isDone());
        });

        agents.runAll();

        assertThat(answered).containsExactly(true);
    }
}
