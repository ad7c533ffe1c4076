package io.balsa.raft.storage.file;

import static io.balsa.raft.storage.file.Samples.announced;
import static io.balsa.raft.storage.file.Samples.contents;
import static io.balsa.raft.storage.file.Samples.open;
import static io.balsa.raft.storage.file.Samples.run;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.balsa.raft.storage.LogPosition;
import io.balsa.raft.storage.SnapshotInfo;
import io.balsa.raft.storage.SnapshotSink;
import io.balsa.raft.storage.SnapshotSource;
import io.balsa.raft.storage.StorageException;
import io.balsa.raft.storage.file.FaultyDisk.Crash;
import java.nio.ByteBuffer;
import java.util.List;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@DisplayName("The files of snapshots")
class SnapshotFilesTest {

    private static FileStorage opened(FaultyDisk disk) {
        FileStorage storage = FileStorage.on(disk);
        open(storage);
        storage.append(run(1, 1, "a", "b", "c", "d", "e", "f", "g", "h"));
        storage.sync();
        return storage;
    }

    private static LogPosition at(long index) {
        return new LogPosition(index, 1);
    }

    private static void take(FileStorage storage, long index, int bytes) {
        try (SnapshotSink sink = storage.beginSnapshot(at(index), 0, Samples.FOUNDING)) {
            sink.write(contents(at(index), bytes));
            sink.commit();
        }
    }

    private static List<String> snapshotsOn(FaultyDisk disk) {
        return disk.list().stream()
                .filter(name -> name.startsWith("snapshot"))
                .sorted()
                .toList();
    }

    @Test
    @DisplayName("are written aside, forced, renamed, and their name is made durable")
    void publish() {
        FaultyDisk disk = new FaultyDisk();
        FileStorage storage = opened(disk);
        int before = disk.trace().size();

        take(storage, 3, 10);

        assertThat(disk.trace().subList(before, disk.trace().size()))
                .containsExactly(
                        "create snapshot.new",
                        "write 512 to snapshot.new",
                        "write 14 to snapshot.new",
                        "write 512 to snapshot.new",
                        "force snapshot.new",
                        "rename snapshot.new",
                        "sync directory");
    }

