package io.balsa.raft.runtime;

import static io.balsa.raft.runtime.SteppedNode.ONE;
import static io.balsa.raft.runtime.SteppedNode.THREE;
import static io.balsa.raft.runtime.SteppedNode.TWO;
import static io.balsa.raft.runtime.SteppedNode.append;
import static io.balsa.raft.runtime.SteppedNode.at;
import static io.balsa.raft.runtime.SteppedNode.failureOf;
import static io.balsa.raft.runtime.SteppedNode.voters;
import static org.assertj.core.api.Assertions.assertThat;

import io.balsa.raft.ChangeRefusedException;
import io.balsa.raft.NodeStoppedException;
import io.balsa.raft.Outcome;
import io.balsa.raft.RaftConfig;
import io.balsa.raft.ReadPolicy;
import io.balsa.raft.SnapshotConfig;
import io.balsa.raft.cluster.ChangeRefusal;
import io.balsa.raft.cluster.Membership;
import io.balsa.raft.message.AppendEntries;
import io.balsa.raft.storage.EntryKind;
import io.balsa.raft.storage.EntryRun;
import io.balsa.raft.storage.LogPosition;
import io.balsa.raft.storage.MemoryStorage;
import io.balsa.raft.storage.SnapshotInfo;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

@DisplayName("A node's own snapshot")
class SnapshotsTest {

    private static final Membership THREE_VOTERS = voters(1, 2, 3);

    private final MemoryStorage store = new MemoryStorage();
    private SteppedNode node = node(SnapshotConfig.builder().everyEntries(4).trailingEntries(0));
    private long lastIndex;

    private SteppedNode node(SnapshotConfig.Builder snapshots) {
        return node(SteppedNode.config().snapshots(snapshots.build()).build());
    }

    private SteppedNode node(RaftConfig config) {
        SteppedNode made = new SteppedNode(THREE_VOTERS, config, store);
        made.recorder.takesSnapshots = true;
        return made;
    }

    @AfterEach
    void close() {
        node.close();
    }

    /** The leader has sent as many commands, all of them committed; nobody has done anything about them. */
    private void arrive(int count) {
        String[] commands = new String[count];
        for (int i = 0; i < count; i++) {
            commands[i] = "c" + (lastIndex + 1 + i);
        }
        LogPosition previous = lastIndex == 0 ? LogPosition.ZERO : at(lastIndex, 1);
        lastIndex += count;
        node.transport.receive(append(1, TWO, previous, lastIndex, commands));
        node.agents.step("consensus");
        node.agents.step("log");
        node.agents.step("consensus");
    }

    private void commit(int count) {
        arrive(count);
        node.agents.runAll();
    }

    private Optional<SnapshotInfo> latest() {
        return node.node.snapshots().latest();
    }

    private long latestIndex() {
        return latest().map(SnapshotInfo::index).orElse(0L);
    }

    private CompletableFuture<SnapshotInfo> trigger() {
        CompletableFuture<SnapshotInfo> future = node.node.snapshots().trigger();
        node.agents.step("apply");
        return future;
    }

    private static void assertRefused(CompletableFuture<?> future, ChangeRefusal reason) {
        assertThat(failureOf(future)).isInstanceOfSatisfying(ChangeRefusedException.class, e -> {
            assertThat(e.reason()).isEqualTo(reason);
            assertThat(e.outcome()).isEqualTo(Outcome.NOT_APPLIED);
        });
    }

    // --- when ---

    @Test
    @DisplayName("is taken after so many applied entries, and the log begins after it then")
    void byEntries() {
        node.start();
        commit(3);
        assertThat(latest()).isEmpty();

        commit(1);

        assertThat(latestIndex()).isEqualTo(4);
        assertThat(node.trace).contains("begin snapshot 4/1", "compact 4");
        assertThat(node.recorder.openViews).isZero();
        commit(4);
        assertThat(latestIndex()).isEqualTo(8);
    }

    @Test
    @DisplayName("is taken after so many bytes of applied entries")
    void byBytes() {
        node = node(SnapshotConfig.builder().everyEntries(0).everyBytes(100));
        node.start();
        commit(4);
        assertThat(latest()).isEmpty();

        commit(5);

        assertThat(latestIndex()).isEqualTo(9);
    }

    @Test
    @DisplayName("leaves as many entries before it in the log as were asked for")
    void trailing() {
        node = node(SnapshotConfig.builder().everyEntries(10).trailingEntries(3));
        node.start();

        commit(10);

        assertThat(node.trace).contains("compact 7");
    }

