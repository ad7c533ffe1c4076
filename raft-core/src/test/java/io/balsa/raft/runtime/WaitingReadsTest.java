package io.balsa.raft.runtime;

import static io.balsa.raft.runtime.SteppedNode.ONE;
import static io.balsa.raft.runtime.SteppedNode.TWO;
import static io.balsa.raft.runtime.SteppedNode.append;
import static io.balsa.raft.runtime.SteppedNode.at;
import static io.balsa.raft.runtime.SteppedNode.failureOf;
import static org.assertj.core.api.Assertions.assertThat;

import io.balsa.raft.NodeStoppedException;
import io.balsa.raft.NotLeaderException;
import io.balsa.raft.ProposalRefusedException;
import io.balsa.raft.RaftConfig;
import io.balsa.raft.ReadPolicy;
import io.balsa.raft.message.Message;
import io.balsa.raft.message.ReadReply;
import io.balsa.raft.message.ReadRequest;
import io.balsa.raft.storage.LogPosition;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

@DisplayName("A node that follows")
class WaitingReadsTest {

    private static final RaftConfig CONFIG =
            SteppedNode.config().maxPendingReads(2).build();

    private final SteppedNode node = new SteppedNode(3, CONFIG).start();

    @BeforeEach
    void twoAreApplied() {
        node.receive(append(1, TWO, LogPosition.ZERO, 2, "a", "b", "c"));
    }

    @AfterEach
    void close() {
        node.close();
    }

    private List<String> applied() {
        return List.copyOf(node.recorder.applied);
    }

    @Test
    @DisplayName("serves a local read at once, or when it has applied what the reader has seen elsewhere")
    void readYourWrites() {
        CompletableFuture<List<String>> any = node.node.read(ReadPolicy.LOCAL, 0, this::applied);
        CompletableFuture<List<String>> own = node.node.read(ReadPolicy.LOCAL, 3, this::applied);
        node.agents.runAll();
        assertThat(any).isCompletedWithValue(List.of("1:a", "2:b"));
        assertThat(own).isNotDone();

        node.receive(append(1, TWO, at(3, 1), 3));

        assertThat(own).isCompletedWithValue(List.of("1:a", "2:b", "3:c"));
    }

    @Test
    @DisplayName("serves a linearizable read no sooner than the reader wants")
    void linearizableWithMinimum() {
        CompletableFuture<List<String>> read = node.node.read(ReadPolicy.LINEARIZABLE, 3, this::applied);
        node.agents.runAll();
        allow(2);
        assertThat(read).isNotDone();

        node.receive(append(1, TWO, at(3, 1), 3));

        assertThat(read).isCompletedWithValue(List.of("1:a", "2:b", "3:c"));
    }

    /** The leader says from which index on this node may read. */
    private void allow(long index) {
        for (Message message : node.transport.takeSent()) {
            if (message instanceof ReadRequest request) {
                node.receive(new ReadReply(1, TWO, ONE, request.id(), index));
            }
        }
    }

    @Test
    @DisplayName("tells when it has applied an index, at once if it has")
    void awaitApplied() {
        CompletableFuture<Long> two = node.node.awaitApplied(2);
        CompletableFuture<Long> three = node.node.awaitApplied(3);
        node.agents.runAll();
        assertThat(two).isCompletedWithValue(2L);
        assertThat(three).isNotDone();

        node.receive(append(1, TWO, at(3, 1), 3));

        assertThat(three).isCompletedWithValue(3L);
    }

    @Test
    @DisplayName("passes a barrier when it has applied all that the leader had acknowledged")
    void barrier() {
        CompletableFuture<Void> barrier = node.node.barrier();
        node.agents.runAll();
        allow(4);
        assertThat(barrier).isNotDone();

        node.receive(append(1, TWO, at(3, 1), 4, "d"));

        assertThat(barrier).isCompleted();
        assertThat(applied()).endsWith("4:d");
    }

    @Test
    @DisplayName(
            "refuses to wait for too many, knows no barrier without a leader, and keeps nobody waiting when it stops")
    void failures() {
        CompletableFuture<Long> first = node.node.awaitApplied(10);
        CompletableFuture<Long> second = node.node.awaitApplied(10);
        assertThat(failureOf(node.node.awaitApplied(10))).isInstanceOf(ProposalRefusedException.class);
        node.close();
        assertThat(failureOf(first)).isInstanceOf(NodeStoppedException.class);
        assertThat(failureOf(second)).isInstanceOf(NodeStoppedException.class);
        assertThat(failureOf(node.node.awaitApplied(1))).isInstanceOf(NodeStoppedException.class);

        try (SteppedNode lonely = new SteppedNode(3).start()) {
            CompletableFuture<Void> barrier = lonely.node.barrier();
            lonely.agents.runAll();
            assertThat(barrier)
                    .failsWithin(java.time.Duration.ZERO)
                    .withThrowableThat()
                    .withRootCauseInstanceOf(NotLeaderException.class);
        }
    }
}
