package io.balsa.raft.runtime;

import static io.balsa.raft.runtime.LocalCluster.PATIENCE;
import static io.balsa.raft.runtime.LocalCluster.bytes;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.balsa.raft.Command;
import io.balsa.raft.RaftConfig;
import io.balsa.raft.RaftNode;
import io.balsa.raft.ReadPolicy;
import io.balsa.raft.SnapshotWriter;
import io.balsa.raft.StateMachine;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Real threads: what holds when {@link RaftNode#terminated} says that a node has stopped by a failure. */
@DisplayName("A node that has failed is said to have stopped")
@Timeout(120)
class EndOfANodeTest {

    private final CountDownLatch release = new CountDownLatch(1);
    private final CountDownLatch blocked = new CountDownLatch(1);

    @AfterEach
    void release() {
        release.countDown();
    }

    private static List<String> threads() {
        return Thread.getAllStackTraces().keySet().stream()
                .map(Thread::getName)
                .filter(name -> name.startsWith("raft-1"))
                .collect(Collectors.toList());
    }

    private static RaftNode started(LocalCluster cluster, Duration closeTimeout, StateMachine stateMachine) {
        RaftNode node = cluster.builder(1, stateMachine)
                .config(RaftConfig.builder()
                        .electionTimeout(Duration.ofMillis(300))
                        .heartbeatInterval(Duration.ofMillis(50))
                        .closeTimeout(closeTimeout)
                        .build())
                .build();
        node.start();
        await().atMost(PATIENCE).until(() -> node.status().isLeader());
        return node;
    }

    @Test
    @DisplayName("when all who waited were answered, and no thread is left but the one that says so")
    void afterAllHaveEnded() throws Exception {
        try (LocalCluster cluster = new LocalCluster(1)) {
            RaftNode node = started(cluster, Duration.ofSeconds(20), command -> {
                throw new IllegalStateException("a fault of the application");
            });
            List<String> left = new CopyOnWriteArrayList<>();
            List<CompletableFuture<?>> asked = new CopyOnWriteArrayList<>();
            List<CompletableFuture<?>> open = new CopyOnWriteArrayList<>();
            CompletableFuture<?> told = node.terminated().handle((nothing, failure) -> {
                left.addAll(threads());
                asked.stream().filter(future -> !future.isDone()).forEach(open::add);
                return failure;
            });

            asked.add(node.read(ReadPolicy.LOCAL, () -> "x"));
            asked.add(node.propose(bytes("x")));

            assertThat(told.get(PATIENCE.toMillis(), TimeUnit.MILLISECONDS)).isNotNull();
            assertThat(left).containsExactly("raft-1-apply");
            assertThat(open).isEmpty();
            node.close();
        }
    }

    @Test
    @DisplayName("after a while even if a thread of it hangs")
    void thoughOneHangs() throws Exception {
        try (LocalCluster cluster = new LocalCluster(1)) {
            RaftNode node = started(cluster, Duration.ofMillis(200), new StateMachine() {
                @Override
                public byte[] apply(Command command) {
                    if (command.data().length > 1) {
                        throw new IllegalStateException("a fault of the application");
                    }
                    return command.data();
                }

                @Override
                public Optional<SnapshotWriter> snapshot() {
                    return Optional.of(out -> hang());
                }
            });
            LocalCluster.get(node.propose(bytes("x")));
            CompletableFuture<?> snapshot = node.snapshots().trigger();
            assertThat(blocked.await(PATIENCE.toMillis(), TimeUnit.MILLISECONDS))
                    .isTrue();

            var unused = node.propose(bytes("fault"));
            Throwable cause = node.terminated()
                    .handle((nothing, failure) -> failure)
                    .get(PATIENCE.toMillis(), TimeUnit.MILLISECONDS);

            assertThat(cause).hasRootCauseMessage("a fault of the application");
            node.close();
            assertThat(snapshot).isCompletedExceptionally();
            assertThat(node.terminated()).isCompletedExceptionally();
        }
    }

    private void hang() {
        blocked.countDown();
        while (release.getCount() > 0) {
            Thread.onSpinWait();
        }
    }
}
