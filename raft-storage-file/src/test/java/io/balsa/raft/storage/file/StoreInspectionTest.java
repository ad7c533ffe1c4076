package io.balsa.raft.storage.file;

import static io.balsa.raft.storage.file.Samples.FOUNDING;
import static io.balsa.raft.storage.file.Samples.IDENTITY;
import static io.balsa.raft.storage.file.Samples.announced;
import static io.balsa.raft.storage.file.Samples.contents;
import static io.balsa.raft.storage.file.Samples.contentsOf;
import static io.balsa.raft.storage.file.Samples.open;
import static io.balsa.raft.storage.file.Samples.run;
import static io.balsa.raft.storage.file.Samples.voted;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.balsa.raft.cluster.NodeId;
import io.balsa.raft.cluster.NodeIdentity;
import io.balsa.raft.storage.LogEntry;
import io.balsa.raft.storage.LogPosition;
import io.balsa.raft.storage.SnapshotSource;
import io.balsa.raft.storage.StorageException;
import io.balsa.raft.storage.file.FaultyDisk.Crash;
import io.balsa.raft.storage.file.Samples.Contents;
import java.io.ByteArrayInputStream;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.zip.CRC32C;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

@DisplayName("An inspection of a store")
class StoreInspectionTest {

    private static final String FIRST_SEGMENT = FileNames.segment(0);
    private static final LogPosition LAST = new LogPosition(70, 4);

    @TempDir
    Path directory;

    private static FaultyDisk closedStore() {
        FaultyDisk disk = new FaultyDisk();
        new Workload(disk).script();
        return disk;
    }

    /** Five entries in three batches. */
    private static FaultyDisk crashedStore(boolean lastSynced) {
        FaultyDisk disk = new FaultyDisk();
        FileStorage storage =
                FileStorage.builder(disk).segmentBytes(Workload.SEGMENT_BYTES).build();
        open(storage);
        storage.writeHardState(voted(1, 1));
        storage.append(run(1, 1, "a", "b"));
        storage.sync();
        storage.append(run(3, 1, "c", "d"));
        storage.sync();
        storage.append(run(5, 1, "e"));
        if (lastSynced) {
            storage.sync();
        }
        return disk.crash(Crash.LOSE_ALL, new Random(0));
    }

    private static StoreReport verify(FaultyDisk disk) {
        FaultyDisk untouched = disk.copy();
        try (StoreInspection store = StoreInspection.on(disk)) {
            StoreReport report = store.verify(StoreInspection.Progress.NONE);
            assertThat(disk.contents()).as("nothing is changed").isEqualTo(untouched.contents());
            return report;
        }
    }

    private static List<LogEntry> entries(Disk disk, long from, long to) {
        List<LogEntry> entries = new ArrayList<>();
        try (StoreInspection store = StoreInspection.on(disk)) {
            store.overview(StoreInspection.Progress.NONE);
            store.entries(from, to, entries::add);
        }
        return entries;
    }

    private static void flip(FaultyDisk disk, String file, long position) {
        disk.bytes(file)[(int) position] ^= 0x10;
        disk.replace(file, disk.bytes(file));
    }

    @Test
    @DisplayName("tells what a start would find, and shows the very entries that a server would read")
    void soundStore() {
        FaultyDisk disk = closedStore();
        Contents expected = contentsOf(disk.copy());

        StoreReport report = verify(disk);

        assertThat(report.isSound()).isTrue();
        assertThat(report.identity()).isEqualTo(IDENTITY);
        assertThat(report.membership()).isEqualTo(FOUNDING);
        assertThat(report.hardState()).hasValue(expected.state().hardState());
        assertThat(report.log().base()).isEqualTo(expected.state().base());
        assertThat(report.log().last()).isEqualTo(expected.state().last());
        assertThat(report.log().closed()).isTrue();
        assertThat(entries(disk, 1, Long.MAX_VALUE)).isEqualTo(expected.entries());
        assertThat(entries(disk, 2, 3)).isEqualTo(expected.entries().subList(1, 3));
        assertThat(entries(disk, 1000, 2000)).isEmpty();
        assertThatIllegalArgumentException().isThrownBy(() -> entries(disk, 3, 2));
    }

