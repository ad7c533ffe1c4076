package io.balsa.raft.runtime;

import static io.balsa.raft.runtime.SteppedNode.bytes;
import static io.balsa.raft.runtime.SteppedNode.failureOf;
import static org.assertj.core.api.Assertions.assertThat;

import io.balsa.raft.Applied;
import io.balsa.raft.ProposalRefusedException;
import io.balsa.raft.ProposalRefusedException.Reason;
import io.balsa.raft.RaftConfig;
import io.balsa.raft.cluster.NodeId;
import io.balsa.raft.message.AppendEntries;
import io.balsa.raft.storage.EntryRun;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/** More comes than a node may hold: it says so, stays within its budget, and recovers by itself. */
@DisplayName("A node with a tiny memory budget")
class TinyBudgetTest {

    private static final int COMMAND = 1000;
    private static final int FLOOD = 5000;
    private static final RaftConfig TINY =
            SteppedNode.config().memoryBudget(1 << 20).maxCommandBytes(1024).build();

    private static List<CompletableFuture<Applied>> flood(SteppedCluster cluster, long leader) {
        List<CompletableFuture<Applied>> all = new ArrayList<>();
        for (int i = 0; i < FLOOD; i++) {
            all.add(cluster.server(leader).node.propose(bytes(COMMAND)));
            if (i % 50 == 0) {
                cluster.settle();
            }
            assertThat(cluster.server(leader).running().pendingBytes()).isLessThanOrEqualTo(TINY.maxPendingBytes());
        }
        cluster.settle();
        return all;
    }

    private static long bytesTo(SteppedCluster cluster, long follower) {
        return cluster.sent(AppendEntries.class).stream()
                .filter(message -> message.to().equals(NodeId.of(follower)))
                .flatMap(message -> message.runs().stream())
                .mapToLong(EntryRun::sizeBytes)
                .sum();
    }

    @Test
    @DisplayName("goes on while one follower is stopped, and keeps no more than a window ready for it")
    void oneFollowerIsStopped() {
        try (SteppedCluster cluster = new SteppedCluster(3, TINY)) {
            long leader = cluster.awaitLeader();
            long stopped = cluster.follower();
            cluster.stop(stopped);
            cluster.sent.clear();

            List<CompletableFuture<Applied>> all = flood(cluster, leader);

            assertThat(all).allSatisfy(done -> assertThat(done).isCompleted());
            assertThat(bytesTo(cluster, stopped))
                    .isPositive()
                    .isLessThan(TINY.maxInflightBytes() + 2L * TINY.maxBatchBytes());
            cluster.start(stopped);
            cluster.advance(Duration.ofSeconds(2));
            assertThat(cluster.applied(stopped)).hasSize(FLOOD);
        }
    }

    @Test
    @DisplayName("refuses proposals while nothing can be committed, and takes them when followers are back")
    void noFollowerIsThere() {
        try (SteppedCluster cluster = new SteppedCluster(3, TINY)) {
            long leader = cluster.awaitLeader();
            cluster.loses = message -> true;

            List<CompletableFuture<Applied>> all = flood(cluster, leader);

            List<CompletableFuture<Applied>> refused = all.stream()
                    .filter(CompletableFuture::isCompletedExceptionally)
                    .toList();
            int taken = FLOOD - refused.size();
            assertThat(taken).isBetween(20, 1000);
            assertThat(refused)
                    .allSatisfy(refusal -> assertThat(failureOf(refusal))
                            .isInstanceOfSatisfying(
                                    ProposalRefusedException.class,
                                    e -> assertThat(e.reason()).isEqualTo(Reason.OVERLOADED)));

            cluster.loses = message -> false;
            cluster.advance(Duration.ofMillis(900));

            assertThat(all).allSatisfy(request -> assertThat(request).isDone());
            assertThat(cluster.server(leader).node.status().isLeader()).isTrue();
            assertThat(cluster.applied(1))
                    .hasSize(taken)
                    .isEqualTo(cluster.applied(2))
                    .isEqualTo(cluster.applied(3));
            cluster.assertNothingWaits();
            assertThat(cluster.propose(leader, "again")).isCompleted();
        }
    }
}
