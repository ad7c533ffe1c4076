package io.balsa.raft.storage.file;

import static io.balsa.raft.storage.file.Samples.announced;
import static io.balsa.raft.storage.file.Samples.contents;
import static io.balsa.raft.storage.file.Samples.entries;
import static io.balsa.raft.storage.file.Samples.open;
import static io.balsa.raft.storage.file.Samples.run;
import static io.balsa.raft.storage.file.Samples.runOfSize;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.balsa.raft.storage.LogEntry;
import io.balsa.raft.storage.LogPosition;
import io.balsa.raft.storage.SnapshotInfo;
import io.balsa.raft.storage.SnapshotSink;
import io.balsa.raft.storage.StorageException;
import io.balsa.raft.storage.StoredState;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

@DisplayName("A log in files that is compacted")
class CompactionTest {

    @TempDir
    Path directory;

    private static FileStorage storageOn(Disk disk) {
        return FileStorage.builder(disk).segmentBytes(Workload.SEGMENT_BYTES).build();
    }

    private static void take(FileStorage storage, LogPosition last) {
        try (SnapshotSink sink = storage.beginSnapshot(last, 0, Samples.FOUNDING)) {
            sink.write(contents(last, 100));
            sink.commit();
        }
    }

    private static void install(FileStorage storage, LogPosition last) {
        SnapshotInfo snapshot = announced(last, 100);
        try (SnapshotSink sink = storage.receiveSnapshot(snapshot)) {
            sink.write(contents(last, 100));
            sink.commit();
        }
        storage.installSnapshot(snapshot);
        storage.sync();
    }

    private static List<String> segments(FaultyDisk disk) {
        return disk.list().stream().filter(FileNames::isSegment).toList();
    }

    @Test
    @DisplayName("stays small however long it goes on, and holds no files that are gone")
    void staysSmall() {
        FaultyDisk disk = new FaultyDisk();
        FileStorage storage = storageOn(disk);
        open(storage);
        for (int i = 1; i <= 1000; i++) {
            storage.append(runOfSize(i, 1, 1000));
            if (i % 20 == 0) {
                storage.sync();
                assertThat(entries(storage, i - 5, i)).hasSize(6);
                take(storage, new LogPosition(i, 1));
                storage.compact(i - 10);
            }
            assertThat(disk.list()).hasSizeLessThan(20);
            assertThat(disk.openFiles()).isLessThan(12);
        }

        storage.close();
        assertThat(disk.openFiles()).isZero();
        StoredState state = open(storageOn(disk));
        assertThat(state.last()).isEqualTo(new LogPosition(1000, 1));
        assertThat(state.base().index()).isBetween(980L, 990L);
    }

    @Test
    @DisplayName("keeps every segment that has an entry which is still needed, and the last one always")
    void keepsWhatIsNeeded() {
        FaultyDisk disk = new FaultyDisk();
        FileStorage storage = storageOn(disk);
        open(storage);
        storage.append(run(1, 1, "a", "b", "c"));
        storage.append(runOfSize(4, 1, 3800));
        storage.append(runOfSize(5, 1, 3800));
        storage.sync();
        take(storage, new LogPosition(5, 1));
        assertThat(segments(disk)).hasSize(3);

        storage.compact(2);
        assertThat(segments(disk)).hasSize(3);
        storage.compact(3);
        assertThat(segments(disk)).hasSize(2);
        assertThat(entries(storage, 4, 5)).hasSize(2);
        assertThatThrownBy(() -> storage.read(3, 5, 1000)).hasMessageContaining("the log begins at entry 4");
        storage.compact(5);
        assertThat(segments(disk)).hasSize(1);
        assertThat(entries(storage, 5, 5)).as("is in the last segment").hasSize(1);
    }