    @Test
    @DisplayName("are forced now and then, so that the force at the end is short")
    void forceNowAndThen() {
        FaultyDisk disk = new FaultyDisk();
        FileStorage storage = opened(disk);
        ByteBuffer piece = ByteBuffer.allocate(1024 * 1024);
        try (SnapshotSink sink = storage.beginSnapshot(at(3), 0, Samples.FOUNDING)) {
            for (int i = 0; i < 20; i++) {
                sink.write(piece.clear());
            }
            sink.commit();
        }

        assertThat(disk.trace().stream().filter("force snapshot.new"::equals)).hasSize(3);
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 5, 16})
    @DisplayName("are kept as many as the builder was told, also if it is told another number at the next start")
    void keepAsManyAsToldTo(int count) {
        FaultyDisk disk = new FaultyDisk();
        FileStorage storage = FileStorage.builder(disk).snapshotsToKeep(count).build();
        open(storage);
        storage.append(run(1, 1, "entry ".repeat(20).split(" ", 20)));
        for (int i = 1; i <= 20; i++) {
            take(storage, i, i);
        }
        assertThat(snapshotsOn(disk)).hasSize(count).last().isEqualTo(FileNames.snapshot(at(20)));
        storage.close();

        FileStorage.builder(disk).snapshotsToKeep(1).build().open(Samples.IDENTITY, Samples.FOUNDING);

        assertThat(snapshotsOn(disk)).containsExactly(FileNames.snapshot(at(20)));
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 17})
    @DisplayName("are kept at least one, and at most 16")
    void keepAReasonableNumber(int count) {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> FileStorage.builder(new FaultyDisk()).snapshotsToKeep(count))
                .withMessage("snapshotsToKeep is " + count + ", but must be 1 to 16");
    }

    @Test
    @DisplayName("that cannot be written are deleted, and hurt nothing else")
    void failedWrite() {
        FaultyDisk disk = new FaultyDisk();
        FileStorage storage = opened(disk);
        int next = disk.trace().size();
        for (int operation = 0; operation < 6; operation++) {
            disk.failAt(disk.trace().size() + operation);
            long index = 3;
            assertThatThrownBy(() -> take(storage, index, 10))
                    .as("operation %d", operation)
                    .isInstanceOf(StorageException.class);
            assertThat(snapshotsOn(disk)).isEmpty();
        }
        assertThat(disk.trace()).hasSizeGreaterThan(next);

        storage.append(run(9, 1, "i"));
        storage.sync();
        take(storage, 3, 10);

        assertThat(snapshotsOn(disk)).containsExactly(FileNames.snapshot(at(3)));
    }

    @Test
    @DisplayName(
            "whose names could not be made durable stop the storage: no later sync of the directory can be trusted")
    void failedSyncOfTheDirectory() {
        FaultyDisk disk = new FaultyDisk();
        FileStorage storage = opened(disk);
        disk.failAt(disk.trace().size() + 6);
        assertThatThrownBy(() -> take(storage, 3, 10)).isInstanceOf(StorageException.class);

        assertThatThrownBy(() -> storage.append(run(9, 1, "i")))
                .isInstanceOf(StorageException.class)
                .hasMessageContaining("a snapshot's name could not be made durable");
    }

    @Test
    @DisplayName("that are too many and cannot be deleted are deleted by the next start")
    void failedDelete() {
        FaultyDisk disk = new FaultyDisk();
        FileStorage storage = opened(disk);
        take(storage, 1, 10);
        take(storage, 2, 10);
        disk.failAt(disk.trace().size() + 7);

        take(storage, 3, 10);

        assertThat(snapshotsOn(disk)).hasSize(3);
        assertThat(storage.openSnapshot(at(1))).isEmpty();
        storage.close();
        FileStorage next = FileStorage.on(disk);
        open(next);
        assertThat(snapshotsOn(disk)).hasSize(2);
        assertThat(next.recovery().orElseThrow().snapshots().deleted()).isEqualTo(1);
    }

    @Test
    @DisplayName(
            "that are gone on with after a force that failed are written once more, as the system takes them for clean")
    void failedForceOfAPart() {
        FaultyDisk disk = new FaultyDisk();
        FileStorage storage = opened(disk);
        LogPosition last = at(20);
        SnapshotInfo announced = announced(last, Workload.LARGE_SNAPSHOT_BYTES);
        try (SnapshotSink sink = storage.receiveSnapshot(announced)) {
            sink.write(contents(last, Workload.LARGE_SNAPSHOT_BYTES));
            int next = disk.trace().size();
            disk.failAt(next + 1).failAt(next + 2); // the force, and the deletion of what could not be forced
            assertThatThrownBy(sink::commit).isInstanceOf(StorageException.class);
            assertThat(disk.trace().subList(next + 1, next + 3))
                    .containsExactly(
                            "force " + FileNames.snapshot(last) + ".part",
                            "delete " + FileNames.snapshot(last) + ".part");
        }

        try (SnapshotSink sink = storage.receiveSnapshot(announced)) {
            assertThat(sink.position()).isEqualTo(SnapshotBlock.PAYLOAD_BYTES);
            sink.write(contents(last, Workload.LARGE_SNAPSHOT_BYTES).position(SnapshotBlock.PAYLOAD_BYTES));
            sink.commit();
        }

        assertThat(Samples.contentsOf(disk.crash(Crash.LOSE_ALL, Samples.chance(0)))
                        .state()
                        .snapshot())
                .hasValue(announced);
    }

    @Test
    @DisplayName("that are received are one at a time: what is left of another is deleted")
    void onePart() {
        FaultyDisk disk = new FaultyDisk();
        FileStorage storage = opened(disk);
        storage.receiveSnapshot(announced(at(20), 100)).close();
        assertThat(snapshotsOn(disk)).containsExactly(FileNames.snapshot(at(20)) + ".part");

        storage.receiveSnapshot(announced(at(30), 100)).close();

        assertThat(snapshotsOn(disk)).containsExactly(FileNames.snapshot(at(30)) + ".part");
    }

    @Test
    @DisplayName("can be read after they were deleted, and after the storage was closed, and are let go of at last")
    void readableForLong() {
        FaultyDisk disk = new FaultyDisk();
        FileStorage storage = opened(disk);
        take(storage, 1, 1000);
        SnapshotSource source = storage.openSnapshot(at(1)).orElseThrow();
        take(storage, 2, 10);
        take(storage, 3, 10);
        storage.close();

        ByteBuffer into = ByteBuffer.allocate(1000);
        assertThat(source.read(0, into)).isEqualTo(1000);
        assertThat(into.flip()).isEqualTo(contents(at(1), 1000));
        source.close();
        assertThat(disk.openFiles()).isZero();
    }

    @Test
    @DisplayName("that are being written when the storage is closed become nothing")
    void closedMeanwhile() {
        FaultyDisk disk = new FaultyDisk();
        FileStorage storage = opened(disk);
        SnapshotSink sink = storage.beginSnapshot(at(3), 0, Samples.FOUNDING);
        storage.close();
        int operations = disk.trace().size();

        assertThatThrownBy(sink::commit).isInstanceOf(RuntimeException.class);
        sink.close();

        assertThat(disk.trace()).as("the store may be somebody else's by now").hasSize(operations);
        assertThat(disk.openFiles()).isZero();
        open(FileStorage.on(disk));
        assertThat(snapshotsOn(disk)).isEmpty();
    }

    @Test
    @DisplayName("of a large membership have a longer header")
    void largeMembership() {
        FaultyDisk disk = new FaultyDisk();
        FileStorage storage = opened(disk);
        SnapshotInfo taken;
        try (SnapshotSink sink = storage.beginSnapshot(at(3), 2, Samples.largeMembership())) {
            sink.write(contents(at(3), 100_000));
            taken = sink.commit();
        }
        storage.close();

        assertThat(Samples.contentsOf(disk).state().snapshot()).hasValue(taken);
    }
}
