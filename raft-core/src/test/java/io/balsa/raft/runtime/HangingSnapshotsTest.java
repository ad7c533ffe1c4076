package io.balsa.raft.runtime;

import static io.balsa.raft.runtime.LocalCluster.PATIENCE;
import static io.balsa.raft.runtime.LocalCluster.bytes;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.balsa.raft.Command;
import io.balsa.raft.NodeStoppedException;
import io.balsa.raft.RaftConfig;
import io.balsa.raft.RaftNode;
import io.balsa.raft.SnapshotWriter;
import io.balsa.raft.StateMachine;
import io.balsa.raft.storage.SnapshotInfo;
import java.io.InputStream;
import java.io.OutputStream;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Real threads: application code that does not come back, whatever anybody does about it. */
@DisplayName("Closing a node, when a snapshot hangs")
@Timeout(120)
class HangingSnapshotsTest {

    private final CountDownLatch release = new CountDownLatch(1);
    private final CountDownLatch blocked = new CountDownLatch(1);

    private void hang() {
        blocked.countDown();
        while (release.getCount() > 0) {
            Thread.onSpinWait();
        }
    }

    @AfterEach
    void noThreadIsLeft() {
        release.countDown();
        await().atMost(PATIENCE)
                .until(() -> Thread.getAllStackTraces().keySet().stream()
                        .noneMatch(thread -> thread.getName().startsWith("raft-")));
    }

    private abstract static class State implements StateMachine {
        @Override
        public byte[] apply(Command command) {
            return command.data();
        }

        @Override
        public void restore(InputStream in) {}
    }

    private static RaftNode leader(LocalCluster cluster, StateMachine stateMachine) throws Exception {
        RaftNode node = cluster.builder(1, stateMachine)
                .config(RaftConfig.builder()
                        .electionTimeout(Duration.ofMillis(300))
                        .heartbeatInterval(Duration.ofMillis(50))
                        .closeTimeout(Duration.ofMillis(200))
                        .build())
                .build();
        node.start();
        await().atMost(PATIENCE).until(() -> node.status().isLeader());
        LocalCluster.get(node.propose(bytes("a")));
        return node;
    }

    private void assertAnsweredOnceClosed(RaftNode node, CompletableFuture<SnapshotInfo> future) throws Exception {
        assertThat(blocked.await(PATIENCE.toMillis(), TimeUnit.MILLISECONDS)).isTrue();
        node.close();
        boolean answered = future.isDone();
        release.countDown();
        assertThat(answered).as("answered by the time the node was closed").isTrue();
        assertThatThrownBy(() -> future.get(0, TimeUnit.SECONDS))
                .isInstanceOf(ExecutionException.class)
                .hasCauseInstanceOf(NodeStoppedException.class);
    }

    @Test
    @DisplayName("while it is written, tells whoever waits for it")
    void whileItIsWritten() throws Exception {
        try (LocalCluster cluster = new LocalCluster(1)) {
            RaftNode node = leader(cluster, new State() {
                @Override
                public Optional<SnapshotWriter> snapshot() {
                    return Optional.of(out -> hang());
                }
            });

            assertAnsweredOnceClosed(node, node.snapshots().trigger());
        }
    }

    @Test
    @DisplayName("while it is captured, tells whoever waits for it")
    void whileItIsCaptured() throws Exception {
        try (LocalCluster cluster = new LocalCluster(1)) {
            RaftNode node = leader(cluster, new State() {
                @Override
                public Optional<SnapshotWriter> snapshot() {
                    hang();
                    return Optional.empty();
                }
            });

            assertAnsweredOnceClosed(node, node.snapshots().trigger());
        }
    }

    @Test
    @DisplayName("while it is exported, tells whoever waits for it")
    void whileItIsExported() throws Exception {
        try (LocalCluster cluster = new LocalCluster(1)) {
            RaftNode node = leader(cluster, new State() {
                @Override
                public Optional<SnapshotWriter> snapshot() {
                    return Optional.of(out -> out.write(1));
                }
            });
            LocalCluster.get(node.snapshots().trigger());

            assertAnsweredOnceClosed(node, node.snapshots().export(new OutputStream() {
                @Override
                public void write(int b) {
                    hang();
                }
            }));
        }
    }
}
