package io.balsa.raft.runtime;

import static io.balsa.raft.runtime.SteppedNode.ONE;
import static io.balsa.raft.runtime.SteppedNode.at;
import static io.balsa.raft.runtime.SteppedNode.bytes;
import static io.balsa.raft.runtime.SteppedNode.voters;
import static org.assertj.core.api.Assertions.assertThat;

import io.balsa.raft.SnapshotConfig;
import io.balsa.raft.cluster.Membership;
import io.balsa.raft.cluster.NodeIdentity;
import io.balsa.raft.storage.EntryKind;
import io.balsa.raft.storage.EntryRun;
import io.balsa.raft.storage.MemoryStorage;
import io.balsa.raft.storage.SnapshotInfo;
import io.balsa.raft.storage.SnapshotSink;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

@DisplayName("A state machine whose snapshot is gone before it was restored, because there is a newer one,")
class RestoringTest {

    private static final Membership MEMBERS = voters(1, 2, 3);
    private static final NodeIdentity IDENTITY = new NodeIdentity("test", ONE, 1);

    private final MemoryStorage storage = new MemoryStorage(); // keeps two snapshots
    private final SteppedNode.Recorder recorder = new SteppedNode.Recorder();
    private final CommittedEntries committed = new CommittedEntries(10_000);
    private final CompletableFuture<List<String>> read = new CompletableFuture<>();

    private SnapshotInfo newest;
    private ApplyAgent agent;

    @BeforeEach
    void begin() throws IOException {
        storage.open(IDENTITY, MEMBERS);
        SnapshotBoard board = new SnapshotBoard(IDENTITY, Optional.empty());
        SnapshotInfo first = publish(10, board);
        publish(20, board);
        newest = publish(30, board);
        assertThat(storage.openSnapshot(first.last())).isEmpty();

        agent = agent(first, board);
        committed.commit(
                25,
                List.of(EntryRun.of(
                        1,
                        1,
                        EntryKind.COMMAND,
                        Stream.generate(() -> bytes("c")).limit(25).toList())));
        agent.readAt(0, new PendingRead<>(index -> List.copyOf(recorder.applied), read, () -> {}, 0, false));
    }

    private SnapshotInfo publish(long index, SnapshotBoard board) throws IOException {
        ByteArrayOutputStream content = new ByteArrayOutputStream();
        SnapshotContent.write(content, false, List.of(), to -> to.write(bytes("state of " + index)));
        try (SnapshotSink sink = storage.beginSnapshot(at(index, 1), 0, MEMBERS)) {
            sink.write(ByteBuffer.wrap(content.toByteArray()));
            return board.publish(sink);
        }
    }

    private ApplyAgent agent(SnapshotInfo wanted, SnapshotBoard board) {
        Completer completer = new Completer(Runnable::run);
        Quarantine quarantine = new Quarantine(1);
        LibraryState library = new LibraryState(recorder, new ResultHashes(0, quarantine, checkpoint -> {}));
        SnapshotReceiver receiver = new SnapshotReceiver(storage, input -> {}, board, () -> 0, Probe.NONE);
        SnapshotAgent writer = new SnapshotAgent(storage, false, input -> {}, board, receiver, Probe.NONE);
        SnapshotTrigger trigger = new SnapshotTrigger(SnapshotConfig.defaults(), () -> 0);
        ApplyAgent.State state = new ApplyAgent.State(
                library,
                new AppliedPosition(MEMBERS, true),
                new Restorer(storage, recorder, library, board, Optional.of(wanted)),
                new LocalSnapshots(recorder, library, trigger, writer, board, completer),
                quarantine);
        return new ApplyAgent(
                state, committed, (from, to, maxBytes) -> {}, completer, new ByteBudget(1 << 20), Probe.NONE);
    }

    @Test
    @DisplayName("applies nothing and is not read until that one may be restored")
    void waits() {
        for (int i = 0; i < 3; i++) {
            agent.doWork();
        }

        assertThat(agent.hasWork()).isFalse();
        assertThat(recorder.applied).isEmpty();
        assertThat(read).isNotDone();
    }

    @Test
    @DisplayName("is restored from that one when what it covers is committed")
    void isRestored() {
        agent.doWork();

        agent.install(newest);
        committed.commit(30, List.of());
        while (agent.hasWork()) {
            agent.doWork();
        }

        assertThat(agent.appliedIndex()).isEqualTo(30);
        assertThat(read).isCompletedWithValue(List.of("state of 30"));
    }
}
