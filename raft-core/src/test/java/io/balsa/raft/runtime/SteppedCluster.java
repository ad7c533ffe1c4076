package io.balsa.raft.runtime;

import static org.assertj.core.api.Assertions.assertThat;

import io.balsa.raft.Applied;
import io.balsa.raft.RaftConfig;
import io.balsa.raft.cluster.Member;
import io.balsa.raft.cluster.Membership;
import io.balsa.raft.cluster.NodeId;
import io.balsa.raft.cluster.NodeIdentity;
import io.balsa.raft.message.Message;
import io.balsa.raft.message.MessageCodec;
import io.balsa.raft.storage.MemoryStorage;
import io.balsa.raft.transport.Frame;
import io.balsa.raft.transport.Lane;
import io.balsa.raft.transport.Transport;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Deque;
import java.util.List;
import java.util.SortedMap;
import java.util.SplittableRandom;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/** Several real nodes, all of them stepped by one thread on one clock, over a network that loses what a test wants lost. */
final class SteppedCluster implements AutoCloseable {

    private static final Duration TICK = Duration.ofMillis(50);
    private static final int FOR_EVER = 10_000;

    final List<Message> sent = new ArrayList<>();
    Predicate<Message> loses = message -> false;
    private final RaftConfig config;
    private final Membership founding;
    private final SortedMap<Long, Server> servers = new TreeMap<>();
    private final SortedMap<Long, MemoryStorage> stores = new TreeMap<>();
    private final Deque<Message> network = new ArrayDeque<>();
    private long nowNanos = 1_000_000_000_000L;
    private long lives;

    /** A node and what it is made of. */
    final class Server implements Transport {

        final SteppedNode.Recorder recorder = new SteppedNode.Recorder();
        final SteppedAgents agents = new SteppedAgents();
        final NodeRuntime node;
        private @Nullable Receiver receiver;

        Server(long id) {
            NodeParts parts = new NodeParts(
                    "test",
                    NodeId.of(id),
                    founding,
                    recorder,
                    stores.computeIfAbsent(id, any -> new MemoryStorage()),
                    this,
                    config,
                    Runnable::run);
            node = new NodeRuntime(parts, new Seams(() -> nowNanos, new SplittableRandom(++lives), agents));
        }

        RunningNode running() {
            if (receiver instanceof RunningNode running) {
                return running;
            }
            throw new IllegalStateException("not started");
        }

        @Override
        public void start(NodeIdentity self, Receiver receiver) {
            this.receiver = receiver;
        }

        @Override
        public void members(Collection<Member> peers) {}

        @Override
        public void send(NodeId to, Frame frame) {
            Message message = MessageCodec.decode(frame.joined());
            sent.add(message);
            if (!loses.test(message)) {
                network.add(message);
            }
        }

        @Override
        public void flush() {}

        @Override
        public void close() {}
    }

    SteppedCluster(int size, RaftConfig config) {
        this.config = config;
        List<Member> members = new ArrayList<>();
        for (long id = 1; id <= size; id++) {
            members.add(Member.of(id, "local:" + id));
        }
        founding = Membership.ofVoters(members);
        for (long id = 1; id <= size; id++) {
            start(id);
        }
    }

    void start(long id) {
        Server server = new Server(id);
        servers.put(id, server);
        server.node.start();
        settle();
    }

    void stop(long id) {
        server(id).node.close();
        servers.remove(id);
    }

    /** The next time it starts, it remembers nothing. */
    void wipe(long id) {
        stores.remove(id);
    }

    Server server(long id) {
        Server server = servers.get(id);
        if (server == null) {
            throw new IllegalArgumentException("server " + id + " does not run");
        }
        return server;
    }

    /** Brings a message once more, or one that nobody sent. */
    void deliver(Message message) {
        network.add(message);
        settle();
    }

    /** Until nobody has anything to do, and nothing is on its way. */
    void settle() {
        for (int i = 0; i < FOR_EVER; i++) {
            servers.values().forEach(server -> server.agents.runAll());
            Message message = network.poll();
            if (message == null) {
                return;
            }
            Server receiver = servers.get(message.to().value());
            if (receiver != null) {
                receiver.running()
                        .onFrame(
                                message.from(),
                                Sender.GROUP,
                                new Frame(Sender.GROUP, Lane.ENTRIES, MessageCodec.encode(message)).joined());
            }
        }
        throw new AssertionError("they always find something to say");
    }

    /** Time passes, and everything that follows from it. */
    void advance(Duration time) {
        for (long end = nowNanos + time.toNanos(); nowNanos < end; ) {
            nowNanos += TICK.toNanos();
            servers.values().forEach(server -> server.agents.step("consensus"));
            settle();
        }
    }

    /** Waits until somebody leads whom all who run follow. */
    long awaitLeader() {
        for (int i = 0; i < 400; i++) {
            for (var each : servers.entrySet()) {
                long id = each.getKey();
                boolean followed = servers.values().stream()
                        .allMatch(server -> server.node
                                .status()
                                .leader()
                                .filter(leader -> leader.id().value() == id)
                                .isPresent());
                if (followed && each.getValue().node.status().isLeader()) {
                    return id;
                }
            }
            advance(TICK);
        }
        throw new AssertionError("nobody leads");
    }

    /** One that runs and does not lead. */
    long follower() {
        long leader = awaitLeader();
        return servers.keySet().stream().filter(id -> id != leader).findFirst().orElseThrow();
    }

    /** All that were sent of one kind. */
    <T extends Message> List<T> sent(Class<T> type) {
        return sent.stream().filter(type::isInstance).map(type::cast).toList();
    }

    CompletableFuture<Applied> propose(long id, String command) {
        CompletableFuture<Applied> future = server(id).node.propose(SteppedNode.bytes(command));
        settle();
        return future;
    }

    /** The commands that a server has applied, in their order. */
    List<String> applied(long id) {
        return server(id).recorder.applied.stream()
                .map(line -> line.substring(line.indexOf(':') + 1))
                .toList();
    }

    void assertNothingWaits() {
        servers.values()
                .forEach(server -> assertThat(server.running().pendingBytes()).isZero());
    }

    @Override
    public void close() {
        servers.values().forEach(server -> server.node.close());
    }
}