    @Test
    @DisplayName("takes a torn tail for sound, and says that it is there")
    void tornTail() {
        FaultyDisk disk = crashedStore(true);
        long third = SegmentHeader.BYTES
                + RecordHeader.recordBytes(run(1, 1, "a", "b").sizeBytes())
                + RecordHeader.recordBytes(run(3, 1, "c", "d").sizeBytes());
        flip(disk, FIRST_SEGMENT, third + RecordHeader.BYTES + 1); // the body of the last batch

        StoreReport report = verify(disk);

        assertThat(report.isSound()).isTrue();
        assertThat(report.log().last()).isEqualTo(new LogPosition(4, 1));
        assertThat(report.log().tornRuns()).isEqualTo(1);
        assertThat(report.log().closed()).isFalse();
        assertThat(verify(crashedStore(false)).log().last()).isEqualTo(new LogPosition(4, 1));
    }

    @Test
    @DisplayName("names damage of the log by file, offset and index, and shows the entries before it")
    void damagedLog() {
        FaultyDisk disk = crashedStore(true);
        long second = SegmentHeader.BYTES
                + RecordHeader.recordBytes(run(1, 1, "a", "b").sizeBytes());
        flip(disk, FIRST_SEGMENT, second);

        StoreReport report = verify(disk);

        assertThat(report.isSound()).isFalse();
        CorruptionException damage = report.refusals().get(0);
        assertThat(damage.file()).isEqualTo(FIRST_SEGMENT);
        assertThat(damage.offset()).isEqualTo(second);
        assertThat(damage.index()).isEqualTo(3);
        assertThat(damage).hasMessageContaining("join again under a new id");
        assertThat(entries(disk, 1, 100)).extracting(LogEntry::index).containsExactly(1L, 2L);
    }

    @Test
    @DisplayName("says of every byte flipped and every file cut what a start says")
    void agreesWithAStart() {
        FaultyDisk sound = closedStore();
        int damaged = 0;
        for (String file : sound.list()) {
            for (int position = 0; position < sound.bytes(file).length; position += 7) {
                FaultyDisk flipped = sound.copy();
                flip(flipped, file, position);
                damaged += expectVerdictOfAStart(flipped, file + " byte " + position);
                FaultyDisk cut = sound.copy();
                cut.replace(file, Arrays.copyOf(cut.bytes(file), position));
                damaged += expectVerdictOfAStart(cut, file + " cut to " + position);
            }
        }
        assertThat(damaged).isGreaterThan(500);
    }

    private static int expectVerdictOfAStart(FaultyDisk disk, String what) {
        String found = "";
        try {
            StoreReport report = verify(disk);
            found = report.refusals().stream()
                    .findFirst()
                    .map(StorageException::getMessage)
                    .map(String::valueOf)
                    .orElse("");
        } catch (StorageException e) {
            found = String.valueOf(e.getMessage());
        }
        String started = "";
        try {
            contentsOf(disk.copy());
        } catch (StorageException e) {
            started = String.valueOf(e.getMessage());
        }
        assertThat(found).as(what).isEqualTo(started);
        return found.isEmpty() ? 0 : 1;
    }

    private static FaultyDisk seededStore() {
        FaultyDisk disk = new FaultyDisk();
        OfflineStore.on(disk)
                .seed(
                        IDENTITY,
                        announced(LAST, 100_000),
                        new ByteArrayInputStream(contents(LAST, 100_000).array()));
        return disk;
    }

