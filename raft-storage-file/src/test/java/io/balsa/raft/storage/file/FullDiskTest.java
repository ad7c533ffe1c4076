package io.balsa.raft.storage.file;

import static io.balsa.raft.storage.file.Samples.announced;
import static io.balsa.raft.storage.file.Samples.contents;
import static io.balsa.raft.storage.file.Samples.entries;
import static io.balsa.raft.storage.file.Samples.open;
import static io.balsa.raft.storage.file.Samples.runOfSize;
import static io.balsa.raft.storage.file.Samples.voted;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.balsa.raft.cluster.Membership;
import io.balsa.raft.storage.LogEntry;
import io.balsa.raft.storage.LogPosition;
import io.balsa.raft.storage.SnapshotInfo;
import io.balsa.raft.storage.SnapshotSink;
import io.balsa.raft.storage.StorageException;
import io.balsa.raft.storage.StorageFullException;
import java.io.IOException;
import java.util.List;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

@DisplayName("A storage in files whose disk is full")
class FullDiskTest {

    private static final int SEGMENT = 16 * 1024;
    private static final int RUN = 1000;

    private final FaultyDisk files = new FaultyDisk();
    private final FullDisk disk = new FullDisk(files);
    private FileStorage storage = started();

    private FileStorage started() {
        FileStorage opened = FileStorage.builder(disk).segmentBytes(SEGMENT).build();
        open(opened);
        return opened;
    }

    private FileStorage reopened() {
        storage.close();
        storage = started();
        return storage;
    }

    /** Appends runs of one entry each, syncing each, until there is no room; the index of the last one that was taken. */
    private long fill(long from) {
        long index = from;
        try {
            while (true) {
                storage.append(runOfSize(index, 1, RUN));
                storage.sync();
                index++;
            }
        } catch (StorageFullException e) {
            assertThat(e).hasMessageContaining("no room for the log").hasMessageContaining("No space left on device");
            return index - 1;
        }
    }

    @Test
    @DisplayName("refuses a run before anything of it is written, and goes on when there is room")
    void refusesAndGoesOn() throws IOException {
        disk.leave(0);
        long last = fill(1);
        assertThat(last).isPositive();
        List<LogEntry> before = entries(storage, last);
        assertThat(fill(last + 1)).as("taken after all").isEqualTo(last);
        assertThat(storage.read(last, last + 1, 1 << 20)).hasSize(1);

        disk.clear();
        storage.append(runOfSize(last + 1, 1, RUN));
        storage.sync();

        assertThat(entries(storage, last)).isEqualTo(before);
        assertThat(entries(reopened(), last + 1)).hasSize((int) last + 1);
    }

    @Test
    @DisplayName("says that there is no room while it can still take what is under way, for which it keeps a reserve")
    void saysSoEarly() throws IOException {
        assertThat(storage.hasRoom()).isTrue();
        disk.leave(0);
        long taken = 0;
        while (storage.hasRoom()) {
            storage.append(runOfSize(++taken, 1, RUN));
            storage.sync();
        }
        long last = fill(taken + 1);

        assertThat(last - taken).as("taken out of the reserve").isGreaterThan(SEGMENT / RUN / 2);
        assertThat(storage.hasRoom()).isFalse();
        disk.clear();
        assertThat(storage.hasRoom()).isTrue();
        assertThat(entries(reopened(), last)).hasSize((int) last);
    }

    @Test
    @DisplayName("takes term and vote, which need no room, and can still be closed in good order")
    void takesTermAndVote() throws IOException {
        storage.writeHardState(voted(1, 1));
        disk.leave(0);
        long last = fill(1);

        storage.writeHardState(voted(7, 2));
        storage.sync();
        storage.close();

        storage = FileStorage.builder(disk).segmentBytes(SEGMENT).build();
        assertThat(open(storage).hardState()).isEqualTo(voted(7, 2));
        assertThat(storage.recovery().orElseThrow().closed()).isTrue();
        assertThat(entries(storage, last)).hasSize((int) last);
    }

    /** Fills a segment to the brim, and closes and opens the storage, which takes the last of its place. */
    private void fillSegmentToTheBrim() throws IOException {
        int rest = SEGMENT - SegmentHeader.BYTES - 2 * RecordHeader.BYTES; // for the run, and for one mark
        int header = runOfSize(1, 1, 0).sizeBytes();
        storage.append(runOfSize(1, 1, rest - header));
        storage.sync();
        assertThat(files.list()).filteredOn(name -> name.endsWith(".seg")).hasSize(1);
        reopened();
    }

