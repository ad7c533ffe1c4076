package io.balsa.raft.runtime;

import static org.assertj.core.api.Assertions.assertThat;

import io.balsa.raft.Applied;
import io.balsa.raft.Command;
import io.balsa.raft.RaftConfig;
import io.balsa.raft.RaftStatus;
import io.balsa.raft.ReadPolicy;
import io.balsa.raft.SnapshotWriter;
import io.balsa.raft.StateMachine;
import io.balsa.raft.cluster.Member;
import io.balsa.raft.cluster.Membership;
import io.balsa.raft.cluster.NodeId;
import io.balsa.raft.cluster.RaftRole;
import io.balsa.raft.message.AppendEntries;
import io.balsa.raft.message.AppendEntriesAccepted;
import io.balsa.raft.message.Message;
import io.balsa.raft.message.RequestVoteReply;
import io.balsa.raft.storage.EntryKind;
import io.balsa.raft.storage.EntryRun;
import io.balsa.raft.storage.LogPosition;
import io.balsa.raft.storage.MemoryStorage;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.Executor;
import java.util.function.Supplier;
import java.util.stream.LongStream;

/** Server 1 of a cluster, stepped by hand; what its peers say is up to the test. */
final class SteppedNode implements AutoCloseable {

    static final NodeId ONE = NodeId.of(1);
    static final NodeId TWO = NodeId.of(2);
    static final NodeId THREE = NodeId.of(3);

    /** Keeps what it was given; does first what a test wants it to. Takes snapshots if it is told to. */
    static final class Recorder implements StateMachine {
        final List<String> applied = new ArrayList<>();
        Runnable before = () -> {};
        boolean takesSnapshots;
        Runnable beforeCapture = () -> {};
        Optional<IOException> writeFailure = Optional.empty();
        int openViews;

        @Override
        public byte[] apply(Command command) {
            before.run();
            String text = new String(command.data(), StandardCharsets.UTF_8);
            applied.add(command.index() + ":" + text);
            return command.data();
        }

        @Override
        public Optional<SnapshotWriter> snapshot() {
            beforeCapture.run();
            return takesSnapshots ? Optional.of(new View(List.copyOf(applied))) : Optional.empty();
        }

        @Override
        public void restore(InputStream in) throws IOException {
            String text = new String(in.readAllBytes(), StandardCharsets.UTF_8);
            if (text.startsWith("nonsense")) {
                throw new IOException("nonsense");
            }
            applied.clear();
            text.lines().forEach(applied::add);
        }

        final class View implements SnapshotWriter {

            private final List<String> lines;

            View(List<String> lines) {
                this.lines = lines;
                openViews++;
            }

            @Override
            public void writeTo(OutputStream out) throws IOException {
                if (writeFailure.isPresent()) {
                    throw writeFailure.get();
                }
                out.write(String.join("\n", lines).getBytes(StandardCharsets.UTF_8));
            }

            @Override
            public void close() {
                openViews--;
            }
        }
    }

    final List<String> trace = new ArrayList<>();
    final SteppedAgents agents = new SteppedAgents();
    final TracedStorage storage;
    final TracedTransport transport = new TracedTransport(trace);
    final Recorder recorder = new Recorder();
    final NodeRuntime node;
    private long nowNanos = 1_000_000_000_000L;

    SteppedNode(int size) {
        this(size, config().build());
    }

    SteppedNode(int size, RaftConfig config) {
        this(size, config, Runnable::run);
    }

    SteppedNode(int size, RaftConfig config, Executor callbackExecutor) {
        this(voters(size), config, callbackExecutor, new MemoryStorage());
    }

    /** One that remembers what is in this store; it joins if it is not among the members it is given. */
    SteppedNode(Membership given, RaftConfig config, MemoryStorage store) {
        this(given, config, Runnable::run, store);
    }

    private SteppedNode(Membership given, RaftConfig config, Executor callbackExecutor, MemoryStorage store) {
        storage = new TracedStorage(trace, store);
        node = new NodeRuntime(
                new NodeParts("test", ONE, given, recorder, storage, transport, config, callbackExecutor),
                new Seams(() -> nowNanos, new SplittableRandom(5), agents));
    }

    static Membership voters(long... ids) {
        return Membership.ofVoters(
                LongStream.of(ids).mapToObj(id -> Member.of(id, "local:" + id)).toList());
    }

    private static Membership voters(int size) {
        return voters(LongStream.rangeClosed(1, size).toArray());
    }

    static RaftConfig.Builder config() {
        return RaftConfig.builder()
                .electionTimeout(Duration.ofSeconds(1))
                .heartbeatInterval(Duration.ofMillis(100))
                .preVote(false);
    }

    SteppedNode start() {
        node.start();
        agents.runAll();
        return this;
    }

    /** Makes it the leader of a new term, whose no-op nobody has acknowledged yet. */
    SteppedNode elect() {
        do {
            advance(Duration.ofSeconds(3));
        } while (status().role() == RaftRole.FOLLOWER); // a leader that nobody answered becomes one first
        if (!status().isLeader()) {
            receive(new RequestVoteReply(status().term(), TWO, ONE, true));
        }
        assertThat(status().isLeader()).isTrue();
        return this;
    }

    /** Makes it the leader of a new term, whose no-op is committed. */
    SteppedNode lead() {
        elect();
        acknowledge();
        assertThat(status().commitIndex()).isEqualTo(status().lastIndex());
        return this;
    }

    /** Another server has everything this leader has. */
    void acknowledge() {
        if (status().membership().members().size() > 1) {
            receive(new AppendEntriesAccepted(status().term(), TWO, ONE, status().lastIndex()));
        }
    }

    /** Time passes, and nobody notices. */
    void pause(Duration time) {
        nowNanos += time.toNanos();
    }

    /** Time passes, and everything that follows from it. */
    void advance(Duration time) {
        nowNanos += time.toNanos();
        agents.step("consensus");
        agents.runAll();
    }

    /** A message comes, and everything that follows from it. */
    void receive(Message message) {
        transport.receive(message);
        agents.runAll();
    }

    /** What the leader of a term sends after this log position: one command for each text. */
    static AppendEntries append(long term, NodeId leader, LogPosition previous, long commit, String... commands) {
        List<byte[]> payloads = Arrays.stream(commands).map(SteppedNode::bytes).toList();
        List<EntryRun> runs = payloads.isEmpty()
                ? List.of()
                : List.of(EntryRun.of(previous.index() + 1, term, EntryKind.COMMAND, payloads));
        return new AppendEntries(term, leader, ONE, previous, runs, commit);
    }

    CompletableFuture<Applied> propose(String command) {
        return node.propose(bytes(command));
    }

    <T> CompletableFuture<T> read(Supplier<T> query) {
        return node.read(ReadPolicy.LINEARIZABLE, query);
    }

    RaftStatus status() {
        return node.status();
    }

    RunningNode running() {
        return (RunningNode) transport.receiver();
    }

    static LogPosition at(long index, long term) {
        return new LogPosition(index, term);
    }

    static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    static byte[] bytes(int length) {
        return new byte[length];
    }

    /** What a future has failed with; it must have failed. */
    static Throwable failureOf(CompletableFuture<?> future) {
        assertThat(future).isCompletedExceptionally();
        try {
            future.join();
        } catch (CompletionException e) {
            return Objects.requireNonNull(e.getCause());
        }
        throw new AssertionError("it has not failed");
    }

    @Override
    public void close() {
        node.close();
    }
}
