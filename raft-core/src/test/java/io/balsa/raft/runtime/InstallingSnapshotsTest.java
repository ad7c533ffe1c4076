package io.balsa.raft.runtime;

import static io.balsa.raft.runtime.SteppedNode.ONE;
import static io.balsa.raft.runtime.SteppedNode.THREE;
import static io.balsa.raft.runtime.SteppedNode.TWO;
import static io.balsa.raft.runtime.SteppedNode.append;
import static io.balsa.raft.runtime.SteppedNode.at;
import static io.balsa.raft.runtime.SteppedNode.failureOf;
import static io.balsa.raft.runtime.SteppedNode.voters;
import static org.assertj.core.api.Assertions.assertThat;

import io.balsa.raft.Applied;
import io.balsa.raft.OutcomeUnknownException;
import io.balsa.raft.RaftConfig;
import io.balsa.raft.ReadPolicy;
import io.balsa.raft.SnapshotConfig;
import io.balsa.raft.cluster.ChangeRefusal;
import io.balsa.raft.cluster.Membership;
import io.balsa.raft.message.AppendEntries;
import io.balsa.raft.message.AppendEntriesAccepted;
import io.balsa.raft.message.InstallSnapshot;
import io.balsa.raft.message.InstallSnapshotReply;
import io.balsa.raft.message.Message;
import io.balsa.raft.message.SnapshotBytes;
import io.balsa.raft.storage.EntryKind;
import io.balsa.raft.storage.EntryRun;
import io.balsa.raft.storage.LogPosition;
import io.balsa.raft.storage.MemoryStorage;
import io.balsa.raft.storage.SnapshotInfo;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.stream.LongStream;
import java.util.zip.CRC32C;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

@DisplayName("A leader's snapshot")
class InstallingSnapshotsTest {

    private static final Membership LATER = voters(1, 2, 3, 4);
    private static final RaftConfig CONFIG = SteppedNode.config()
            .snapshots(SnapshotConfig.builder().trailingEntries(0).build())
            .build();

    private final MemoryStorage store = new MemoryStorage();
    private final byte[] content = content("state of ");
    private final SnapshotInfo snapshot = describe(content);
    private SteppedNode node = started();

    private SteppedNode started() {
        SteppedNode made = new SteppedNode(voters(1, 2, 3), CONFIG, store);
        made.recorder.takesSnapshots = true;
        return made.start();
    }

    @AfterEach
    void close() {
        node.close();
    }

    private static byte[] content(String prefix) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        String lines = String.join(
                "\n",
                LongStream.rangeClosed(1, 100).mapToObj(index -> prefix + index).toList());
        try {
            SnapshotContent.write(out, false, List.of(), to -> to.write(SteppedNode.bytes(lines)));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return out.toByteArray();
    }

    private static SnapshotInfo describe(byte[] content) {
        CRC32C crc = new CRC32C();
        crc.update(content);
        return new SnapshotInfo(at(100, 3), 90, LATER, content.length, (int) crc.getValue());
    }

    private InstallSnapshot piece(int from, int to) {
        return piece(3, TWO, from, to);
    }

    private InstallSnapshot piece(long term, io.balsa.raft.cluster.NodeId leader, int from, int to) {
        SnapshotBytes bytes = SnapshotBytes.of(ByteBuffer.wrap(content, from, to - from));
        return new InstallSnapshot(term, leader, ONE, snapshot, from, bytes);
    }

    /** How much of the snapshot the leader was told to be here. */
    private List<Long> told() {
        return node.transport.takeSent().stream()
                .filter(InstallSnapshotReply.class::isInstance)
                .map(reply -> ((InstallSnapshotReply) reply).received())
                .toList();
    }

    private void install() {
        node.receive(piece(0, content.length));
    }

    @Test
    @DisplayName("is news enough: one of our own that could not be taken is not tried again, and nobody waits for that")
    void leavesNothingToTryAgain() {
        node.close();
        node = new SteppedNode(
                voters(1, 2, 3),
                SteppedNode.config()
                        .snapshots(SnapshotConfig.builder()
                                .everyEntries(1)
                                .trailingEntries(0)
                                .build())
                        .build(),
                new MemoryStorage());
        node.recorder.takesSnapshots = true;
        node.recorder.writeFailure = Optional.of(new IOException("no more checkpoints"));
        node.start();
        EntryRun run = EntryRun.of(1, 3, EntryKind.COMMAND, List.of(SteppedNode.bytes("c")));
        node.receive(new AppendEntries(3, TWO, ONE, LogPosition.ZERO, List.of(run), 1));
        assertThat(node.agents.nanosToDeadline("apply")).isPositive().isLessThan(Long.MAX_VALUE);

        install();
        node.advance(Duration.ofMinutes(2));

        assertThat(node.agents.nanosToDeadline("apply")).isEqualTo(Long.MAX_VALUE);
    }

