package io.balsa.raft.runtime;

import static io.balsa.raft.runtime.SteppedNode.ONE;
import static io.balsa.raft.runtime.SteppedNode.THREE;
import static io.balsa.raft.runtime.SteppedNode.TWO;
import static io.balsa.raft.runtime.SteppedNode.append;
import static io.balsa.raft.runtime.SteppedNode.bytes;
import static io.balsa.raft.runtime.SteppedNode.failureOf;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.balsa.raft.NodeStoppedException;
import io.balsa.raft.NotLeaderException;
import io.balsa.raft.Outcome;
import io.balsa.raft.OutcomeUnknownException;
import io.balsa.raft.ProposalRefusedException;
import io.balsa.raft.ProposalRefusedException.Reason;
import io.balsa.raft.RaftConfig;
import io.balsa.raft.RaftException;
import io.balsa.raft.ReadPolicy;
import io.balsa.raft.message.AppendEntriesRejected;
import io.balsa.raft.message.Heartbeat;
import io.balsa.raft.message.ReadRequest;
import io.balsa.raft.storage.LogPosition;
import io.balsa.raft.storage.StorageException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.function.Supplier;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/** One test for each way in which a request fails. */
@DisplayName("A request fails")
class TypedFailuresTest {

    private static void assertRefused(CompletableFuture<?> future, Reason reason) {
        assertThat(failureOf(future)).isInstanceOfSatisfying(ProposalRefusedException.class, e -> {
            assertThat(e.reason()).isEqualTo(reason);
            assertThat(e.outcome()).isEqualTo(Outcome.NOT_APPLIED);
        });
    }

    private static void assertNotLeader(CompletableFuture<?> future, boolean knowsLeader) {
        assertThat(failureOf(future)).isInstanceOfSatisfying(NotLeaderException.class, e -> {
            assertThat(e.outcome()).isEqualTo(Outcome.NOT_APPLIED);
            assertThat(e.leader().isPresent()).isEqualTo(knowsLeader);
        });
    }

    private static void assertFails(CompletableFuture<?> future, Class<? extends RaftException> type, Outcome outcome) {
        assertThat(failureOf(future))
                .isInstanceOf(type)
                .isInstanceOfSatisfying(
                        RaftException.class, e -> assertThat(e.outcome()).isEqualTo(outcome));
    }

    private static List<CompletableFuture<?>> askEverything(SteppedNode node) {
        return List.of(
                node.propose("x"),
                node.read(() -> "x"),
                node.node.readIndex(),
                node.node.read(ReadPolicy.LOCAL, () -> "x"));
    }

    @Test
    @DisplayName("as not being asked of the leader, which is not known")
    void noLeader() {
        try (SteppedNode node = new SteppedNode(3).start()) {
            CompletableFuture<?> proposal = node.propose("x");
            CompletableFuture<?> read = node.read(() -> "x");
            node.agents.runAll();

            assertNotLeader(proposal, false);
            assertNotLeader(read, false);
        }
    }

    @Test
    @DisplayName("as not being asked of the leader, whose address comes with the answer")
    void anotherLeader() {
        try (SteppedNode node = new SteppedNode(3).start()) {
            node.receive(new Heartbeat(1, TWO, ONE, 0, 1));

            CompletableFuture<?> proposal = node.propose("x");
            node.agents.runAll();

            assertNotLeader(proposal, true);
            assertThat(failureOf(proposal)).hasMessageContaining("local:2");
        }
    }

    @Test
    @DisplayName("as not being asked of the leader, when a follower that had sent a read on has lost its leader")
    void readOfALostLeader() {
        try (SteppedNode node = new SteppedNode(3).start()) {
            node.receive(new Heartbeat(1, TWO, ONE, 0, 1));
            CompletableFuture<?> read = node.read(() -> "x");
            node.agents.runAll();
            assertThat(read).isNotDone();

            node.receive(new Heartbeat(2, THREE, ONE, 0, 1));

            assertNotLeader(read, true);
        }
    }