    @Test
    @DisplayName("opens snapshots, and checks them whole when it verifies")
    void snapshots() {
        FaultyDisk disk = seededStore();
        try (StoreInspection store = StoreInspection.on(disk)) {
            assertThat(store.snapshots()).containsExactly(LAST);
            try (SnapshotSource source = store.openSnapshot(LAST)) {
                ByteBuffer read = ByteBuffer.allocate(100_000);
                source.read(0, read);
                assertThat(read.flip()).isEqualTo(contents(LAST, 100_000));
            }
        }
        assertThat(verify(disk).isSound()).isTrue();
        flip(disk, FileNames.snapshot(LAST), 90_000);

        StoreReport report = verify(disk);

        assertThat(report.refusals())
                .singleElement()
                .satisfies(damage -> assertThat(damage).hasMessageContaining("no sound snapshot covers that"));
        assertThat(report.damagedSnapshots()).hasSize(1);
        assertThat(report.snapshots())
                .singleElement()
                .satisfies(snapshot -> assertThat(snapshot.info()).isEmpty());
    }

    @Test
    @DisplayName("says of a store that a server uses that it is in use, shows it, and gives no verdict")
    void storeInUse() {
        FaultyDisk disk = new FaultyDisk();
        FileStorage storage = FileStorage.on(disk);
        open(storage);
        storage.append(run(1, 1, "a"));
        storage.sync();

        try (StoreInspection store = StoreInspection.on(disk)) {
            assertThat(store.isInUse()).isTrue();
            assertThat(store.overview(StoreInspection.Progress.NONE).log().last())
                    .isEqualTo(new LogPosition(1, 1));
            assertThatThrownBy(() -> store.verify(StoreInspection.Progress.NONE))
                    .isInstanceOf(StorageException.class)
                    .hasMessageContaining("in use by a server");
        }
        storage.close();
        try (StoreInspection store = StoreInspection.on(disk)) {
            assertThat(store.isInUse()).isFalse();
            assertThatThrownBy(() -> open(FileStorage.on(disk))).hasMessageContaining("in use");
        }
    }

    @Test
    @DisplayName("refuses what is no store, a newer format, and a segment of another store, in one sentence")
    void foreign() throws Exception {
        assertThatThrownBy(() -> StoreInspection.on(new FaultyDisk())).hasMessage("there is no store in memory");
        assertThatThrownBy(() -> StoreInspection.of(directory.resolve("none"))).hasMessageContaining("is missing");
        Path file = Files.createFile(directory.resolve("file"));
        assertThatThrownBy(() -> StoreInspection.of(file)).hasMessageContaining("is not a directory");
        FaultyDisk headless = closedStore();
        headless.remove(FileNames.IDENTITY);
        assertThatThrownBy(() -> StoreInspection.on(headless)).isInstanceOf(CorruptionException.class);

        FaultyDisk newer = closedStore();
        ByteBuffer identity = ByteBuffer.wrap(newer.bytes(FileNames.IDENTITY)).putInt(8, 2);
        CRC32C crc = new CRC32C();
        crc.update(identity.duplicate().position(8));
        newer.replace(
                FileNames.IDENTITY, identity.putInt(4, (int) crc.getValue()).array());
        assertThatThrownBy(() -> StoreInspection.on(newer)).hasMessageContaining("has format 2");

        FaultyDisk foreign = closedStore();
        SegmentHeader other = new SegmentHeader(new NodeIdentity("orders", NodeId.of(2), 7), 0, LogPosition.ZERO, 0);
        byte[] segment = foreign.bytes(FIRST_SEGMENT);
        other.encode().get(segment, 0, SegmentHeader.BYTES);
        foreign.replace(FIRST_SEGMENT, segment);
        assertThat(verify(foreign).refusals().get(0)).hasMessageContaining("belongs to another store");
    }

    @Test
    @DisplayName("of a directory writes nothing into it, and tells how it gets on")
    void directory() throws Exception {
        FileStorage storage = FileStorage.on(new NioDisk(directory));
        open(storage);
        storage.append(run(1, 1, "a", "b"));
        storage.close();
        Files.delete(directory.resolve(FileNames.LOCK));
        List<Long> read = new ArrayList<>();

        try (StoreInspection store = StoreInspection.of(directory)) {
            assertThat(store.verify((bytes, total) -> read.add(bytes)).isSound())
                    .isTrue();
        }

        assertThat(read).isNotEmpty().isSorted();
        assertThat(directory.resolve(FileNames.LOCK)).doesNotExist();
    }
}