    @Test
    @DisplayName(
            "goes on when it was closed and opened again where its segment ends, and there is no room for its mark")
    void opensAtTheBrim() throws IOException {
        fillSegmentToTheBrim();
        SnapshotInfo snapshot = announced(new LogPosition(99, 1), 100);
        try (SnapshotSink sink = storage.receiveSnapshot(snapshot)) {
            sink.write(contents(snapshot.last(), 100));
            sink.commit();
        }
        assertThat(storage.hasRoom()).isTrue();
        disk.leave(0);
        assertThat(fill(2)).as("taken").isEqualTo(1);
        assertThatThrownBy(() -> storage.installSnapshot(snapshot)).isInstanceOf(StorageFullException.class);
        storage.writeHardState(voted(3, 1));
        storage.sync();
        assertThat(entries(storage, 1)).hasSize(1);

        disk.clear();
        storage.installSnapshot(snapshot);
        storage.append(runOfSize(100, 3, RUN));
        storage.sync();
        assertThat(entries(reopened(), 100, 100)).hasSize(1);
    }

    @Test
    @DisplayName("says so when there is no room to note that it was closed; nothing is lost")
    void cannotNoteThatItWasClosed() throws IOException {
        fillSegmentToTheBrim();
        storage.writeHardState(voted(5, 1));
        disk.leave(0);
        assertThatThrownBy(() -> storage.close())
                .isInstanceOf(StorageException.class)
                .hasMessageContaining("could not be closed")
                .hasMessageContaining("No space left on device");

        storage = FileStorage.builder(disk).segmentBytes(SEGMENT).build();
        assertThat(open(storage).hardState()).isEqualTo(voted(5, 1));
        assertThat(entries(storage, 1)).hasSize(1);
    }

    @Test
    @DisplayName("still lets a run replace others, when there is room, as if nothing had been refused")
    void replacesAfterwards() throws IOException {
        disk.leave(0);
        long last = fill(1);
        assertThatThrownBy(() -> storage.append(runOfSize(last, 2, 8 * SEGMENT)))
                .isInstanceOf(StorageFullException.class);
        assertThat(entries(storage, last)).hasSize((int) last);

        disk.clear();
        storage.append(runOfSize(last, 2, 8 * SEGMENT));
        storage.sync();

        assertThat(reopened().read(last, last, 1).get(0).term()).isEqualTo(2);
    }

    @Test
    @DisplayName("leaves nothing behind of a segment that there was no room for, nor of its reserve when it is closed")
    void leavesNothingBehind() throws IOException {
        assertThat(storage.hasRoom()).isTrue();
        disk.leave(100);
        fill(1);
        assertThat(files.list()).noneMatch(name -> name.endsWith(FileNames.NEW));

        disk.clear();
        assertThat(storage.hasRoom()).isTrue();
        assertThat(files.list()).contains(FileNames.RESERVE);
        storage.close();

        assertThat(files.list()).doesNotContain(FileNames.RESERVE);
    }

    @Test
    @DisplayName("is opened after a crash with a reserve, which is deleted")
    void deletesTheReserveOfACrashed() throws IOException {
        assertThat(storage.hasRoom()).isTrue();
        FaultyDisk crashed = files.crash(FaultyDisk.Crash.KEEP_ALL, Samples.chance(1));
        assertThat(crashed.list()).contains(FileNames.RESERVE);

        FileStorage next = FileStorage.builder(crashed).segmentBytes(SEGMENT).build();
        open(next);

        assertThat(crashed.list()).doesNotContain(FileNames.RESERVE);
    }

    @Test
    @DisplayName(
            "fails to take a snapshot politely, and takes it when there is room, after which the log can be shorter")
    void failsToTakeASnapshot() throws IOException {
        disk.leave(0);
        long last = fill(1);
        LogPosition position = new LogPosition(last, 1);
        Membership membership = Samples.FOUNDING;
        assertThatThrownBy(() -> {
                    try (SnapshotSink sink = storage.beginSnapshot(position, 0, membership)) {
                        sink.write(contents(position, 200_000));
                        sink.commit();
                    }
                })
                .isInstanceOf(StorageException.class)
                .hasMessageContaining("No space left on device");
        storage.writeHardState(voted(9, 1));
        storage.sync();

        disk.clear();
        try (SnapshotSink sink = storage.beginSnapshot(position, 0, membership)) {
            sink.write(contents(position, 200_000));
            sink.commit();
        }
        storage.compact(last);

        assertThat(storage.openSnapshot(position)).isPresent();
    }

    @Test
    @DisplayName("tells a disk that is full from one that is broken, in whatever words")
    void tellsFullFromBroken() {
        assertThat(files.isFull(new IOException("log-1: x", new IOException("No space left on device"))))
                .isTrue();
        assertThat(files.isFull(new IOException("Disk quota exceeded"))).isTrue();
        assertThat(files.isFull(new IOException("There is not enough space on the disk")))
                .isTrue();
        assertThat(files.isFull(new IOException("Input/output error"))).isFalse();
        assertThat(files.isFull(new IOException())).isFalse();
    }
}
