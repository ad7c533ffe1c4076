package io.balsa.raft.storage.file;

import static io.balsa.raft.storage.file.Samples.entries;
import static io.balsa.raft.storage.file.Samples.open;
import static io.balsa.raft.storage.file.Samples.run;
import static io.balsa.raft.storage.file.Samples.runOfSize;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowable;

import io.balsa.raft.storage.EntryRun;
import io.balsa.raft.storage.LogEntry;
import io.balsa.raft.storage.StorageException;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What a storage in files does beyond what the conformance suite of the testkit asks of every storage. */
@DisplayName("A storage in files")
class FileStorageTest {

    private static final int SMALL_SEGMENT = 4096;

    @TempDir
    Path directory;

    @Test
    @DisplayName("touches nothing until it is opened")
    void touchesNothingUntilItIsOpened() {
        FileStorage.open(directory.resolve("untouched")).close();

        assertThat(directory.resolve("untouched")).doesNotExist();
    }

    @Test
    @DisplayName("refuses a run that would leave a gap, and nothing else")
    void refusesAGap() {
        FileStorage storage = FileStorage.open(directory.resolve("gap"));
        open(storage);
        storage.append(run(1, 1, "a"));

        assertThatThrownBy(() -> storage.append(run(3, 1, "c"))).isInstanceOf(IllegalArgumentException.class);

        storage.append(run(2, 1, "b"));
        storage.sync();
        assertThat(entries(storage, 2)).hasSize(2);
        storage.close();
    }

    @Test
    @DisplayName("says that it is closed, once it is")
    void saysThatItIsClosed() {
        FileStorage storage = FileStorage.open(directory.resolve("closed"));
        open(storage);
        storage.close();

        assertThatThrownBy(() -> storage.append(run(1, 1, "a")))
                .isInstanceOf(StorageException.class)
                .hasMessageEndingWith("is closed");
        assertThatThrownBy(() -> storage.read(1, 1, 1)).isInstanceOf(StorageException.class);
    }

    @Test
    @DisplayName("writes a batch at once, and syncs once")
    void writesABatchAtOnce() {
        FaultyDisk disk = new FaultyDisk();
        FileStorage storage = FileStorage.on(disk);
        open(storage);
        int before = disk.trace().size();

        for (int i = 1; i <= 100; i++) {
            storage.append(run(i, 1, "entry " + i));
        }
        storage.sync();
        storage.sync();

        assertThat(disk.trace().subList(before, disk.trace().size()))
                .hasSize(2)
                .satisfiesExactly(
                        write -> assertThat(write).startsWith("write "),
                        sync -> assertThat(sync).startsWith("force log-"));
    }

    @Test
    @DisplayName("makes a new store with little writing, however large its segments become")
    void makesANewStoreQuickly() {
        FaultyDisk disk = new FaultyDisk();

        open(FileStorage.on(disk));

        assertThat(disk.bytes(FileNames.segment(0)).length).isEqualTo(256 * 1024);
    }

    @Test
    @DisplayName("fills segments ahead of the writing in steps, so that most syncs do not change a file's size")
    void preallocatesInSteps() {
        FaultyDisk disk = new FaultyDisk();
        FileStorage storage = FileStorage.on(disk);
        open(storage);

        for (int i = 1; i <= 2000; i++) {
            storage.append(runOfSize(i, 1, 4000));
            storage.sync();
        }

        assertThat(disk.trace().stream().filter(operation -> operation.startsWith("preallocate log-")))
                .hasSizeLessThan(10);
    }

    @Test
    @DisplayName("goes on in a new segment when one is full, and gives a run that is larger than a segment its own")
    void continuesInNewSegments() {
        FaultyDisk disk = new FaultyDisk();
        FileStorage storage =
                FileStorage.builder(disk).segmentBytes(SMALL_SEGMENT).build();
        open(storage);

        storage.append(runOfSize(1, 1, 3000));
        storage.append(runOfSize(2, 1, 3000));
        storage.append(runOfSize(3, 1, 30_000));
        storage.append(runOfSize(4, 1, 10));
        storage.sync();

        assertThat(disk.list().stream().filter(FileNames::isSegment)).hasSize(4);
        assertThat(entries(storage, 4)).hasSize(4);
    }

    @Test
    @DisplayName("keeps few files open, however many segments there are, and none when it is closed")
    void keepsFewFilesOpen() {
        FaultyDisk disk = new FaultyDisk();
        FileStorage storage =
                FileStorage.builder(disk).segmentBytes(SMALL_SEGMENT).build();
        open(storage);
        for (int i = 1; i <= 100; i++) {
            storage.append(runOfSize(i, 1, 3000));
        }
        storage.sync();

        List<LogEntry> read = entries(storage, 100);
        storage.close();

        assertThat(read).hasSize(100);
        assertThat(disk.mostOpenFiles()).isLessThanOrEqualTo(12);
        assertThat(disk.openFiles()).isZero();
    }

    @Test
    @DisplayName("is read by another thread while it is appended to, and entries are dropped")
    void isReadDuringAppends() throws ExecutionException, InterruptedException {
        FileStorage storage = FileStorage.builder(new NioDisk(directory.resolve("busy")))
                .segmentBytes(64 * 1024)
                .build();
        open(storage);
        storage.append(run(1, 1, "1"));
        AtomicLong last = new AtomicLong(1);
        CompletableFuture<Long> reader = CompletableFuture.supplyAsync(() -> readUntilNegative(storage, last));

        long next = 2;
        for (int i = 0; i < 3000; i++) {
            // Every hundredth time, a new term begins and takes back the last entries.
            next = i % 100 == 99 ? next - 50 : next;
            storage.append(run(next, 1 + i / 100, "" + next, "" + (next + 1)));
            next += 2;
            last.set(next - 60);
            if (i % 10 == 0) {
                storage.sync();
            }
        }
        last.set(-1);

        assertThat(reader.get()).isPositive();
        storage.close();
    }

    private static long readUntilNegative(FileStorage storage, AtomicLong last) {
        long reads = 0;
        while (last.get() >= 0) {
            long from = Math.max(1, last.get() - 20);
            long expected = from;
            for (EntryRun run : storage.read(from, from + 19, 100_000)) {
                for (LogEntry entry : run.entries()) {
                    assertThat(entry.index()).isEqualTo(expected);
                    assertThat(entry.data()).asString().isEqualTo("" + expected);
                    expected++;
                }
            }
            reads++;
        }
        return reads + 1;
    }

    @Test
    @DisplayName("goes on when a reader was interrupted")
    void goesOnWhenAReaderWasInterrupted() {
        FileStorage storage = FileStorage.open(directory.resolve("interrupted"));
        open(storage);
        storage.append(run(1, 1, "a"));
        storage.sync();
        Thread.currentThread().interrupt();

        Throwable thrown = catchThrowable(() -> storage.read(1, 1, 100));
        boolean interrupted = Thread.interrupted();

        assertThat(thrown).isInstanceOf(StorageException.class);
        assertThat(interrupted).isTrue();
        storage.append(run(2, 1, "b"));
        storage.sync();
        assertThat(entries(storage, 2)).hasSize(2);
        storage.close();
    }
}