    @Test
    @DisplayName("as overloaded, when more bytes wait than the node may hold")
    void overloadedByBytes() {
        RaftConfig config =
                SteppedNode.config().maxCommandBytes(200).maxPendingBytes(300).build();
        try (SteppedNode node = new SteppedNode(1, config).start().lead()) {
            CompletableFuture<?> first = node.node.propose(bytes(200));

            CompletableFuture<?> second = node.node.propose(bytes(0));

            assertRefused(second, Reason.OVERLOADED);
            node.agents.runAll();
            assertThat(first).isCompleted();
            CompletableFuture<?> third = node.node.propose(bytes(200));
            node.agents.runAll();
            assertThat(third).isCompleted();
        }
    }

    @Test
    @DisplayName("as overloaded, when more bytes wait to be committed than the leader may hold")
    void overloadedByTheUncommittedTail() {
        RaftConfig config =
                SteppedNode.config().maxCommandBytes(20).maxPendingBytes(20).build();
        try (SteppedNode node = new SteppedNode(3, config).start().elect()) {
            CompletableFuture<?> early = node.propose("x");
            node.agents.runAll();
            assertRefused(early, Reason.OVERLOADED);

            node.acknowledge();
            CompletableFuture<?> later = node.propose("x");
            node.agents.runAll();
            node.acknowledge();

            assertThat(later).isCompleted();
        }
    }

    @Test
    @DisplayName("as overloaded, when more reads wait than the node may hold, whatever they wait for")
    void overloadedByReads() {
        RaftConfig config = SteppedNode.config().maxPendingReads(2).build();
        try (SteppedNode node = new SteppedNode(1, config).start().lead()) {
            List<Supplier<CompletableFuture<?>>> kinds = List.of(
                    () -> node.read(() -> "x"),
                    node.node::readIndex,
                    () -> node.node.read(ReadPolicy.LOCAL, () -> "x"));
            for (Supplier<CompletableFuture<?>> kind : kinds) {
                List<CompletableFuture<?>> taken = List.of(kind.get(), kind.get());
                // The leader has confirmed them, but the state machine takes its time.
                node.agents.step("consensus");

                assertRefused(kind.get(), Reason.OVERLOADED);
                node.agents.runAll();
                assertThat(taken).allSatisfy(read -> assertThat(read).isCompleted());
            }
            assertThat(node.running().waitingReads()).isZero();
        }
    }

    @Test
    @DisplayName("as too large")
    void tooLarge() {
        RaftConfig config = SteppedNode.config().maxCommandBytes(10).build();
        try (SteppedNode node = new SteppedNode(1, config).start().lead()) {
            CompletableFuture<?> largest = node.node.propose(bytes(10));
            CompletableFuture<?> tooLarge = node.node.propose(bytes(11));
            node.agents.runAll();

            assertThat(largest).isCompleted();
            assertRefused(tooLarge, Reason.TOO_LARGE);
        }
    }

    @Test
    @DisplayName("as timed out, when the leader does not answer a follower's read, though it was asked again")
    void timedOut() {
        try (SteppedNode node = new SteppedNode(3).start()) {
            node.receive(new Heartbeat(1, TWO, ONE, 0, 1));
            CompletableFuture<?> read = node.read(() -> "x");
            node.agents.runAll();
            for (int i = 0; i < 19; i++) {
                node.receive(new Heartbeat(1, TWO, ONE, 0, 2 + i));
                node.advance(Duration.ofMillis(100));
                assertThat(read).isNotDone();
            }

            node.receive(new Heartbeat(1, TWO, ONE, 0, 99));
            node.advance(Duration.ofMillis(100));

            assertRefused(read, Reason.TIMED_OUT);
            assertThat(node.transport.takeSent().stream()
                            .filter(ReadRequest.class::isInstance)
                            .count())
                    .isGreaterThan(5);
            assertThat(node.running().waitingReads()).isZero();
        }
    }

