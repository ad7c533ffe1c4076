package io.balsa.raft.runtime;

import static io.balsa.raft.runtime.LocalCluster.PATIENCE;
import static io.balsa.raft.runtime.LocalCluster.bytes;
import static io.balsa.raft.runtime.SteppedNode.failureOf;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.balsa.raft.Applied;
import io.balsa.raft.Command;
import io.balsa.raft.IdleStrategy;
import io.balsa.raft.NodeStoppedException;
import io.balsa.raft.RaftConfig;
import io.balsa.raft.RaftNode;
import io.balsa.raft.cluster.Member;
import io.balsa.raft.cluster.Membership;
import io.balsa.raft.storage.StorageException;
import io.balsa.raft.transport.TransportException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@DisplayName("Starting a node")
@Timeout(120)
class StartingTest {

    private final List<String> trace = new ArrayList<>();
    private final TracedStorage storage = new TracedStorage(trace);
    private final TracedTransport transport = new TracedTransport(trace);

    private NodeRuntime node(AgentScheduler scheduler) {
        NodeParts parts = new NodeParts(
                "test",
                SteppedNode.ONE,
                Membership.ofVoters(List.of(Member.of(1, "local:1"), Member.of(2, "local:2"))),
                Command::data,
                storage,
                transport,
                RaftConfig.defaults(),
                Runnable::run);
        return new NodeRuntime(parts, new Seams(System::nanoTime, new SplittableRandom(1), scheduler));
    }

    private static List<String> threadsOf(String prefix) {
        return Thread.getAllStackTraces().keySet().stream()
                .map(Thread::getName)
                .filter(name -> name.startsWith(prefix))
                .toList();
    }

    private static void assertUseless(RaftNode node, Class<? extends Exception> reason) {
        assertThat(failureOf(node.terminated())).isInstanceOf(reason);
        assertThat(failureOf(node.propose(bytes("x")))).isInstanceOf(NodeStoppedException.class);
        assertThatThrownBy(node::start).isInstanceOf(IllegalStateException.class);
        node.close();
        assertThat(failureOf(node.terminated())).isInstanceOf(reason);
    }

    @Test
    @DisplayName("takes the address before it touches the storage, and begins to listen after that")
    void order() {
        NodeRuntime node = node(new SteppedAgents());

        node.start();

        assertThat(trace).containsExactly("bind", "open", "start", "members [2]");
        assertThatThrownBy(node::start).isInstanceOf(IllegalStateException.class);
        assertThat(node.terminated()).isNotDone();
        node.close();
    }

    @ParameterizedTest
    @ValueSource(strings = {"bind", "start", "members"})
    @DisplayName("whose transport does not work leaves nothing open and nothing running")
    void transportFails(String operation) {
        transport.fail(operation);
        NodeRuntime node = node(new ThreadScheduler("raft-starting", IdleStrategy.PARK));

        assertThatThrownBy(node::start).isInstanceOf(TransportException.class);

        assertThat(trace).endsWith("transport closed", "storage closed");
        if (operation.equals("bind")) {
            assertThat(trace).doesNotContain("open");
        }
        assertThat(threadsOf("raft-starting")).isEmpty();
        assertUseless(node, TransportException.class);
        assertThat(trace).containsOnlyOnce("storage closed");
    }

    @Test
    @DisplayName("whose storage refuses leaves nothing open and nothing running")
    void storageRefuses() {
        storage.fail("open");
        NodeRuntime node = node(new ThreadScheduler("raft-starting", IdleStrategy.PARK));

        assertThatThrownBy(node::start).isInstanceOf(StorageException.class);

        assertThat(trace).containsExactly("bind", "open", "transport closed", "storage closed");
        assertThat(threadsOf("raft-starting")).isEmpty();
        assertUseless(node, StorageException.class);
    }

    @Test
    @DisplayName("for which there are not enough threads ends those that it has got")
    void notEnoughThreads() {
        AgentScheduler threads = new ThreadScheduler("raft-starting", IdleStrategy.PARK);
        AtomicInteger left = new AtomicInteger(3);
        NodeRuntime node = node((agent, onFailure) -> {
            if (left.getAndDecrement() == 0) {
                throw new IllegalStateException("no more threads");
            }
            return threads.start(agent, onFailure);
        });

        assertThatThrownBy(node::start).hasMessage("no more threads");

        assertThat(threadsOf("raft-starting")).isEmpty();
        assertThat(trace).endsWith("transport closed", "storage closed");
        assertUseless(node, IllegalStateException.class);
    }

    @Test
    @DisplayName("whose first agent fails before the last one has begun ends them all")
    void failsAtOnce() {
        SteppedAgents agents = new SteppedAgents();
        NodeRuntime node = node((agent, onFailure) -> {
            AgentScheduler.Handle handle = agents.start(agent, onFailure);
            if (agent.name().equals("log")) {
                onFailure.onFailure(agent, new IllegalStateException("at once"));
            }
            return handle;
        });

        node.start();

        assertThat(List.of("consensus", "log", "load", "apply"))
                .allSatisfy(name -> assertThat(agents.hasStopped(name)).isTrue());
        assertThat(failureOf(node.terminated())).hasMessage("at once");
        node.close();
        assertThat(trace).endsWith("transport closed", "storage closed");
    }

    @Test
    @DisplayName("with a store of other members names both, and gives the store back")
    void otherMembers() {
        try (LocalCluster cluster = new LocalCluster(2)) {
            cluster.start(1);
            cluster.stop(1);
            RaftNode other =
                    cluster.builder(1, Command::data).member(3, "local:3").build();

            assertThatThrownBy(other::start)
                    .isInstanceOf(StorageException.class)
                    .hasMessageContaining("[1, 2]")
                    .hasMessageContaining("[1, 2, 3]");

            assertThat(cluster.start(1).status().membership().members()).hasSize(2);
        }
    }

    @Test
    @DisplayName("whose id is taken on the network does not disturb the one that has it")
    void taken() throws Exception {
        try (LocalCluster first = new LocalCluster(1).startAll();
                LocalCluster second = new LocalCluster(1)) {
            first.awaitLeader();
            RaftNode node =
                    first.builder(1, Command::data).storage(second.storage(1)).build();

            assertThatThrownBy(node::start).isInstanceOf(TransportException.class);

            assertThat(LocalCluster.applied(first.node(1), "x").index()).isGreaterThan(1);
            second.start(1);
        }
    }

    @Test
    @DisplayName("many times in one process: each by itself, none left afterwards")
    void manyInOneProcess() throws Exception {
        RaftConfig spinning = RaftConfig.builder()
                .electionTimeout(Duration.ofMillis(300))
                .heartbeatInterval(Duration.ofMillis(50))
                .idleStrategy(IdleStrategy.SPIN)
                .build();
        List<LocalCluster> clusters = new ArrayList<>();
        List<CompletableFuture<Applied>> done = new ArrayList<>();
        for (int i = 0; i < 4; i++) {
            clusters.add(new LocalCluster(1).config(spinning).startAll());
        }
        for (LocalCluster cluster : clusters) {
            done.add(cluster.node(cluster.awaitLeader()).propose(bytes("x")));
        }
        for (CompletableFuture<Applied> each : done) {
            assertThat(LocalCluster.get(each).index()).isGreaterThan(1);
        }
        clusters.forEach(LocalCluster::close);

        await().atMost(PATIENCE).until(() -> threadsOf("raft-").isEmpty());
    }
}
