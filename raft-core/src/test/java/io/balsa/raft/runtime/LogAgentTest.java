package io.balsa.raft.runtime;

import static io.balsa.raft.runtime.SteppedNode.ONE;
import static io.balsa.raft.runtime.SteppedNode.THREE;
import static io.balsa.raft.runtime.SteppedNode.TWO;
import static io.balsa.raft.runtime.SteppedNode.append;
import static io.balsa.raft.runtime.SteppedNode.at;
import static io.balsa.raft.runtime.SteppedNode.bytes;
import static io.balsa.raft.runtime.SteppedNode.failureOf;
import static org.assertj.core.api.Assertions.assertThat;

import io.balsa.raft.OutcomeUnknownException;
import io.balsa.raft.cluster.Member;
import io.balsa.raft.cluster.Membership;
import io.balsa.raft.cluster.NodeIdentity;
import io.balsa.raft.cluster.RaftRole;
import io.balsa.raft.core.Input;
import io.balsa.raft.core.Ready;
import io.balsa.raft.core.SnapshotWork;
import io.balsa.raft.message.AfterSync;
import io.balsa.raft.message.AppendEntriesAccepted;
import io.balsa.raft.message.AppendEntriesRejected;
import io.balsa.raft.message.RequestVote;
import io.balsa.raft.message.RequestVoteReply;
import io.balsa.raft.storage.EntryKind;
import io.balsa.raft.storage.EntryRun;
import io.balsa.raft.storage.HardState;
import io.balsa.raft.storage.LogPosition;
import io.balsa.raft.storage.StorageException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.stream.LongStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@DisplayName("The log agent")
class LogAgentTest {

    private static final AppendEntriesAccepted UP_TO_2 = new AppendEntriesAccepted(1, ONE, TWO, 2);
    private static final AppendEntriesAccepted UP_TO_3 = new AppendEntriesAccepted(1, ONE, TWO, 3);

    private final List<String> trace = new ArrayList<>();
    private final TracedStorage storage = new TracedStorage(trace);
    private final TracedTransport transport = new TracedTransport(trace);
    private final List<Input> steps = new ArrayList<>();
    private long nowNanos;
    private final LogAgent agent = new LogAgent(
            storage,
            new Sender(transport, Probe.NONE),
            input -> {
                trace.add(
                        input instanceof Input.Persisted persisted
                                ? "persisted " + persisted.number()
                                : ((Input.RoomChanged) input).hasRoom() ? "there is room" : "there is no room");
                steps.add(input);
            },
            () -> nowNanos,
            Probe.NONE);

    @BeforeEach
    void open() {
        storage.open(new NodeIdentity("test", ONE, 1), Membership.ofVoters(List.of(Member.of(1, "local:1"))));
        trace.clear();
    }

    private static Ready ready(long number, long term, List<EntryRun> entries, AfterSync... messages) {
        Optional<HardState> hardState =
                term == 0 ? Optional.empty() : Optional.of(new HardState(term, Optional.empty()));
        return new Ready(
                number,
                List.of(),
                hardState,
                entries,
                List.of(messages),
                List.of(),
                SnapshotWork.NONE,
                List.of(),
                List.of(),
                new Ready.Standing(RaftRole.FOLLOWER, term, Optional.empty(), 0, 0));
    }

    private static List<EntryRun> entries(long first, long last, long term) {
        return List.of(EntryRun.of(
                first,
                term,
                EntryKind.COMMAND,
                LongStream.rangeClosed(first, last).mapToObj(i -> bytes("c")).toList()));
    }

    @Test
    @DisplayName("writes everything that waits, syncs once, only then speaks, and says last what is done")
    void groupCommit() {
        agent.write(ready(1, 1, List.of()));
        agent.write(ready(2, 0, entries(1, 2, 1), UP_TO_2));
        agent.write(ready(3, 0, entries(3, 3, 1), UP_TO_3));

        agent.doWork();

        assertThat(trace)
                .containsExactly(
                        "term 1",
                        "append 1..2",
                        "append 3..3",
                        "sync",
                        "send AppendEntriesAccepted to 2",
                        "send AppendEntriesAccepted to 2",
                        "flush",
                        "persisted 3");
        assertThat(agent.hasWork()).isFalse();
        assertThat(agent.doWork()).isZero();
    }

    @Test
    @DisplayName("does not sync for messages alone, which speak of what was durable before")
    void nothingToSync() {
        agent.write(ready(1, 0, List.of(), UP_TO_2));

        agent.doWork();

        assertThat(trace).containsExactly("send AppendEntriesAccepted to 2", "flush");
        assertThat(steps).isEmpty();
    }

    @Test
    @DisplayName("names the last Ready that had something to write")
    void namesTheLastWrite() {
        agent.write(ready(4, 0, entries(1, 2, 1)));
        agent.write(ready(5, 0, List.of(), UP_TO_2));

        agent.doWork();

        assertThat(steps).containsExactly(new Input.Persisted(4));
    }

    @Test
    @DisplayName("does not acknowledge entries that a later write of the same sync replaces")
    void dropsOverwrittenAcknowledgements() {
        AppendEntriesAccepted upTo1 = new AppendEntriesAccepted(1, ONE, TWO, 1);
        agent.write(ready(1, 0, entries(1, 3, 1), upTo1, UP_TO_2, UP_TO_3));
        agent.write(ready(2, 0, entries(2, 2, 1)));

        agent.doWork();

        assertThat(transport.takeSent()).containsExactly(upTo1);
    }

