package io.balsa.raft.runtime;

import static io.balsa.raft.runtime.LocalCluster.PATIENCE;
import static io.balsa.raft.runtime.LocalCluster.bytes;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.balsa.raft.Command;
import io.balsa.raft.NodeStoppedException;
import io.balsa.raft.OutcomeUnknownException;
import io.balsa.raft.RaftConfig;
import io.balsa.raft.RaftException;
import io.balsa.raft.RaftNode;
import io.balsa.raft.ReadPolicy;
import io.balsa.raft.StateMachine;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Real threads: how a node ends, and who hears of it. */
@DisplayName("Closing a node")
@Timeout(120)
class StoppingTest {

    private final CountDownLatch release = new CountDownLatch(1);
    private final CountDownLatch blocked = new CountDownLatch(1);
    private final AtomicInteger applied = new AtomicInteger();

    private static Set<String> threadsOfNodes() {
        return Thread.getAllStackTraces().keySet().stream()
                .map(Thread::getName)
                .filter(name -> name.matches("raft-.*"))
                .collect(Collectors.toSet());
    }

    @AfterEach
    void noThreadIsLeft() {
        release.countDown();
        await().atMost(PATIENCE).until(() -> threadsOfNodes().isEmpty());
    }

    private static RaftException failureOf(CompletableFuture<?> future) {
        try {
            future.get(PATIENCE.toMillis(), TimeUnit.MILLISECONDS);
        } catch (ExecutionException e) {
            return (RaftException) Objects.requireNonNull(e.getCause());
        } catch (Exception e) {
            throw new AssertionError("no answer", e);
        }
        throw new AssertionError("it did not fail");
    }

    /** Blocks in the state machine, whatever anybody does about it. */
    private byte[] block(Command command) {
        applied.incrementAndGet();
        blocked.countDown();
        while (release.getCount() > 0) {
            Thread.onSpinWait();
        }
        return command.data();
    }

    @Test
    @DisplayName("twice, or by several at once, closes it once and leaves no thread")
    void idempotent() throws Exception {
        try (LocalCluster cluster = new LocalCluster(3).startAll()) {
            RaftNode node = cluster.node(cluster.awaitLeader());
            CompletableFuture<Void> terminated = node.terminated();
            List<Thread> closers = new ArrayList<>();
            for (int i = 0; i < 8; i++) {
                closers.add(new Thread(node::close));
            }
            closers.forEach(Thread::start);
            for (Thread closer : closers) {
                closer.join();
            }
            node.close();

            assertThat(terminated).isCompleted();
            assertThat(threadsOfNodes())
                    .noneMatch(name ->
                            name.startsWith("raft-" + node.identity().node().value()));
            assertThat(node.status().identity()).isEqualTo(node.identity());
        }
    }

    @Test
    @DisplayName("before it was started makes it useless, and closes what it was given")
    void beforeTheStart() {
        try (LocalCluster cluster = new LocalCluster(1)) {
            RaftNode node = cluster.builder(1, Command::data).build();
            assertThat(node.status().term()).isZero();

            node.close();

            assertThat(node.terminated()).isCompleted();
            assertThatThrownBy(node::start).isInstanceOf(IllegalStateException.class);
            assertThat(node.terminated()).isCompleted();
            assertThat(node.status().membership().members()).hasSize(1);
        }
    }

    @Test
    @DisplayName("by a thread that is interrupted waits all the same, and leaves it interrupted")
    void byAnInterruptedThread() {
        try (LocalCluster cluster = new LocalCluster(1).startAll()) {
            cluster.awaitLeader();
            Thread.currentThread().interrupt();

            cluster.node(1).close();

            Set<String> left = threadsOfNodes();
            assertThat(Thread.interrupted()).isTrue();
            assertThat(left).isEmpty();
            assertThat(cluster.node(1).terminated()).isCompleted();
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 3})
    @DisplayName("while eight threads ask it for things answers each of them, once")
    void whileProposing(int size) throws Exception {
        try (LocalCluster cluster = new LocalCluster(size).startAll()) {
            RaftNode node = cluster.node(cluster.awaitLeader());
            Queue<CompletableFuture<?>> requests = new ConcurrentLinkedQueue<>();
            AtomicInteger callbacks = new AtomicInteger();
            List<Thread> clients = new ArrayList<>();
            CountDownLatch busy = new CountDownLatch(8 * 100);
            for (int i = 0; i < 8; i++) {
                int client = i;
                clients.add(new Thread(() -> {
                    boolean stopped = false;
                    for (int n = 0; !stopped; n++) {
                        CompletableFuture<?> request = (n + client) % 3 == 0
                                ? node.read(n % 2 == 0 ? ReadPolicy.LOCAL : ReadPolicy.LINEARIZABLE, () -> "x")
                                : node.propose(bytes("c"));
                        requests.add(request.whenComplete((result, failure) -> callbacks.incrementAndGet()));
                        busy.countDown();
                        stopped = node.terminated().isDone();
                    }
                }));
            }
            clients.forEach(Thread::start);
            assertThat(busy.await(PATIENCE.toMillis(), TimeUnit.MILLISECONDS)).isTrue();

            node.close();

            for (Thread client : clients) {
                client.join();
            }
            assertThat(requests.stream().filter(request -> !request.isDone())).isEmpty();
            assertThat(callbacks.get()).isEqualTo(requests.size());
        }
    }

