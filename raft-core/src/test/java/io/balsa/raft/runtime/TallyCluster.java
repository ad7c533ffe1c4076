package io.balsa.raft.runtime;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import io.balsa.raft.Applied;
import io.balsa.raft.Command;
import io.balsa.raft.RaftConfig;
import io.balsa.raft.SnapshotWriter;
import io.balsa.raft.StateMachine;
import io.balsa.raft.cluster.Member;
import io.balsa.raft.cluster.Membership;
import io.balsa.raft.cluster.NodeId;
import io.balsa.raft.cluster.NodeIdentity;
import io.balsa.raft.message.Message;
import io.balsa.raft.message.MessageCodec;
import io.balsa.raft.storage.MemoryStorage;
import io.balsa.raft.transport.Frame;
import io.balsa.raft.transport.Transport;
import java.io.DataInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Deque;
import java.util.List;
import java.util.NavigableMap;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.LongPredicate;
import java.util.function.Predicate;
import java.util.stream.LongStream;
import org.slf4j.LoggerFactory;

/** Several nodes, all on one thread and one virtual clock, and a network that loses what it is told to lose. */
final class TallyCluster implements AutoCloseable {

    private static final AtomicInteger CLUSTERS = new AtomicInteger();
    private static final int FOR_EVER = 10_000;

    /** Counts commands, and answers each with the count; miscounts if it is told to. */
    static final class Tally implements StateMachine {
        private LongPredicate errsAt = index -> false;
        private long count;

        @Override
        public byte[] apply(Command command) {
            count += errsAt.test(command.index()) ? 1000 : 1;
            return ByteBuffer.allocate(Long.BYTES).putLong(count).array();
        }

        /** From now on it is wrong at these indexes. */
        void errAt(LongPredicate indexes) {
            errsAt = indexes;
        }

        long count() {
            return count;
        }

        @Override
        public Optional<SnapshotWriter> snapshot() {
            byte[] captured = ByteBuffer.allocate(Long.BYTES).putLong(count).array();
            return Optional.of(out -> out.write(captured));
        }

        @Override
        public void restore(InputStream in) throws IOException {
            count = new DataInputStream(in).readLong();
        }
    }

    private record InTransit(NodeId from, NodeId to, int group, ByteBuffer bytes) {}

    /** One server, running or not. */
    final class Server {
        final long id;
        private MemoryStorage storage = new MemoryStorage();
        private Transport.Receiver receiver = NOBODY;
        private SteppedAgents agents = new SteppedAgents();
        Tally tally = new Tally();
        NodeRuntime node;

        Server(long id) {
            this.id = id;
            node = build();
        }

        private NodeRuntime build() {
            agents = new SteppedAgents();
            tally = new Tally();
            return new NodeRuntime(
                    new NodeParts(name, NodeId.of(id), founding, tally, storage, new Link(this), config, Runnable::run),
                    new Seams(() -> nowNanos, new SplittableRandom(100 * id + starts++), agents));
        }

        void stop() {
            node.close();
            receiver = NOBODY;
        }

        /** Starts again with what it has on its disk. */
        void start() {
            node = build();
            node.start();
            settle();
        }

        void wipe() {
            storage = new MemoryStorage();
        }
    }

    private static final Transport.Receiver NOBODY = new Transport.Receiver() {
        @Override
        public void onFrame(NodeId from, int group, ByteBuffer payload) {}

        @Override
        public void onUnreachable(NodeId peer) {}
    };

    private final class Link implements Transport {
        private final Server server;

        Link(Server server) {
            this.server = server;
        }

        @Override
        public void start(NodeIdentity self, Receiver receiver) {
            server.receiver = receiver;
        }

        @Override
        public void members(Collection<Member> peers) {}

        @Override
        public void send(NodeId to, Frame frame) {
            Message message = MessageCodec.decode(frame.joined());
            if (!lost.test(message)) {
                sent.add(message);
                inTransit.add(new InTransit(message.from(), to, Sender.GROUP, frame.joined()));
            }
        }

        @Override
        public void flush() {}

