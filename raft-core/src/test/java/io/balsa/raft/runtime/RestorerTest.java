package io.balsa.raft.runtime;

import static io.balsa.raft.runtime.SteppedNode.at;
import static io.balsa.raft.runtime.SteppedNode.bytes;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.balsa.raft.cluster.NodeIdentity;
import io.balsa.raft.storage.MemoryStorage;
import io.balsa.raft.storage.SnapshotInfo;
import io.balsa.raft.storage.SnapshotSink;
import io.balsa.raft.storage.StorageException;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/** The storage keeps two snapshots: with the third, the first is gone. */
@DisplayName("A snapshot that is to be restored")
class RestorerTest {

    private static final NodeIdentity SELF = new NodeIdentity("test", SteppedNode.ONE, 7);

    private final TracedStorage storage = new TracedStorage(new ArrayList<>(), new MemoryStorage());
    private final SteppedNode.Recorder stateMachine = new SteppedNode.Recorder();
    private final SnapshotBoard board = new SnapshotBoard(SELF, Optional.empty());
    private SnapshotInfo first = new SnapshotInfo(at(1, 1), 0, SteppedNode.voters(1), 1, 0);

    @BeforeEach
    void publishFirst() throws IOException {
        storage.open(SELF, SteppedNode.voters(1));
        first = publish(10);
    }

    private Restorer restorer() {
        Quarantine quarantine = new Quarantine(1);
        return new Restorer(
                storage,
                stateMachine,
                new LibraryState(stateMachine, new ResultHashes(0, quarantine, checkpoint -> {})),
                board,
                Optional.of(first));
    }

    private SnapshotSink written(long index) throws IOException {
        ByteArrayOutputStream content = new ByteArrayOutputStream();
        SnapshotContent.write(content, false, List.of(), out -> out.write(bytes("state of " + index)));
        SnapshotSink sink = storage.beginSnapshot(at(index, 1), 0, SteppedNode.voters(1));
        sink.write(ByteBuffer.wrap(content.toByteArray()));
        return sink;
    }

    private SnapshotInfo publish(long index) throws IOException {
        try (SnapshotSink sink = written(index)) {
            return board.publish(sink);
        }
    }

    /** Does something when the storage has published the snapshot, and nobody else knows of that. */
    private void publish(long index, Runnable meanwhile) throws IOException {
        try (SnapshotSink sink = written(index)) {
            board.publish(new SnapshotSink() {
                @Override
                public long position() {
                    return sink.position();
                }

                @Override
                public void write(ByteBuffer bytes) {
                    sink.write(bytes);
                }

                @Override
                public SnapshotInfo commit() {
                    SnapshotInfo info = sink.commit();
                    meanwhile.run();
                    return info;
                }

                @Override
                public void close() {}
            });
        }
    }

    @Test
    @DisplayName("is read")
    void read() {
        assertThat(restorer().restore(10)).contains(first);
        assertThat(stateMachine.applied).containsExactly("state of 10");
    }

    @Test
    @DisplayName("gives way to a newer one that is committed, if it is gone by now")
    void goneForACommittedOne() throws IOException {
        Restorer restorer = restorer();
        publish(20);
        SnapshotInfo newest = publish(30);

        assertThat(restorer.restore(30)).contains(newest);
        assertThat(stateMachine.applied).containsExactly("state of 30");
        assertThat(restorer.isPending()).isFalse();
    }

    @Test
    @DisplayName("gives way to the newer one as soon as that is known to be committed, without being told of it")
    void goneForOneThatIsCommittedLater() throws IOException {
        Restorer restorer = restorer();
        publish(20);
        SnapshotInfo newest = publish(30);

        assertThat(restorer.restore(20)).isEmpty();
        assertThat(restorer.isPending()).isTrue();
        assertThat(restorer.hasWork(20)).isFalse();
        assertThat(restorer.hasWork(30)).isTrue();
        assertThat(restorer.restore(30)).contains(newest);
    }

    @Test
    @DisplayName("gives way to the newer one when that is installed")
    void goneForOneThatIsInstalled() throws IOException {
        Restorer restorer = restorer();
        publish(20);
        SnapshotInfo newest = publish(30);
        assertThat(restorer.restore(20)).isEmpty();

        restorer.install(newest);

        assertThat(restorer.hasWork(20)).isTrue();
        assertThat(restorer.restore(20)).contains(newest);
    }

    @Test
    @DisplayName("is waited for, if it is gone because of one that the storage is just publishing")
    void goneWhileTheNextOneIsPublished() throws IOException {
        List<String> told = new ArrayList<>();
        board.whenPublished(() -> told.add("published"));
        Restorer restorer = restorer();
        publish(20);
        publish(30, () -> {
            assertThat(restorer.restore(30)).isEmpty();
            assertThat(restorer.hasWork(30)).isFalse();
        });

        assertThat(told).containsExactly("published", "published");
        assertThat(restorer.hasWork(30)).isTrue();
        assertThat(restorer.restore(30)).isEqualTo(board.newest());
        assertThat(stateMachine.applied).containsExactly("state of 30");
    }

    @Test
    @DisplayName("that is gone, with none in its place, stops the node, which says what to do")
    void noneLeft() throws IOException {
        SnapshotBoard unaware = new SnapshotBoard(SELF, Optional.of(first));
        Restorer restorer = new Restorer(
                storage,
                stateMachine,
                new LibraryState(stateMachine, new ResultHashes(0, new Quarantine(1), checkpoint -> {})),
                unaware,
                Optional.of(first));
        publish(20);
        publish(30);

        assertThatThrownBy(() -> restorer.restore(30))
                .isInstanceOf(StorageException.class)
                .hasMessageContaining(first.toString())
                .hasMessageContaining("does not have it any more")
                .hasMessageContaining("start the node again");
    }

    @Test
    @DisplayName("that cannot be opened, or read, stops the node, which says what to do")
    void unreadable() {
        for (String damaged : List.of("open snapshot", "piece at")) {
            storage.fail(damaged);

            assertThatThrownBy(() -> restorer().restore(10))
                    .isInstanceOf(StorageException.class)
                    .hasMessageContaining("the disk is broken")
                    .hasMessageContaining("falls back to an older snapshot");
        }
        assertThat(stateMachine.applied).isEmpty();
    }
}