    @Test
    @DisplayName("is put off while much is to be applied, but not for ever")
    void putOff() {
        node = node(SnapshotConfig.builder().everyEntries(30));
        node.start();
        arrive(30);
        arrive(20);
        arrive(1);

        node.agents.step("apply"); // the first 30; 21 more wait
        assertThat(node.trace).noneMatch(line -> line.startsWith("begin snapshot"));
        node.agents.runAll();
        assertThat(latestIndex()).isEqualTo(50); // when one is left

        arrive(31);
        arrive(31);
        arrive(20);
        node.agents.step("apply");
        node.agents.step("snapshot");
        assertThat(latestIndex()).isEqualTo(50);
        node.agents.step("apply"); // as many as are left: but it is twice as many by now
        node.agents.step("snapshot");
        assertThat(latestIndex()).isEqualTo(113);
    }

    @Test
    @DisplayName("is written while commands go on being applied, and holds what was there when it was captured")
    void inTheBackground() {
        node.start();
        arrive(4);
        node.agents.step("apply");
        arrive(9);
        node.agents.step("apply");
        assertThat(node.recorder.applied).hasSize(13);
        assertThat(latest()).isEmpty();

        node.agents.step("snapshot");

        assertThat(latestIndex()).isEqualTo(4);
        node.agents.runAll();
        assertThat(latestIndex()).isEqualTo(13); // one at a time; the next one was due already
        restart();
        assertThat(node.recorder.applied).hasSize(13).endsWith("13:c13");
    }

    // --- what it is labelled with ---

    @Test
    @DisplayName("names the membership as of its end, and not one that follows in the log")
    void membership() {
        Membership later = voters(1, 2, 3, 4);
        node.start();
        commit(3);
        EntryRun change = EntryRun.of(5, 1, EntryKind.MEMBERSHIP, List.of(later.encode()));
        EntryRun command = EntryRun.of(4, 1, EntryKind.COMMAND, List.of(SteppedNode.bytes("c4")));
        node.receive(new AppendEntries(1, TWO, ONE, at(3, 1), List.of(command, change), 4));

        assertThat(node.status().membership()).isEqualTo(later);
        assertThat(latest()).hasValueSatisfying(info -> {
            assertThat(info.last()).isEqualTo(at(4, 1));
            assertThat(info.membership()).isEqualTo(THREE_VOTERS);
            assertThat(info.membershipIndex()).isZero();
        });

        lastIndex = 5;
        commit(3);
        assertThat(latest()).hasValueSatisfying(info -> {
            assertThat(info.index()).isEqualTo(8);
            assertThat(info.membership()).isEqualTo(later);
            assertThat(info.membershipIndex()).isEqualTo(5);
        });
    }

    @Test
    @DisplayName("is not taken by a server that joined, before the log has told it who founded the cluster")
    void joinerDoesNotGuess() {
        node = new SteppedNode(
                voters(2, 3),
                SteppedNode.config()
                        .snapshots(SnapshotConfig.builder().everyEntries(4).build())
                        .build(),
                store);
        node.recorder.takesSnapshots = true;
        node.start();

        commit(6);

        assertThat(latest()).isEmpty();
        assertRefused(trigger(), ChangeRefusal.NOTHING_TO_SNAPSHOT);
        EntryRun change = EntryRun.of(7, 1, EntryKind.MEMBERSHIP, List.of(THREE_VOTERS.encode()));
        node.receive(new AppendEntries(1, TWO, ONE, at(6, 1), List.of(change), 7));
        assertThat(latest())
                .hasValueSatisfying(info -> assertThat(info.membershipIndex()).isEqualTo(7));
    }

    // --- what becomes of it ---

    private void restart() {
        node.close();
        node = node(SnapshotConfig.builder().everyEntries(4).trailingEntries(0));
        node.start();
    }

    @Test
    @DisplayName("is restored at the start, and only what follows is applied")
    void restoredAtTheStart() {
        node.start();
        commit(4);
        commit(2);
        restart();
        assertThat(node.trace).contains("open snapshot 4/1", "close snapshot 4/1");
        assertThat(node.status().appliedIndex()).isEqualTo(4);
        assertThat(node.recorder.applied).containsExactly("1:c1", "2:c2", "3:c3", "4:c4");

        node.receive(append(2, THREE, at(6, 1), 6));

        assertThat(node.recorder.applied).hasSize(6).endsWith("6:c6");
        assertThat(latestIndex()).isEqualTo(4);
    }

    @Test
    @DisplayName("is restored before any read is served")
    void readsWaitForTheRestoration() {
        node.start();
        commit(4);
        node.close();
        node = node(SnapshotConfig.builder());
        node.node.start();

        CompletableFuture<List<String>> read =
                node.node.read(ReadPolicy.LOCAL, () -> List.copyOf(node.recorder.applied));
        node.agents.runAll();

        assertThat(read).isCompletedWithValueMatching(applied -> applied.size() == 4);
    }

