package io.balsa.raft.runtime;

import static org.awaitility.Awaitility.await;

import io.balsa.raft.Applied;
import io.balsa.raft.Command;
import io.balsa.raft.NotLeaderException;
import io.balsa.raft.RaftConfig;
import io.balsa.raft.RaftNode;
import io.balsa.raft.ReadPolicy;
import io.balsa.raft.SnapshotWriter;
import io.balsa.raft.StateMachine;
import io.balsa.raft.storage.MemoryStorage;
import io.balsa.raft.transport.LocalNetwork;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

/** Real nodes with real threads in one process, over a local network, remembering in memory. */
final class LocalCluster implements AutoCloseable {

    static final Duration PATIENCE = Duration.ofSeconds(30);

    /** Keeps every command it was given, and answers with how many those are. */
    static final class Journal implements StateMachine {

        private final List<String> commands = new ArrayList<>();

        @Override
        public byte[] apply(Command command) {
            commands.add(new String(command.data(), StandardCharsets.UTF_8));
            return bytes(Integer.toString(commands.size()));
        }

        List<String> commands() {
            return List.copyOf(commands);
        }

        @Override
        public Optional<SnapshotWriter> snapshot() {
            byte[] captured = bytes(String.join("\n", commands));
            return Optional.of(out -> out.write(captured));
        }

        @Override
        public void restore(InputStream in) throws IOException {
            commands.clear();
            new String(in.readAllBytes(), StandardCharsets.UTF_8).lines().forEach(commands::add);
        }
    }

    private final int size;
    private final LocalNetwork network = new LocalNetwork(7);
    private final SortedMap<Integer, MemoryStorage> storages = new TreeMap<>();
    private final SortedMap<Integer, Journal> journals = new TreeMap<>();
    private final SortedMap<Integer, RaftNode> nodes = new TreeMap<>();
    private RaftConfig config = RaftConfig.builder()
            .electionTimeout(Duration.ofMillis(300))
            .heartbeatInterval(Duration.ofMillis(50))
            .build();

    LocalCluster(int size) {
        this.size = size;
        for (int id = 1; id <= size; id++) {
            storages.put(id, new MemoryStorage());
        }
    }

    LocalCluster config(RaftConfig config) {
        this.config = config;
        return this;
    }

    LocalCluster startAll() {
        storages.keySet().forEach(this::start);
        return this;
    }

    RaftNode start(int id) {
        Journal journal = new Journal();
        RaftNode node = builder(id, journal).build();
        journals.put(id, journal);
        nodes.put(id, node);
        node.start();
        return node;
    }

    RaftNode.Builder builder(int id, StateMachine stateMachine) {
        RaftNode.Builder builder = RaftNode.builder()
                .cluster("test")
                .id(id)
                .stateMachine(stateMachine)
                .storage(storages.getOrDefault(id, new MemoryStorage()))
                .transport(network.transport())
                .config(config);
        for (int member = 1; member <= size; member++) {
            builder.member(member, "local:" + member);
        }
        return builder;
    }

    MemoryStorage storage(int id) {
        MemoryStorage storage = storages.get(id);
        if (storage == null) {
            throw new IllegalArgumentException("no server " + id);
        }
        return storage;
    }

    RaftNode node(int id) {
        RaftNode node = nodes.get(id);
        if (node == null) {
            throw new IllegalArgumentException("no server " + id + " runs");
        }
        return node;
    }

    LocalNetwork network() {
        return network;
    }

    void stop(int id) {
        node(id).close();
        nodes.remove(id);
    }

    int awaitLeader() {
        await().atMost(PATIENCE).until(() -> leader().isPresent());
        return leader().orElseThrow();
    }

    /** Waits for a leader that has led others to where it is: on a busy machine the first one may be deposed before. */
    int awaitServingLeader() {
        AtomicInteger serving = new AtomicInteger();
        await().atMost(PATIENCE)
                .ignoreExceptionsMatching(e -> e.getCause() instanceof NotLeaderException)
                .until(() -> {
                    serving.set(awaitLeader());
                    get(node(serving.get()).barrier());
                    return node(serving.get()).status().isLeader();
                });
        return serving.get();
    }

    /** A leader that a majority follows in the same term. */
    Optional<Integer> leader() {
        for (var candidate : nodes.entrySet()) {
            long term = candidate.getValue().status().term();
            long following = nodes.values().stream()
                    .filter(node -> node.status().term() == term
                            && node.status()
                                    .leader()
                                    .filter(leader -> leader.id().value() == candidate.getKey())
                                    .isPresent())
                    .count();
            if (candidate.getValue().status().isLeader() && following > size / 2) {
                return Optional.of(candidate.getKey());
            }
        }
        return Optional.empty();
    }

    List<String> journal(int id) throws Exception {
        Journal journal = journals.get(id);
        if (journal == null) {
            throw new IllegalArgumentException("no server " + id);
        }
        return get(node(id).read(ReadPolicy.LOCAL, journal::commands));
    }

    static Applied applied(RaftNode node, String command) throws Exception {
        return get(node.propose(bytes(command)));
    }

    static <T> T get(CompletableFuture<T> future) throws Exception {
        return future.get(PATIENCE.toMillis(), TimeUnit.MILLISECONDS);
    }

    static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    @Override
    public void close() {
        nodes.values().forEach(RaftNode::close);
        network.close();
    }
}
