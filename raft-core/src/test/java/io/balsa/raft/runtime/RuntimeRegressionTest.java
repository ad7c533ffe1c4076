package io.balsa.raft.runtime;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.balsa.raft.Applied;
import io.balsa.raft.Command;
import io.balsa.raft.IdleStrategy;
import io.balsa.raft.RaftConfig;
import io.balsa.raft.ReadPolicy;
import io.balsa.raft.StateMachine;
import io.balsa.raft.cluster.Member;
import io.balsa.raft.cluster.Membership;
import io.balsa.raft.cluster.NodeId;
import io.balsa.raft.cluster.NodeIdentity;
import io.balsa.raft.message.AppendEntries;
import io.balsa.raft.message.Message;
import io.balsa.raft.message.MessageCodec;
import io.balsa.raft.storage.EntryKind;
import io.balsa.raft.storage.EntryRun;
import io.balsa.raft.storage.HardState;
import io.balsa.raft.storage.LogPosition;
import io.balsa.raft.storage.MemoryStorage;
import io.balsa.raft.storage.SnapshotInfo;
import io.balsa.raft.storage.SnapshotSink;
import io.balsa.raft.storage.SnapshotSource;
import io.balsa.raft.storage.Storage;
import io.balsa.raft.storage.StoredState;
import io.balsa.raft.transport.Frame;
import io.balsa.raft.transport.Lane;
import io.balsa.raft.transport.Transport;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/** Races and endings that once went wrong. Agents are run by hand, in an order that threads may take. */
class RuntimeRegressionTest {

    private static final NodeId N1 = NodeId.of(1);
    private static final NodeId N2 = NodeId.of(2);

    /** Runs agents when the test says so. */
    private static final class ByHand implements AgentScheduler {

        private final Map<String, Agent> agents = new TreeMap<>();
        private final List<String> stopped = new ArrayList<>();
        private FailureHandler onFailure = (agent, failure) -> {};
        private Runnable whenApplyIsWoken = () -> {};
        private int mostAgents = Integer.MAX_VALUE;

        @Override
        public Handle start(Agent agent, FailureHandler handler) {
            if (agents.size() == mostAgents) {
                throw new OutOfMemoryError("unable to create native thread");
            }
            agents.put(agent.name(), agent);
            onFailure = handler;
            return new Handle() {
                @Override
                public void wake() {
                    if (agent.name().equals("apply")) {
                        whenApplyIsWoken.run();
                    }
                }

                @Override
                public void stop() {
                    stopped.add(agent.name());
                }

                @Override
                public boolean awaitStopped(long nanos) {
                    return true;
                }
            };
        }

        Agent agent(String name) {
            Agent agent = agents.get(name);
            if (agent == null) {
                throw new IllegalArgumentException("no agent " + name);
            }
            return agent;
        }

        void run(String... names) {
            for (String name : names) {
                agent(name).doWork();
            }
        }

        /** As ThreadScheduler does: a cycle that throws is the last one. */
        void runAndEnd(String name) {
            Agent agent = agent(name);
            try {
                agent.doWork();
            } catch (Throwable failure) {
                onFailure.onFailure(agent, failure);
            } finally {
                agent.onStop();
            }
        }
    }

    private static final class Silent implements Transport {

        private Receiver receiver = new Receiver() {
            @Override
            public void onFrame(NodeId from, int group, java.nio.ByteBuffer payload) {}

            @Override
            public void onUnreachable(NodeId peer) {}
        };

        @Override
        public void start(NodeIdentity self, Receiver newReceiver) {
            receiver = newReceiver;
        }

        @Override
        public void members(Collection<Member> peers) {}

        @Override
        public void send(NodeId to, Frame frame) {}

        @Override
        public void flush() {}

        @Override
        public void close() {}

        void deliver(Message message) {
            Frame frame = new Frame(Sender.GROUP, Lane.ENTRIES, MessageCodec.encode(message));
            receiver.onFrame(message.from(), Sender.GROUP, frame.joined());
        }
    }