        @Override
        public void close() {
            server.receiver = NOBODY;
        }
    }

    /** Of all messages that were not lost. */
    final List<Message> sent = new ArrayList<>();

    private final String name = "stepped-" + CLUSTERS.incrementAndGet();
    private final RaftConfig config;
    private final Membership founding;
    private final NavigableMap<Long, Server> servers = new TreeMap<>();
    private final Deque<InTransit> inTransit = new ArrayDeque<>();
    private final ListAppender<ILoggingEvent> log = new ListAppender<>();
    private Predicate<Message> lost = message -> false;
    private long nowNanos = 1_000_000_000_000L;
    private int starts;

    TallyCluster(int size, RaftConfig config) {
        this.config = config;
        founding = Membership.ofVoters(LongStream.rangeClosed(1, size)
                .mapToObj(id -> Member.of(id, "local:" + id))
                .toList());
        log.start();
        logger().addAppender(log);
        LongStream.rangeClosed(1, size).forEach(id -> servers.put(id, new Server(id)));
        servers.values().forEach(server -> server.node.start());
        advance(Duration.ofSeconds(4)); // until there is a leader, and it has written down whose stores these are
    }

    private static Logger logger() {
        return (Logger) LoggerFactory.getLogger("io.balsa.raft");
    }

    Server server(long id) {
        Server server = servers.get(id);
        if (server == null) {
            throw new IllegalArgumentException("no server " + id);
        }
        return server;
    }

    Collection<Server> servers() {
        return servers.values();
    }

    List<Server> others(Server... except) {
        return servers.values().stream()
                .filter(server -> !List.of(except).contains(server))
                .toList();
    }

    /** Such messages are lost from now on. */
    void lose(Predicate<Message> which) {
        lost = which;
    }

    void cutOff(Server server) {
        NodeId id = NodeId.of(server.id);
        lose(message -> message.from().equals(id) || message.to().equals(id));
    }

    /** Until nobody has anything to do at this moment. */
    void settle() {
        for (int i = 0; i < FOR_EVER; i++) {
            servers.values().forEach(server -> server.agents.runAll());
            InTransit next = inTransit.poll();
            if (next == null) {
                return;
            }
            server(next.to.value()).receiver.onFrame(next.from, next.group, next.bytes);
        }
        throw new AssertionError("there is no end of messages");
    }

    void advance(Duration time) {
        long end = nowNanos + time.toNanos();
        while (nowNanos - end < 0) {
            nowNanos += Duration.ofMillis(20).toNanos();
            servers.values().stream()
                    .filter(server -> server.receiver != NOBODY)
                    .forEach(server -> server.agents.step("consensus"));
            settle();
        }
    }

    Server leader() {
        for (int i = 0; i < 500; i++) {
            Optional<Server> leader = servers.values().stream()
                    .filter(server -> server.receiver != NOBODY)
                    .filter(server -> server.node.status().isLeader())
                    .max((a, b) ->
                            Long.compare(a.node.status().term(), b.node.status().term()));
            if (leader.isPresent() && leader.get().node.status().commitIndex() > 0) {
                return leader.get();
            }
            advance(Duration.ofMillis(20));
        }
        throw new AssertionError("nobody leads");
    }

    /** Commands, one after the other, until the log is that long. */
    void fillUpTo(long index) {
        while (leader().node.status().lastIndex() < index) {
            assertThat(propose()).isCompleted();
        }
        advance(Duration.ofMillis(200)); // so that all know what is committed
    }

    CompletableFuture<Applied> propose() {
        CompletableFuture<Applied> future = leader().node.propose(new byte[] {1});
        settle();
        return future;
    }

    /** What this cluster has logged at this level. */
    List<String> logged(Level level) {
        return List.copyOf(log.list).stream()
                .filter(event -> event.getLevel().equals(level))
                .map(ILoggingEvent::getFormattedMessage)
                .filter(message -> message.contains("cluster=" + name + " "))
                .toList();
    }

    @Override
    public void close() {
        servers.values().forEach(server -> server.node.close());
        logger().detachAppender(log);
    }
}