    @Test
    @DisplayName("ends in time when the state machine hangs, and answers all who wait")
    void hangingStateMachine() {
        RaftConfig config = RaftConfig.builder()
                .electionTimeout(Duration.ofMillis(300))
                .heartbeatInterval(Duration.ofMillis(50))
                .closeTimeout(Duration.ofMillis(200))
                .build();
        try (LocalCluster cluster = new LocalCluster(1).config(config)) {
            RaftNode node = cluster.builder(1, this::block).build();
            node.start();
            await().atMost(PATIENCE).until(() -> node.status().isLeader());
            CompletableFuture<?> applying = node.propose(bytes("a"));
            await().atMost(PATIENCE).until(() -> blocked.getCount() == 0);
            CompletableFuture<?> committed = node.propose(bytes("b"));
            CompletableFuture<?> local = node.read(ReadPolicy.LOCAL, () -> "x");
            CompletableFuture<?> linearizable = node.read(ReadPolicy.LINEARIZABLE, () -> "x");
            await().atMost(PATIENCE).until(() -> node.status().commitIndex() == 4); // a no-op, a membership, a, b

            node.close();

            assertThat(failureOf(applying)).isInstanceOf(OutcomeUnknownException.class);
            assertThat(failureOf(committed)).isInstanceOf(OutcomeUnknownException.class);
            assertThat(failureOf(local)).isInstanceOf(NodeStoppedException.class);
            assertThat(failureOf(linearizable)).isInstanceOf(NodeStoppedException.class);
            assertThat(node.terminated()).isCompleted();
            release.countDown();
            await().atMost(PATIENCE)
                    .until(() -> threadsOfNodes().stream().noneMatch(name -> name.startsWith("raft-1")));
            assertThat(applied.get()).isEqualTo(1);
        }
    }

    @Test
    @DisplayName("from a callback ends the node as well")
    void fromACallback() throws Exception {
        try (LocalCluster cluster = new LocalCluster(1).startAll()) {
            cluster.awaitLeader();
            RaftNode node = cluster.node(1);
            CompletableFuture<Void> closed = node.propose(bytes("x")).thenAccept(applied -> node.close());

            LocalCluster.get(closed);

            assertThat(node.terminated()).isCompleted();
            assertThat(failureOf(node.propose(bytes("y")))).isInstanceOf(NodeStoppedException.class);
        }
    }

    @Test
    @DisplayName("that has failed, as an answer to its failure, works")
    void asAnAnswerToAFailure() throws Exception {
        try (LocalCluster cluster = new LocalCluster(1)) {
            StateMachine faulty = command -> {
                throw new IllegalStateException("a fault of the application");
            };
            RaftNode node = cluster.builder(1, faulty).build();
            CompletableFuture<Void> closed = node.terminated().whenComplete((nothing, failure) -> node.close());
            node.start();
            await().atMost(PATIENCE).until(() -> node.status().isLeader());

            CompletableFuture<?> proposal = node.propose(bytes("x"));

            assertThat(failureOf(proposal)).isInstanceOf(OutcomeUnknownException.class);
            assertThatThrownBy(() -> closed.get(PATIENCE.toMillis(), TimeUnit.MILLISECONDS))
                    .hasRootCauseMessage("a fault of the application");
        }
    }

    @Test
    @DisplayName("lets callbacks run where the user wants them, and the node elsewhere")
    void callbackExecutor() throws Exception {
        ExecutorService executor = Executors.newSingleThreadExecutor(task -> new Thread(task, "of-the-user"));
        Map<String, String> threads = new ConcurrentHashMap<>();
        try (LocalCluster cluster = new LocalCluster(1)) {
            RaftNode node = cluster.builder(1, command -> {
                        threads.put("apply", Thread.currentThread().getName());
                        return command.data();
                    })
                    .callbackExecutor(executor)
                    .build();
            node.start();
            await().atMost(PATIENCE).until(() -> node.status().isLeader());
            CountDownLatch hold = new CountDownLatch(1);
            executor.execute(() -> awaitQuietly(hold));
            CompletableFuture<?> done = node.propose(bytes("x"))
                    .thenRun(
                            () -> threads.put("callback", Thread.currentThread().getName()));
            hold.countDown();
            LocalCluster.get(done);
            executor.shutdown();
            CompletableFuture<?> later = node.propose(bytes("y"));
            LocalCluster.get(later);
            node.close();
        }
        assertThat(threads).containsEntry("apply", "raft-1-apply").containsEntry("callback", "of-the-user");
    }

    private static void awaitQuietly(CountDownLatch latch) {
        try {
            latch.await();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