    private final ByHand agents = new ByHand();
    private final Silent transport = new Silent();
    private final List<String> applied = new ArrayList<>();

    private NodeRuntime node(int size, Storage storage, RaftConfig config, StateMachine stateMachine) {
        return new NodeRuntime(
                new NodeParts("test", N1, founding(size), stateMachine, storage, transport, config, Runnable::run),
                new Seams(System::nanoTime, new SplittableRandom(1), agents));
    }

    private static Membership founding(int size) {
        List<Member> members = new ArrayList<>();
        for (int id = 1; id <= size; id++) {
            members.add(Member.of(id, "local:" + id));
        }
        return Membership.ofVoters(members);
    }

    private byte[] journal(Command command) {
        applied.add(new String(command.data(), StandardCharsets.UTF_8));
        return new byte[0];
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    /** A cluster of one: takes office, and has its no-op committed and applied. */
    private void elect() {
        agents.run("consensus", "log", "consensus", "log", "consensus", "apply");
    }

    @Test
    void aRestartedFollowerNeverAppliesTheTailThatWasJustReplaced() {
        MemoryStorage storage = new MemoryStorage();
        storage.open(new NodeIdentity("test", N1, 1), founding(3));
        storage.writeHardState(new HardState(1, Optional.empty()));
        storage.append(EntryRun.of(1, 1, EntryKind.COMMAND, List.of(bytes("one"), bytes("lost"))));
        storage.sync();
        storage.close();
        NodeRuntime node = node(3, storage, RaftConfig.defaults(), this::journal);
        node.start();
        agents.run("consensus", "log", "load", "apply");

        // The leader of term 2 replaces entry 2 and says that it is committed. Right when the apply agent is woken its
        // thread runs, and the load agent's, while the log agent is still busy.
        agents.whenApplyIsWoken = () -> agents.run("apply", "load");
        EntryRun replacement = EntryRun.of(2, 2, EntryKind.COMMAND, List.of(bytes("two")));
        transport.deliver(new AppendEntries(2, N2, N1, new LogPosition(1, 1), List.of(replacement), 2));
        agents.run("consensus");
        agents.whenApplyIsWoken = () -> {};
        for (int i = 0; i < 5; i++) {
            agents.run("log", "consensus", "load", "apply");
        }

        assertThat(applied).containsExactly("one", "two");
    }

    @Test
    void whatIsCommittedAfterTheStateMachineHasThrownIsAnswered() {
        NodeRuntime node = node(1, new MemoryStorage(), RaftConfig.defaults(), command -> {
            throw new IllegalStateException("a fault of the application");
        });
        node.start();
        elect();
        CompletableFuture<Applied> first = node.propose(bytes("first"));
        agents.run("consensus", "log", "consensus");
        CompletableFuture<Applied> second = node.propose(bytes("second"));
        agents.run("consensus", "log");

        agents.runAndEnd("apply");
        assertThat(agents.stopped).contains("consensus");
        for (String name : List.of("consensus", "log", "load")) {
            agents.runAndEnd(name);
        }

        assertThat(first).isCompletedExceptionally();
        assertThat(second).isCompletedExceptionally();
    }

    @Test
    void aQueryThatThrowsAnErrorCompletesItsFuture() {
        NodeRuntime node = node(1, new MemoryStorage(), RaftConfig.defaults(), this::journal);
        node.start();
        elect();

        CompletableFuture<String> read = node.read(ReadPolicy.LOCAL, () -> {
            throw new AssertionError("the reader's own fault");
        });
        agents.runAndEnd("apply");

        assertThat(read).isCompletedExceptionally();
    }

    @Test
    void noMoreReadsWaitForTheStateMachineThanAllowed() {
        RaftConfig config = RaftConfig.builder().maxPendingReads(2).build();
        NodeRuntime node = node(1, new MemoryStorage(), config, this::journal);
        node.start();
        elect();
        List<CompletableFuture<String>> reads = new ArrayList<>();

        // The state machine is busy with something: the apply agent does not run.
        for (int i = 0; i < 10; i++) {
            reads.add(node.read(ReadPolicy.LINEARIZABLE, () -> "value"));
            agents.run("consensus");
        }

        assertThat(reads.stream().filter(read -> !read.isDone()).count()).isLessThanOrEqualTo(2);
    }

    @Test
    void aNodeThatCannotStartAllAgentsStopsThoseItHasStarted() {
        agents.mostAgents = 2;
        NodeRuntime node = node(1, new MemoryStorage(), RaftConfig.defaults(), this::journal);

        assertThatThrownBy(node::start).isInstanceOf(OutOfMemoryError.class);
        node.close();

        assertThat(agents.stopped).containsExactlyInAnyOrderElementsOf(agents.agents.keySet());
    }

    /** Its sync takes longer than anybody waits. */
    private static final class StuckStorage implements Storage {

        private final MemoryStorage memory = new MemoryStorage();
        private final CountDownLatch syncing = new CountDownLatch(1);
        private final CountDownLatch released = new CountDownLatch(1);
        private volatile boolean closedDuringSync;

        @Override
        public StoredState open(NodeIdentity identity, Membership founding) {
            return memory.open(identity, founding);
        }

        @Override
        public void writeHardState(HardState hardState) {
            memory.writeHardState(hardState);
        }

        @Override
        public void append(EntryRun run) {
            memory.append(run);
        }

        @Override
        public void sync() {
            syncing.countDown();
            boolean done = false;
            while (!done) {
                try {
                    released.await();
                    done = true;
                } catch (InterruptedException e) {
                    // a disk does not care
                }
            }
        }

        @Override
        public List<EntryRun> read(long from, long to, int maxBytes) {
            return memory.read(from, to, maxBytes);
        }

        @Override
        public SnapshotSink beginSnapshot(LogPosition last, long membershipIndex, Membership membership) {
            return memory.beginSnapshot(last, membershipIndex, membership);
        }

        @Override
        public SnapshotSink receiveSnapshot(SnapshotInfo announced) {
            return memory.receiveSnapshot(announced);
        }

        @Override
        public Optional<SnapshotSource> openSnapshot(LogPosition last) {
            return memory.openSnapshot(last);
        }

        @Override
        public void installSnapshot(SnapshotInfo snapshot) {
            memory.installSnapshot(snapshot);
        }

        @Override
        public void compact(long index) {
            memory.compact(index);
        }

        @Override
        public void close() {
            closedDuringSync = released.getCount() > 0;
        }
    }

    @Test
    void theStorageIsNotClosedUnderAnAgentThatStillUsesIt() throws InterruptedException {
        StuckStorage storage = new StuckStorage();
        RaftConfig config =
                RaftConfig.builder().closeTimeout(Duration.ofMillis(100)).build();
        NodeRuntime node = new NodeRuntime(
                new NodeParts("test", N1, founding(1), this::journal, storage, transport, config, Runnable::run),
                new Seams(System::nanoTime, new SplittableRandom(1), new ThreadScheduler("t", IdleStrategy.PARK)));
        node.start();
        assertThat(storage.syncing.await(10, TimeUnit.SECONDS)).isTrue();

        node.close();
        boolean closedDuringSync = storage.closedDuringSync;
        storage.released.countDown();

        assertThat(closedDuringSync).as("closed while a sync was under way").isFalse();
    }

    @Test
    void readingPastAnEndThatMovedReturnsNothing() {
        MemoryStorage storage = new MemoryStorage();
        storage.open(new NodeIdentity("test", N1, 1), founding(3));
        storage.append(EntryRun.of(1, 1, EntryKind.COMMAND, List.of(bytes("a"), bytes("b"), bytes("c"))));
        storage.sync();

        // A load of entry 3 was asked for; before it is made, a new leader's entry 2 replaces 2 and 3.
        storage.append(EntryRun.of(2, 2, EntryKind.COMMAND, List.of(bytes("x"))));

        assertThat(storage.read(3, 3, 1000)).isEmpty();
    }
}