    // --- the pieces ---

    @Test
    @DisplayName("comes piece by piece, each answered by how much there is, the whole by an acknowledgement")
    void pieces() {
        node.receive(piece(0, 0));
        assertThat(told()).containsExactly(0L);
        node.receive(piece(0, 500));
        assertThat(told()).containsExactly(500L);
        assertThat(node.node.snapshots().latest()).isEmpty();

        node.receive(piece(500, content.length));

        List<Message> sent = node.transport.takeSent();
        assertThat(sent).containsExactly(new AppendEntriesAccepted(3, ONE, TWO, 100, storeId()));
        assertThat(node.node.snapshots().latest()).hasValue(snapshot);
        assertThat(node.status().appliedIndex()).isEqualTo(100);
        assertThat(node.status().membership()).isEqualTo(LATER);
        assertThat(node.recorder.applied).hasSize(100).endsWith("state of 100");
    }

    private long storeId() {
        return node.node.identity().storeId();
    }

    @Test
    @DisplayName("is acknowledged only when it is installed, durably, and before entries that follow it")
    void durable() {
        node.receive(piece(0, 500));
        node.transport.takeSent();
        node.transport.receive(piece(500, content.length));
        node.agents.step("consensus");
        node.agents.step("snapshot");
        node.agents.step("consensus");
        node.transport.receive(append(3, TWO, at(100, 3), 101, "next"));
        node.agents.step("consensus");
        assertThat(node.transport.takeSent()).noneMatch(AppendEntriesAccepted.class::isInstance);
        node.trace.clear();

        node.agents.runAll();

        assertThat(node.trace)
                .containsSubsequence(
                        "install " + snapshot, "append 101..101", "sync", "send AppendEntriesAccepted to 2");
        assertThat(node.recorder.applied).hasSize(101).endsWith("101:next");
    }

    @Test
    @DisplayName("goes on from where it was, if a piece is lost, comes twice, or comes at the wrong place")
    void wrongPlace() {
        node.receive(piece(0, 500));
        node.receive(piece(0, 500));
        node.receive(piece(700, 900));
        node.receive(piece(0, 700));
        assertThat(told()).containsExactly(500L, 500L, 500L, 500L);

        node.receive(piece(500, content.length));

        assertThat(node.status().appliedIndex()).isEqualTo(100);
    }

    @Test
    @DisplayName("goes on from where it was after a restart, and with another leader")
    void resumed() {
        node.receive(piece(0, 500));
        node.close();
        node = started();

        node.receive(piece(4, THREE, 0, 0));
        assertThat(told()).containsExactly(500L);
        node.receive(piece(4, THREE, 500, content.length));

        assertThat(node.status().appliedIndex()).isEqualTo(100);
    }

    @Test
    @DisplayName("goes on from where it was after the node took a snapshot of its own in between")
    void ownInBetween() {
        node.receive(append(3, TWO, LogPosition.ZERO, 2, "a", "b"));
        node.receive(piece(0, 500));
        CompletableFuture<SnapshotInfo> own = node.node.snapshots().trigger();
        node.agents.runAll();
        assertThat(own).isCompletedWithValueMatching(info -> info.index() == 2);
        told();

        node.receive(piece(0, 0));

        assertThat(told()).containsExactly(500L);
        node.receive(piece(500, content.length));
        assertThat(node.node.snapshots().latest()).hasValue(snapshot);
    }

    @Test
    @DisplayName("that was damaged on its way is received once more, from the beginning")
    void damaged() {
        byte[] other = content("state, of");
        node.receive(new InstallSnapshot(
                3, TWO, ONE, snapshot, 0, SnapshotBytes.of(ByteBuffer.wrap(other, 0, content.length))));
        later(Duration.ofSeconds(1));
        assertThat(told()).containsExactly(0L);
        assertThat(node.recorder.applied).isEmpty();

        install();

        assertThat(node.status().appliedIndex()).isEqualTo(100);
    }

    @Test
    @DisplayName("that the disk does not take stops nothing, and is asked for again after a pause")
    void diskFails() {
        node.receive(piece(0, 500));
        told();
        node.storage.fail("write at");
        node.receive(piece(500, 900));
        assertThat(told()).isEmpty();
        later(Duration.ofSeconds(1));
        assertThat(told()).containsExactly(500L);
        node.storage.fail("nothing");

        node.receive(piece(500, content.length));

        assertThat(node.status().appliedIndex()).isEqualTo(100);
        assertThat(node.node.terminated()).isNotDone();
    }

    @Test
    @DisplayName("that cannot be made durable is tried again without being sent again")
    void commitFails() {
        node.storage.fail("commit");
        install();
        later(Duration.ofSeconds(1));
        assertThat(told()).containsExactly((long) content.length);
        node.storage.fail("nothing");

        node.receive(piece(content.length, content.length));

        assertThat(node.status().appliedIndex()).isEqualTo(100);
    }