    @Test
    @DisplayName("that means nothing to the state machine stops the node, which says so")
    void nonsense() {
        node.start();
        node.recorder.applied.add("nonsense");
        commit(4);
        node.close();
        node = node(SnapshotConfig.builder());

        node.start();

        assertThat(failureOf(node.node.terminated()))
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("could not be restored from the snapshot of 4/1");
    }

    // --- on demand ---

    @Test
    @DisplayName("is taken when an operator asks, whose future has it once it is durable")
    void onDemand() {
        node.start();
        commit(2);

        CompletableFuture<SnapshotInfo> future = trigger();
        assertThat(future).isNotDone();
        node.agents.runAll();

        assertThat(future).isCompletedWithValueMatching(info -> info.last().equals(at(2, 1)));
        assertThat(latest()).isEqualTo(Optional.of(future.join()));
    }

    @Test
    @DisplayName("is refused while another one is written")
    void inProgress() {
        node.start();
        commit(2);
        CompletableFuture<SnapshotInfo> first = trigger();

        assertRefused(trigger(), ChangeRefusal.SNAPSHOT_IN_PROGRESS);

        node.agents.runAll();
        assertThat(first).isCompleted();
    }

    @Test
    @DisplayName("is refused by a state machine that takes none, which is not asked again and again")
    void none() {
        node.recorder.takesSnapshots = false;
        int[] asked = {0};
        node.recorder.beforeCapture = () -> asked[0]++;
        node.start();

        commit(4);
        commit(20);

        assertThat(asked[0]).isEqualTo(1);
        assertRefused(trigger(), ChangeRefusal.NO_SNAPSHOTS);
    }

    @Test
    @DisplayName("is refused when nothing was applied, or nothing since the last one")
    void nothing() {
        node.start();
        assertRefused(trigger(), ChangeRefusal.NOTHING_TO_SNAPSHOT);

        commit(4);

        assertRefused(trigger(), ChangeRefusal.NOTHING_TO_SNAPSHOT);
    }

    @Test
    @DisplayName("is refused by a node that does not run, or stops meanwhile")
    void stopped() {
        assertThat(failureOf(node.node.snapshots().trigger())).isInstanceOf(NodeStoppedException.class);
        node.start();
        commit(2);
        CompletableFuture<SnapshotInfo> future = trigger();

        node.close();

        assertThat(failureOf(future)).isInstanceOf(NodeStoppedException.class);
        assertThat(node.recorder.openViews).isZero();
        assertThat(failureOf(node.node.snapshots().trigger())).isInstanceOf(NodeStoppedException.class);
    }

    // --- when it fails ---

    @Test
    @DisplayName("that cannot be written leaves the node as it is, and is tried again later, at growing intervals")
    void diskFails() {
        node.start();
        node.storage.fail("write at");
        commit(4);
        assertThat(begun()).isEqualTo(1);
        assertThat(node.recorder.openViews).isZero();

        commit(1);
        assertThat(begun()).isEqualTo(1);
        later(Duration.ofSeconds(1));
        assertThat(begun()).isEqualTo(2);
        later(Duration.ofMillis(1900));
        assertThat(begun()).isEqualTo(2);
        node.storage.fail("nothing");
        later(Duration.ofMillis(100));

        assertThat(begun()).isEqualTo(3);
        assertThat(latestIndex()).isEqualTo(5);
        assertThat(node.node.terminated()).isNotDone();
    }

    private long begun() {
        return node.trace.stream()
                .filter(line -> line.startsWith("begin snapshot"))
                .count();
    }

    private void later(Duration time) {
        node.advance(time);
        node.agents.step("apply");
        node.agents.runAll();
    }

    @Test
    @DisplayName("fails, on demand, with the reason, be it the disk's or the state machine's")
    void failsOnDemand() {
        node.start();
        commit(2);
        node.storage.fail("commit");
        CompletableFuture<SnapshotInfo> disk = trigger();
        node.agents.runAll();
        node.storage.fail("nothing");
        node.recorder.writeFailure = Optional.of(new IOException("no more checkpoints"));
        CompletableFuture<SnapshotInfo> writer = trigger();
        node.agents.runAll();
        node.recorder.beforeCapture = () -> {
            throw new IllegalStateException("not now");
        };
        CompletableFuture<SnapshotInfo> capture = trigger();

        assertRefused(disk, ChangeRefusal.SNAPSHOT_FAILED);
        assertThat(failureOf(disk)).hasMessageContaining("the disk is broken");
        assertRefused(writer, ChangeRefusal.SNAPSHOT_FAILED);
        assertThat(failureOf(writer)).hasMessageContaining("no more checkpoints");
        assertRefused(capture, ChangeRefusal.SNAPSHOT_FAILED);
        assertThat(failureOf(capture)).hasMessageContaining("not now");
        assertThat(node.node.terminated()).isNotDone();
        assertThat(latest()).isEmpty();
    }
}