    @Test
    @DisplayName("says nothing of a term that a later write of the same sync has left")
    void dropsMessagesOfEarlierTerms() {
        RequestVote campaign = new RequestVote(1, ONE, TWO, LogPosition.ZERO);
        RequestVoteReply vote = new RequestVoteReply(2, ONE, THREE, true);
        AppendEntriesRejected rejection = new AppendEntriesRejected(1, ONE, TWO, 5, LogPosition.ZERO);
        agent.write(ready(1, 1, entries(1, 2, 1), campaign, rejection, UP_TO_2));
        agent.write(ready(2, 2, List.of(), vote));

        agent.doWork();

        assertThat(transport.takeSent()).containsExactly(vote);
    }

    @Test
    @DisplayName(
            "keeps what there is no room for, with all that follows, says nothing of it, and tries again in a second")
    void keepsWhatDoesNotFit() {
        storage.lackRoomFor("append 3");
        agent.write(ready(1, 1, entries(1, 2, 1), UP_TO_2));
        agent.write(ready(2, 0, entries(3, 3, 1), UP_TO_3));
        agent.doWork();
        agent.write(ready(3, 2, entries(3, 3, 2), new AppendEntriesAccepted(2, ONE, TWO, 3)));
        agent.doWork();

        assertThat(trace)
                .containsExactly(
                        "term 1",
                        "append 1..2",
                        "no room for append 3..3",
                        "sync",
                        "send AppendEntriesAccepted to 2",
                        "flush",
                        "persisted 1",
                        "there is no room");
        assertThat(agent.hasWork()).isFalse();
        assertThat(agent.nanosToDeadline()).isEqualTo(1_000_000_000);
        trace.clear();
        storage.lackRoomFor("");
        nowNanos += 999_999_999;
        agent.doWork();
        assertThat(trace).isEmpty();

        nowNanos++;
        agent.doWork();

        assertThat(trace)
                .containsExactly(
                        "append 3..3",
                        "term 2",
                        "append 3..3",
                        "sync",
                        "send AppendEntriesAccepted to 2",
                        "flush",
                        "persisted 3",
                        "there is room");
        assertThat(agent.nanosToDeadline()).isEqualTo(Long.MAX_VALUE);
    }

    @Test
    @DisplayName("does not acknowledge what a write has replaced that there was room for only in part")
    void dropsWhatAHalfReplaces() {
        storage.lackRoomFor("append 3");
        List<EntryRun> replacing = new ArrayList<>(entries(2, 2, 2));
        replacing.addAll(entries(3, 3, 2));
        agent.write(ready(1, 1, entries(1, 2, 1), UP_TO_2));
        agent.write(ready(2, 2, replacing));

        agent.doWork();

        assertThat(transport.takeSent()).isEmpty();
        assertThat(steps).containsExactly(new Input.Persisted(1), new Input.RoomChanged(false));
    }

    @Test
    @DisplayName("tells that the storage says there is no room, and goes on to write what it takes")
    void tellsThatThereIsNoRoom() {
        storage.full(true);
        agent.write(ready(1, 1, entries(1, 2, 1), UP_TO_2));
        agent.doWork();
        agent.write(ready(2, 3, List.of(), new RequestVoteReply(3, ONE, THREE, true)));
        agent.doWork();
        assertThat(steps).containsExactly(new Input.Persisted(1), new Input.RoomChanged(false), new Input.Persisted(2));

        storage.full(false);
        nowNanos += 1_000_000_000;
        agent.doWork();

        assertThat(steps).endsWith(new Input.RoomChanged(true));
    }

    @ParameterizedTest
    @ValueSource(strings = {"term", "append", "sync"})
    @DisplayName("that fails says nothing, never tries again, stops the node, and everybody hears why")
    void failingDisk(String operation) {
        SteppedNode node = new SteppedNode(3).start().lead();
        CompletableFuture<?> committed = node.propose("committed");
        node.agents.runAll();
        node.acknowledge();
        CompletableFuture<?> pending = node.propose("pending");
        CompletableFuture<Void> terminated = node.node.terminated();
        node.agents.step("consensus");
        node.transport.receive(append(9, TWO, at(2, 1), 2, "another"));
        node.agents.step("consensus");
        node.trace.clear();
        node.storage.fail(operation);

        node.agents.runAll();

        assertThat(node.trace.stream()
                        .filter(line -> line.startsWith(operation))
                        .count())
                .isEqualTo(1);
        assertThat(node.trace).noneMatch(line -> line.startsWith("send"));
        assertThat(List.of("consensus", "log", "load", "apply"))
                .allSatisfy(agent -> assertThat(node.agents.hasStopped(agent)).isTrue());
        assertThat(failureOf(terminated)).isInstanceOf(StorageException.class);
        assertThat(committed).isCompleted();
        assertThat(failureOf(pending)).isInstanceOf(OutcomeUnknownException.class);
        node.close();
        assertThat(node.trace).endsWith("transport closed", "storage closed");
        assertThat(failureOf(node.node.terminated())).isInstanceOf(StorageException.class);
    }

    @Test
    @DisplayName("that failed leaves nothing behind that grows: peers go on talking to the node until it is closed")
    void deafAfterAFailure() {
        SteppedNode node = new SteppedNode(3).start().lead();
        node.storage.fail("sync");
        CompletableFuture<?> pending = node.propose("x");
        node.agents.runAll();
        assertThat(pending).isCompletedExceptionally();

        for (int i = 0; i < 1000; i++) {
            node.transport.receiver().onUnreachable(TWO);
            node.transport.receive(append(9, TWO, LogPosition.ZERO, 0));
        }

        assertThat(node.running().hasInputs()).isFalse();
        node.close();
    }
}
