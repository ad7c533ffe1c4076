package io.balsa.raft.runtime;

import static io.balsa.raft.runtime.SteppedNode.TWO;
import static io.balsa.raft.runtime.SteppedNode.append;
import static io.balsa.raft.runtime.SteppedNode.at;
import static io.balsa.raft.runtime.SteppedNode.failureOf;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.balsa.raft.ChangeRefusedException;
import io.balsa.raft.ExportedSnapshot;
import io.balsa.raft.NodeStoppedException;
import io.balsa.raft.cluster.ChangeRefusal;
import io.balsa.raft.cluster.NodeIdentity;
import io.balsa.raft.storage.LogPosition;
import io.balsa.raft.storage.MemoryStorage;
import io.balsa.raft.storage.SnapshotInfo;
import io.balsa.raft.storage.SnapshotSink;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

@DisplayName("An exported snapshot")
class ExportTest {

    private final SteppedNode node = new SteppedNode(3).start();

    @BeforeEach
    void takeOne() {
        node.recorder.takesSnapshots = true;
        node.receive(append(1, TWO, LogPosition.ZERO, 2, "a", "b"));
        var unused = node.node.snapshots().trigger();
        node.agents.runAll();
    }

    @AfterEach
    void close() {
        node.close();
    }

    private SnapshotInfo latest() {
        return node.node.snapshots().latest().orElseThrow();
    }

    private static void assertRefused(CompletableFuture<?> future, ChangeRefusal reason) {
        assertThat(failureOf(future))
                .isInstanceOfSatisfying(
                        ChangeRefusedException.class,
                        e -> assertThat(e.reason()).isEqualTo(reason));
    }

    @Test
    @DisplayName("tells all that is needed to make a new store of it")
    void seedsAStore() throws IOException {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        CompletableFuture<SnapshotInfo> exported = node.node.snapshots().export(out);
        node.agents.runAll();
        assertThat(exported).isCompletedWithValue(latest());

        MemoryStorage store = new MemoryStorage();
        try (InputStream in = new ByteArrayInputStream(out.toByteArray())) {
            ExportedSnapshot snapshot = ExportedSnapshot.read(in);
            assertThat(snapshot).isEqualTo(new ExportedSnapshot("test", latest()));
            store.open(
                    new NodeIdentity(snapshot.cluster(), SteppedNode.ONE, 7),
                    snapshot.info().membership());
            try (SnapshotSink sink = store.receiveSnapshot(snapshot.info())) {
                sink.write(ByteBuffer.wrap(in.readAllBytes()));
                sink.commit();
            }
            store.close();
        }

        try (SteppedNode seeded =
                new SteppedNode(latest().membership(), SteppedNode.config().build(), store).start()) {
            assertThat(seeded.recorder.applied).containsExactly("1:a", "2:b");
            assertThat(seeded.status().lastIndex()).isEqualTo(2);
        }
    }

    @Test
    @DisplayName("is a new file, whole or not there")
    void file(@TempDir Path folder) throws IOException {
        Path file = folder.resolve("exported");
        CompletableFuture<SnapshotInfo> exported = node.node.snapshots().export(file);
        node.agents.runAll();
        assertThat(exported).isCompleted();
        byte[] bytes = Files.readAllBytes(file);
        assertThat(ExportedSnapshot.read(new ByteArrayInputStream(bytes)).info())
                .isEqualTo(latest());

        CompletableFuture<SnapshotInfo> again = node.node.snapshots().export(file);
        node.agents.runAll();
        assertRefused(again, ChangeRefusal.SNAPSHOT_FAILED);
        assertThat(file).hasBinaryContent(bytes);

        node.storage.fail("piece at");
        CompletableFuture<SnapshotInfo> unreadable = node.node.snapshots().export(folder.resolve("other"));
        node.agents.runAll();
        assertRefused(unreadable, ChangeRefusal.SNAPSHOT_FAILED);
        assertThat(folder.resolve("other")).doesNotExist();
        assertThat(node.node.terminated()).isNotDone();
    }

    @Test
    @DisplayName(
            "is refused if there is none, if another is under way, and if it cannot be written; and the next one is not")
    void refused() {
        try (SteppedNode empty = new SteppedNode(3)) {
            assertThat(failureOf(empty.node.snapshots().export(new ByteArrayOutputStream())))
                    .isInstanceOf(NodeStoppedException.class);
            empty.start();
            assertRefused(
                    empty.node.snapshots().export(new ByteArrayOutputStream()), ChangeRefusal.NOTHING_TO_SNAPSHOT);
        }
        CompletableFuture<SnapshotInfo> broken = node.node.snapshots().export(new OutputStream() {
            @Override
            public void write(int b) throws IOException {
                throw new IOException("the tape is full");
            }
        });
        assertRefused(node.node.snapshots().export(new ByteArrayOutputStream()), ChangeRefusal.SNAPSHOT_IN_PROGRESS);
        node.agents.runAll();
        assertRefused(broken, ChangeRefusal.SNAPSHOT_FAILED);
        assertThat(failureOf(broken)).hasMessageContaining("the tape is full");

        CompletableFuture<SnapshotInfo> next = node.node.snapshots().export(new ByteArrayOutputStream());
        node.agents.runAll();
        assertThat(next).isCompleted();
    }

    @Test
    @DisplayName("fails with the node that stops before it is written, and leaves nothing")
    void stopped(@TempDir Path folder) {
        node.receive(append(1, TWO, at(2, 1), 3, "long".repeat(200_000)));
        var unused = node.node.snapshots().trigger();
        node.agents.runAll();
        CompletableFuture<SnapshotInfo> exported = node.node.snapshots().export(folder.resolve("exported"));
        node.agents.step("snapshot");
        assertThat(folder.resolve("exported")).exists();

        node.close();

        assertThat(failureOf(exported)).isInstanceOf(NodeStoppedException.class);
        assertThat(folder.resolve("exported")).doesNotExist();
    }

    @Test
    @DisplayName("is recognised if any byte of its head is not what it was")
    void damaged() {
        byte[] head = new ExportedSnapshot("test", latest()).header();
        for (int i = 0; i < head.length; i++) {
            byte[] damaged = head.clone();
            damaged[i] ^= 1;
            assertThatThrownBy(() -> ExportedSnapshot.read(new ByteArrayInputStream(damaged)))
                    .isInstanceOf(IOException.class);
            byte[] cut = java.util.Arrays.copyOf(head, i);
            assertThatThrownBy(() -> ExportedSnapshot.read(new ByteArrayInputStream(cut)))
                    .isInstanceOf(IOException.class);
        }
    }

    @Test
    @DisplayName("costs an export and nothing else if the stream it goes to throws an error")
    void targetWithAnError() {
        OutputStream broken = new OutputStream() {
            @Override
            public void write(int b) {
                throw new AssertionError("a fault of whoever exports");
            }
        };

        CompletableFuture<SnapshotInfo> exported = node.node.snapshots().export(broken);
        node.agents.runAll();

        assertRefused(exported, ChangeRefusal.SNAPSHOT_FAILED);
        assertThat(failureOf(exported)).hasMessageContaining("a fault of whoever exports");
        assertThat(node.node.terminated()).isNotDone();
        CompletableFuture<SnapshotInfo> next = node.node.snapshots().export(new ByteArrayOutputStream());
        node.agents.runAll();
        assertThat(next).isCompletedWithValue(latest());
    }
}