    @Test
    @DisplayName("is deleted from the oldest on, each file durably before the next")
    void deletesFromTheOldestOn() {
        FaultyDisk disk = new FaultyDisk();
        FileStorage storage = storageOn(disk);
        open(storage);
        for (int i = 1; i <= 4; i++) {
            storage.append(runOfSize(i, 1, 3800));
        }
        storage.sync();
        take(storage, new LogPosition(4, 1));
        List<String> before = segments(disk).stream().sorted().toList();
        int operations = disk.trace().size();

        storage.compact(3);

        assertThat(disk.trace().subList(operations, disk.trace().size()))
                .containsExactly(
                        "delete " + before.get(0),
                        "sync directory",
                        "delete " + before.get(1),
                        "sync directory",
                        "delete " + before.get(2));
    }

    @Test
    @DisplayName("begins, after the entry its first segment begins after was replaced, where it is known for good")
    void beginsWhereItIsKnown() {
        FaultyDisk disk = new FaultyDisk();
        FileStorage storage = storageOn(disk);
        open(storage);
        storage.append(run(1, 1, "a", "b", "c"));
        storage.append(runOfSize(4, 1, 3600));
        storage.append(runOfSize(5, 1, 3600));
        storage.append(run(4, 2, "replaces", "what the segment begins after", "and more"));
        storage.sync();
        take(storage, new LogPosition(5, 2));
        storage.compact(5);
        storage.close();

        storage = storageOn(disk);
        StoredState state = open(storage);

        assertThat(state.base()).isEqualTo(new LogPosition(4, 2));
        assertThat(state.last()).isEqualTo(new LogPosition(6, 2));
        assertThat(state.termStarts()).containsExactly(new LogPosition(5, 2));
        assertThat(entries(storage, 5, 6)).hasSize(2);
    }

    @Test
    @DisplayName("is not mistaken for a damaged one, once a longer one was dropped for a snapshot")
    void isDroppedForASnapshot() {
        FaultyDisk disk = new FaultyDisk();
        FileStorage storage = storageOn(disk);
        open(storage);
        for (int i = 1; i <= 9; i++) {
            storage.append(runOfSize(i, 1, 3800));
        }
        storage.sync();

        install(storage, new LogPosition(5, 2));

        assertThat(segments(disk)).as("nothing of the old one is left").hasSize(1);
        storage.append(run(6, 2, "new"));
        storage.close();
        StoredState state = open(storageOn(disk));
        assertThat(state.base()).isEqualTo(new LogPosition(5, 2));
        assertThat(state.last()).isEqualTo(new LogPosition(6, 2));
    }

    @Test
    @DisplayName("is read by another thread, which gets entries, or hears that they are gone")
    void isReadMeanwhile() throws ExecutionException, InterruptedException {
        FileStorage storage = storageOn(new NioDisk(directory.resolve("busy")));
        open(storage);
        storage.append(run(1, 1, "1"));
        AtomicLong wanted = new AtomicLong(1);
        CompletableFuture<Long> reader = CompletableFuture.supplyAsync(() -> readUntilNegative(storage, wanted));

        for (int i = 2; i <= 3000; i++) {
            storage.append(run(i, 1, "" + i));
            wanted.set(i - i % 50);
            if (i % 50 == 0) {
                storage.sync();
                take(storage, new LogPosition(i, 1));
                storage.compact(i - 1);
            }
        }
        wanted.set(-1);

        assertThat(reader.get()).isPositive();
        storage.close();
    }

    private static long readUntilNegative(FileStorage storage, AtomicLong wanted) {
        long reads = 0;
        long index = wanted.get();
        while (index >= 0) {
            try {
                for (LogEntry entry : entries(storage, Math.max(1, index - 20), index)) {
                    assertThat(entry.data()).asString().isEqualTo("" + entry.index());
                }
            } catch (CorruptionException e) {
                throw e;
            } catch (StorageException e) {
                assertThat(e).hasMessageContaining("a snapshot stands for it");
            }
            reads++;
            index = wanted.get();
        }
        return reads + 1;
    }

    @Test
    @DisplayName("tells where it begins if it is read before that")
    void tellsWhereItBegins() {
        FileStorage storage = storageOn(new FaultyDisk());
        open(storage);
        install(storage, new LogPosition(100, 3));

        assertThatThrownBy(() -> storage.read(7, 200, 1000))
                .isInstanceOf(StorageException.class)
                .hasMessage("the log begins at entry 101, so entry 7 is gone: a snapshot stands for it");
    }
}