    @Test
    @DisplayName("with an unknown outcome, when its leader is deposed")
    void unknownOnLostLeadership() {
        try (SteppedNode node = new SteppedNode(3).start().lead()) {
            CompletableFuture<?> proposal = node.propose("x");
            CompletableFuture<?> read = node.read(() -> "x");
            node.agents.runAll();

            node.receive(new AppendEntriesRejected(9, TWO, ONE, 1, LogPosition.ZERO));

            assertFails(proposal, OutcomeUnknownException.class, Outcome.UNKNOWN);
            assertNotLeader(read, false);
        }
    }

    @Test
    @DisplayName("with an unknown outcome, when its leader hears no majority any more")
    void unknownWithoutMajority() {
        try (SteppedNode node = new SteppedNode(3).start().lead()) {
            CompletableFuture<?> proposal = node.propose("x");
            node.agents.runAll();

            node.advance(Duration.ofSeconds(1));

            assertFails(proposal, OutcomeUnknownException.class, Outcome.UNKNOWN);
            assertThat(node.status().isLeader()).isFalse();
        }
    }

    @Test
    @DisplayName("with an unknown outcome, when the node is closed while the command is under way")
    void unknownOnClose() {
        SteppedNode node = new SteppedNode(3).start().lead();
        CompletableFuture<?> proposal = node.propose("x");
        CompletableFuture<?> read = node.read(() -> "x");
        node.agents.runAll();

        node.close();

        assertFails(proposal, OutcomeUnknownException.class, Outcome.UNKNOWN);
        assertFails(read, NodeStoppedException.class, Outcome.NOT_APPLIED);
        assertThat(node.running().pendingBytes()).isZero();
        assertThat(node.running().waitingReads()).isZero();
    }

    @Test
    @DisplayName("as coming before the start, or after the end")
    void notRunning() {
        SteppedNode node = new SteppedNode(1);
        askEverything(node).forEach(future -> {
            assertFails(future, NodeStoppedException.class, Outcome.NOT_APPLIED);
            assertThat(failureOf(future)).hasMessage("the node was not started").hasNoCause();
        });
        node.start().close();

        askEverything(node).forEach(future -> {
            assertFails(future, NodeStoppedException.class, Outcome.NOT_APPLIED);
            assertThat(failureOf(future)).hasMessage("the node is closed").hasNoCause();
        });
    }

    @Test
    @DisplayName("as coming after a failure, which it names")
    void afterAFailure() {
        SteppedNode node = new SteppedNode(1).start().lead();
        List<CompletableFuture<?>> pending = new ArrayList<>(List.of(node.propose("x"), node.propose("y")));
        node.storage.fail("sync");
        node.agents.runAll();
        pending.forEach(future -> assertFails(future, OutcomeUnknownException.class, Outcome.UNKNOWN));

        askEverything(node).forEach(future -> {
            assertFails(future, NodeStoppedException.class, Outcome.NOT_APPLIED);
            assertThat(failureOf(future)).hasCauseInstanceOf(StorageException.class);
        });
        node.close();
        askEverything(node).forEach(future -> assertThat(failureOf(future)).hasCauseInstanceOf(StorageException.class));
    }

    @Test
    @DisplayName("at once, when it makes no sense")
    @SuppressWarnings("NullAway") // that is the point
    void wrongArguments() {
        SteppedNode node = new SteppedNode(1);

        assertThatThrownBy(() -> node.node.propose(null)).isInstanceOf(NullPointerException.class);
        assertThatThrownBy(() -> node.node.read(null, () -> "x")).isInstanceOf(NullPointerException.class);
        assertThatThrownBy(() -> node.node.read(ReadPolicy.LOCAL, null)).isInstanceOf(NullPointerException.class);
    }

    @Test
    @DisplayName("never as done: an entry of the same index that another leader sent is another entry")
    void neverAsDone() {
        try (SteppedNode node = new SteppedNode(3).start().lead()) {
            CompletableFuture<?> proposal = node.propose("mine");
            node.agents.step("consensus");

            // Before its own disk has it, in one cycle: replaced, and the other one committed.
            node.receive(append(7, TWO, new LogPosition(1, 1), 2, "other"));

            assertNotLeader(proposal, true);
            assertThat(node.recorder.applied).containsExactly("2:other");
        }
    }
}
