package io.balsa.raft.runtime;

import static io.balsa.raft.runtime.LocalCluster.PATIENCE;
import static io.balsa.raft.runtime.LocalCluster.applied;
import static io.balsa.raft.runtime.LocalCluster.bytes;
import static io.balsa.raft.runtime.LocalCluster.get;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.balsa.raft.Applied;
import io.balsa.raft.NotLeaderException;
import io.balsa.raft.Outcome;
import io.balsa.raft.OutcomeUnknownException;
import io.balsa.raft.RaftNode;
import io.balsa.raft.ReadPolicy;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.stream.IntStream;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

@DisplayName("A cluster of nodes")
class RaftNodeTest {

    @Test
    @DisplayName("of one leads by itself, and answers with the result of the state machine")
    void leadsAlone() throws Exception {
        try (LocalCluster cluster = new LocalCluster(1).startAll()) {
            cluster.awaitLeader();

            Applied first = applied(cluster.node(1), "a");
            Applied second = applied(cluster.node(1), "b");

            assertThat(first.result()).isEqualTo(bytes("1"));
            assertThat(second.result()).isEqualTo(bytes("2"));
            assertThat(second.index()).isEqualTo(first.index() + 1);
        }
    }

    @Test
    @DisplayName("applies the same commands in the same order on every node")
    void appliesEverywhere() throws Exception {
        try (LocalCluster cluster = new LocalCluster(3).startAll()) {
            RaftNode leader = cluster.node(cluster.awaitLeader());
            List<CompletableFuture<Applied>> futures = new ArrayList<>();
            List<String> commands =
                    IntStream.range(0, 1000).mapToObj(i -> "c" + i).toList();

            commands.forEach(command -> futures.add(leader.propose(bytes(command))));

            for (CompletableFuture<Applied> future : futures) {
                get(future);
            }
            for (int id = 1; id <= 3; id++) {
                int server = id;
                await().atMost(PATIENCE).until(() -> cluster.journal(server).equals(commands));
            }
        }
    }

    @Test
    @DisplayName("sends who asks a follower to the leader")
    void namesTheLeader() throws Exception {
        try (LocalCluster cluster = new LocalCluster(3).startAll()) {
            int leader = cluster.awaitLeader();
            int follower = leader % 3 + 1;
            await().atMost(PATIENCE)
                    .until(() -> cluster.node(follower).status().leader().isPresent());

            CompletableFuture<Applied> refused = cluster.node(follower).propose(bytes("x"));

            assertThatThrownBy(() -> get(refused))
                    .isInstanceOf(ExecutionException.class)
                    .cause()
                    .isInstanceOfSatisfying(NotLeaderException.class, e -> {
                        assertThat(e.outcome()).isEqualTo(Outcome.NOT_APPLIED);
                        assertThat(e.leader().orElseThrow().address()).isEqualTo("local:" + leader);
                    });
        }
    }

    @Test
    @DisplayName("reads on any node what was acknowledged before")
    void readsAnywhere() throws Exception {
        try (LocalCluster cluster = new LocalCluster(3).startAll()) {
            RaftNode leader = cluster.node(cluster.awaitLeader());
            for (int round = 0; round < 20; round++) {
                Applied written = applied(leader, "r" + round);
                for (int id = 1; id <= 3; id++) {
                    assertThat(get(cluster.node(id).readIndex())).isGreaterThanOrEqualTo(written.index());
                    assertThat(get(cluster.node(id).read(ReadPolicy.LINEARIZABLE, () -> true)))
                            .isTrue();
                    assertThat(cluster.journal(id)).contains("r" + round);
                }
            }
        }
    }

    @Test
    @DisplayName("goes on when the leader is cut off, which then tells its callers that it does not know")
    void survivesALostLeader() throws Exception {
        try (LocalCluster cluster = new LocalCluster(3).startAll()) {
            int old = cluster.awaitLeader();
            applied(cluster.node(old), "before");

            cluster.network().partition(Set.of(io.balsa.raft.cluster.NodeId.of(old)));
            CompletableFuture<Applied> lost = cluster.node(old).propose(bytes("lost"));
            await().atMost(PATIENCE)
                    .until(() -> cluster.leader().filter(id -> id != old).isPresent());
            applied(cluster.node(cluster.awaitLeader()), "after");

            assertThatThrownBy(() -> get(lost)).cause().isInstanceOf(OutcomeUnknownException.class);
            cluster.network().heal();
            await().atMost(PATIENCE).until(() -> cluster.journal(old).equals(List.of("before", "after")));
        }
    }

    @Test
    @DisplayName("remembers after all nodes were stopped what it has acknowledged")
    void remembers() throws Exception {
        try (LocalCluster cluster = new LocalCluster(3).startAll()) {
            applied(cluster.node(cluster.awaitLeader()), "kept");
            for (int id = 1; id <= 3; id++) {
                cluster.stop(id);
            }

            cluster.startAll();

            cluster.awaitLeader();
            for (int id = 1; id <= 3; id++) {
                int server = id;
                await().atMost(PATIENCE).until(() -> cluster.journal(server).equals(List.of("kept")));
            }
        }
    }
}
