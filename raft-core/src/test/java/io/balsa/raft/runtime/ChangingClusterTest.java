package io.balsa.raft.runtime;

import static io.balsa.raft.runtime.LocalCluster.PATIENCE;
import static io.balsa.raft.runtime.LocalCluster.applied;
import static io.balsa.raft.runtime.LocalCluster.bytes;
import static io.balsa.raft.runtime.LocalCluster.get;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.balsa.raft.Applied;
import io.balsa.raft.ChangeRefusedException;
import io.balsa.raft.RaftConfig;
import io.balsa.raft.RaftNode;
import io.balsa.raft.ReadPolicy;
import io.balsa.raft.SnapshotConfig;
import io.balsa.raft.cluster.NodeId;
import io.balsa.raft.cluster.RaftRole;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.function.Supplier;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** With real threads, over a local network. */
@DisplayName("A cluster that changes")
@Timeout(120)
class ChangingClusterTest {

    private static final RaftConfig CONFIG = RaftConfig.builder()
            .electionTimeout(Duration.ofMillis(300))
            .heartbeatInterval(Duration.ofMillis(50))
            .transferOnClose(true)
            .snapshots(SnapshotConfig.builder()
                    .everyEntries(100)
                    .trailingEntries(5)
                    .pieceBytes(1024)
                    .compress(true)
                    .build())
            .build();

    @Test
    @DisplayName("gets a voter that has to be sent a snapshot, while commands go on")
    void grows() throws Exception {
        try (LocalCluster cluster = new LocalCluster(1).config(CONFIG).startAll()) {
            RaftNode leader = cluster.node(cluster.awaitLeader());
            propose(leader, 500);
            await().atMost(PATIENCE).until(() -> leader.snapshots().latest().isPresent());

            LocalCluster.Journal journal = new LocalCluster.Journal();
            try (RaftNode joiner = cluster.builder(2, journal).join().build()) {
                joiner.start();
                insist(() -> leader.membership().addLearner(2, "local:2"));
                CompletableFuture<?> added = CompletableFuture.runAsync(
                        () -> insist(() -> leader.membership().promote(2)));
                propose(leader, 300);
                get(added);

                long last = applied(leader, "last").index();
                List<String> commands = get(joiner.read(ReadPolicy.LOCAL, last, journal::commands));
                assertThat(commands).hasSize(801).endsWith("last");
                assertThat(joiner.status().membership().voters()).containsExactly(NodeId.of(1), NodeId.of(2));

                insist(() -> leader.transferLeadership(2));
                insist(() -> joiner.membership().remove(1));
                await().atMost(PATIENCE).until(() -> leader.status().role() != RaftRole.LEADER);
                assertThat(applied(joiner, "alone").result()).isEqualTo(bytes("802"));
            }
        }
    }

    /** The leader may be new, may note its members' stores just then, or the learner may lag: try again, as operators do. */
    private static void insist(Supplier<CompletableFuture<?>> request) {
        await().atMost(PATIENCE).until(() -> {
            try {
                get(request.get());
                return true;
            } catch (ExecutionException e) {
                assertThat(e).hasCauseInstanceOf(ChangeRefusedException.class);
                return false;
            }
        });
    }

    private static void propose(RaftNode leader, int count) throws Exception {
        List<CompletableFuture<Applied>> done = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            done.add(leader.propose(bytes("c" + i)));
            if (i % 50 == 49) {
                get(done.get(done.size() - 1));
            }
        }
        for (CompletableFuture<Applied> each : done) {
            get(each);
        }
    }

    @Test
    @DisplayName("has another leader as soon as the one before has been closed, if it hands over")
    void transferOnClose() throws Exception {
        try (LocalCluster cluster = new LocalCluster(3).config(CONFIG).startAll()) {
            int first = cluster.awaitServingLeader();
            long term = cluster.node(first).status().term();

            cluster.stop(first);

            int second = cluster.awaitLeader();
            assertThat(second).isNotEqualTo(first);
            assertThat(cluster.node(second).status().term()).isEqualTo(term + 1);
        }
    }

    @Test
    @DisplayName("goes on after a restart of everybody, from snapshots")
    void restarts() throws Exception {
        try (LocalCluster cluster = new LocalCluster(3).config(CONFIG).startAll()) {
            propose(cluster.node(cluster.awaitLeader()), 300);
            for (int id = 1; id <= 3; id++) {
                cluster.stop(id);
            }

            cluster.startAll();

            RaftNode leader = cluster.node(cluster.awaitLeader());
            assertThat(applied(leader, "x").result()).isEqualTo(bytes("301"));
        }
    }
}