    private void later(Duration time) {
        node.advance(time);
        node.agents.step("snapshot");
        node.agents.runAll();
    }

    // --- what it does to the state machine ---

    @Test
    @DisplayName("takes the place of commands whose results nobody here will know")
    void pendingProposals() {
        node.close();
        SteppedNode leader = new SteppedNode(3, CONFIG).start().lead();
        node = leader;
        CompletableFuture<Applied> uncommitted = leader.propose("x");
        leader.agents.step("consensus");
        CompletableFuture<List<String>> read =
                leader.node.read(ReadPolicy.LOCAL, 100, () -> List.copyOf(leader.recorder.applied));
        leader.agents.runAll();
        assertThat(read).isNotDone();

        install();

        assertThat(failureOf(uncommitted)).isInstanceOf(OutcomeUnknownException.class);
        assertThat(read).isCompletedWithValueMatching(applied -> applied.size() == 100);
    }

    @Test
    @DisplayName("fails commands that were committed here but not applied, because their results are lost")
    void committedButNotApplied() {
        node.close();
        SteppedNode leader = new SteppedNode(3, CONFIG).start().lead();
        node = leader;
        CompletableFuture<Applied> first = leader.propose("x");
        CompletableFuture<Applied> second = leader.propose("y");
        leader.agents.step("consensus");
        leader.agents.step("log");
        leader.agents.step("consensus");
        leader.transport.receive(new AppendEntriesAccepted(
                leader.status().term(), TWO, ONE, leader.status().lastIndex()));
        leader.agents.step("consensus");
        assertThat(leader.status().commitIndex()).isEqualTo(leader.status().lastIndex());

        leader.transport.receive(piece(0, content.length));
        for (int i = 0; i < 3; i++) {
            leader.agents.step("consensus");
            leader.agents.step("snapshot");
            leader.agents.step("log");
        }
        assertThat(first).isNotDone();
        leader.agents.runAll();

        assertThat(failureOf(first)).isInstanceOf(OutcomeUnknownException.class);
        assertThat(failureOf(second)).isInstanceOf(OutcomeUnknownException.class);
        assertThat(leader.recorder.applied).hasSize(100);
        assertThat(leader.running().pendingBytes()).isZero();
    }

    @Test
    @DisplayName("may take away entries that the state machine was about to have loaded")
    void loadsThatFail() {
        RaftConfig noRoom =
                SteppedNode.config().maxCommandBytes(20).maxPendingBytes(20).build();
        node.close();
        node = new SteppedNode(3, noRoom).start();
        node.transport.receive(append(3, TWO, LogPosition.ZERO, 1, "a"));
        node.agents.step("consensus");
        node.transport.receive(append(3, TWO, at(1, 3), 2, "b"));
        node.agents.step("consensus");
        node.agents.step("log");
        node.agents.step("consensus");
        node.agents.step("apply");
        node.agents.step("apply"); // wants entry 2 loaded
        node.transport.receive(piece(0, content.length));
        for (int i = 0; i < 3; i++) {
            node.agents.step("consensus");
            node.agents.step("snapshot");
            node.agents.step("log");
        }
        assertThat(node.trace).contains("install " + snapshot);

        node.agents.runAll();

        assertThat(node.trace).anyMatch(line -> line.startsWith("read 2.."));
        assertThat(node.node.terminated()).isNotDone();
        assertThat(node.recorder.applied).hasSize(100);
    }

    @Test
    @DisplayName("keeps an operator from taking another one as long as it is not restored")
    void triggerMeanwhile() {
        node.receive(append(3, TWO, LogPosition.ZERO, 1, "a"));
        node.transport.receive(piece(0, content.length));
        for (int i = 0; i < 3; i++) {
            node.agents.step("consensus");
            node.agents.step("snapshot");
        }

        CompletableFuture<SnapshotInfo> refused = node.node.snapshots().trigger();
        node.agents.runAll();

        assertThat(failureOf(refused))
                .isInstanceOfSatisfying(
                        io.balsa.raft.ChangeRefusedException.class,
                        e -> assertThat(e.reason()).isEqualTo(ChangeRefusal.SNAPSHOT_IN_PROGRESS));
    }

    @Test
    @DisplayName("is restored at the next start, from wherever the node was stopped")
    void restart() {
        node.transport.receive(piece(0, content.length));
        node.agents.step("consensus");
        node.agents.step("snapshot"); // it is there, but the log does not know of it
        node.agents.makeSlowToStop("consensus");
        node.agents.makeSlowToStop("log");
        node.close();
        store.loseUnsynced();

        node = started();

        assertThat(node.status().appliedIndex()).isEqualTo(100);
        assertThat(node.status().lastIndex()).isEqualTo(100);
        assertThat(node.recorder.applied).hasSize(100);
        assertThat(node.status().membership()).isEqualTo(LATER);
    }
}
