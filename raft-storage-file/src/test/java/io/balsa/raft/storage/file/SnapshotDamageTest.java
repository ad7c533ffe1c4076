package io.balsa.raft.storage.file;

import static io.balsa.raft.storage.file.Samples.announced;
import static io.balsa.raft.storage.file.Samples.contents;
import static io.balsa.raft.storage.file.Samples.contentsOf;
import static io.balsa.raft.storage.file.Samples.open;
import static io.balsa.raft.storage.file.Samples.run;
import static io.balsa.raft.storage.file.Samples.runOfSize;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.balsa.raft.cluster.NodeIdentity;
import io.balsa.raft.storage.LogPosition;
import io.balsa.raft.storage.SnapshotInfo;
import io.balsa.raft.storage.SnapshotSink;
import io.balsa.raft.storage.SnapshotSource;
import io.balsa.raft.storage.StoredState;
import io.balsa.raft.storage.file.Samples.Contents;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.stream.IntStream;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

@DisplayName("A store whose snapshots were damaged")
class SnapshotDamageTest {

    private static final LogPosition OLDER = new LogPosition(2, 1);
    private static final LogPosition NEWER = new LogPosition(4, 1);
    private static final String OLDER_FILE = FileNames.snapshot(OLDER);
    private static final String NEWER_FILE = FileNames.snapshot(NEWER);
    private static final int SMALL = 100;
    private static final int LARGE = 2 * SnapshotBlock.PAYLOAD_BYTES + 777;
    private static final int HEADER_BYTES = 512;

    private static FileStorage storageOn(FaultyDisk disk) {
        return FileStorage.builder(disk)
                .segmentBytes(Workload.SEGMENT_BYTES)
                .mendFromPeers(false)
                .build();
    }

    private static SnapshotInfo take(FileStorage storage, LogPosition last, int bytes) {
        try (SnapshotSink sink = storage.beginSnapshot(last, 0, Samples.FOUNDING)) {
            sink.write(contents(last, bytes));
            return sink.commit();
        }
    }

    /** Six entries in six segments, and two snapshots, of the second and of the fourth; compacted up to this index. */
    private static FaultyDisk store(int compacted, int bytes) {
        FaultyDisk disk = new FaultyDisk();
        FileStorage storage = storageOn(disk);
        open(storage);
        for (int index = 1; index <= 6; index++) {
            storage.append(runOfSize(index, 1, 3500));
        }
        storage.sync();
        take(storage, OLDER, bytes);
        take(storage, NEWER, bytes);
        storage.compact(compacted);
        storage.close();
        return disk;
    }

    private static void flip(FaultyDisk disk, String file, long position) {
        disk.bytes(file)[(int) position] ^= 0x10;
        disk.replace(file, disk.bytes(file));
    }

    private static CorruptionException corruptionOf(FaultyDisk disk) {
        FaultyDisk untouched = disk.copy();
        CorruptionException e = catchThrowableOfType(CorruptionException.class, () -> contentsOf(disk));
        assertThat(e).as("damage is reported").isNotNull();
        assertThat(disk.contents()).as("nothing is changed").isEqualTo(untouched.contents());
        return e;
    }

    @Test
    @DisplayName("with any byte of the newest one flipped, which the log depends on, is refused")
    void everyByteFlipped() {
        FaultyDisk sound = store(4, SMALL);
        assertThat(contentsOf(sound.copy()).state().base()).isEqualTo(NEWER);
        for (int position = 0; position < sound.bytes(NEWER_FILE).length; position++) {
            FaultyDisk disk = sound.copy();
            flip(disk, NEWER_FILE, position);

            CorruptionException e = corruptionOf(disk);

            assertThat(e.file()).isEqualTo(NEWER_FILE);
            assertThat(e.offset()).isEqualTo(position < HEADER_BYTES ? 0 : HEADER_BYTES);
            assertThat(e).hasMessageContaining("the log begins after entry 4").hasMessageContaining("join again");
        }
    }

    @Test
    @DisplayName("with the newest one cut short anywhere, which the log depends on, is refused")
    void cutShort() {
        FaultyDisk sound = store(4, SMALL);
        for (int size = 0; size < sound.bytes(NEWER_FILE).length; size++) {
            FaultyDisk disk = sound.copy();
            disk.replace(NEWER_FILE, Arrays.copyOf(disk.bytes(NEWER_FILE), size));

            assertThat(corruptionOf(disk).file()).isEqualTo(NEWER_FILE);
        }
    }

    @Test
    @DisplayName("with the newest one missing, which the log depends on, is refused, and told where the log begins")
    void missing() {
        FaultyDisk disk = store(4, SMALL);
        disk.remove(NEWER_FILE);

        assertThat(corruptionOf(disk))
                .hasMessageContaining("log-")
                .hasMessageContaining(
                        "the log begins after entry 4, and no sound snapshot covers that: a file is missing");
    }

    @Test
    @DisplayName("with the newest one of another store, which the log depends on, is refused")
    void foreign() {
        FaultyDisk disk = store(4, SMALL);
        FaultyDisk other = new FaultyDisk();
        FileStorage storage = FileStorage.on(other);
        storage.open(new NodeIdentity("orders", Samples.IDENTITY.node(), 7), Samples.FOUNDING);
        storage.append(run(1, 1, "a", "b", "c", "d"));
        take(storage, NEWER, SMALL);
        disk.replace(NEWER_FILE, other.bytes(NEWER_FILE));

        assertThat(corruptionOf(disk)).hasMessageContaining("belongs to another store, orders/n1/7");
    }

    @Test
    @DisplayName("with an older one under the newest one's name is refused")
    void misnamed() {
        FaultyDisk disk = store(4, SMALL);
        disk.replace(NEWER_FILE, disk.bytes(OLDER_FILE));

        assertThat(corruptionOf(disk)).hasMessageContaining("another one than its name says");
    }

    /** Places in header, head and payload of each block, and at the very end. */
    static IntStream places() {
        return IntStream.of(
                3, 100, 130, 140, 511, 512, 515, 516, 40_000, 66_051, 66_052, 66_060, 131_591, 131_592, 131_600,
                132_372);
    }

    @ParameterizedTest(name = "byte {0}")
    @MethodSource("places")
    @DisplayName("falls back on the older one, if the log still has what came after that, and says so")
    void fallsBack(int place) {
        FaultyDisk disk = store(2, LARGE);
        flip(disk, NEWER_FILE, place);
        FileStorage storage = storageOn(disk);

        StoredState state = open(storage);

        int block = (place - HEADER_BYTES) / SnapshotBlock.BYTES;
        int offset = place < HEADER_BYTES ? 0 : HEADER_BYTES + block * SnapshotBlock.BYTES;
        assertThat(state.snapshot()).hasValue(announced(OLDER, LARGE));
        assertThat(state.base()).isEqualTo(OLDER);
        assertThat(state.last()).isEqualTo(new LogPosition(6, 1));
        Recovery.Snapshots told = storage.recovery().orElseThrow().snapshots();
        assertThat(told.newest()).hasValue(OLDER);
        assertThat(told.damaged()).singleElement().asString().contains(NEWER_FILE + ", byte " + offset + ":");
        assertThat(told.deleted()).isEqualTo(1);
        assertThat(storage.openSnapshot(NEWER)).isEmpty();
        take(storage, NEWER, LARGE);
        storage.close();
        assertThat(contentsOf(disk).state().snapshot()).hasValue(announced(NEWER, LARGE));
    }

    @Test
    @DisplayName("with all of them damaged goes on without one, if the log has everything")
    void needsNone() {
        FaultyDisk disk = store(0, SMALL);
        flip(disk, NEWER_FILE, 600);
        flip(disk, OLDER_FILE, 600);
        FileStorage storage = storageOn(disk);

        StoredState state = open(storage);

        assertThat(state.snapshot()).isEmpty();
        assertThat(state.base()).isEqualTo(LogPosition.ZERO);
        assertThat(storage.recovery().orElseThrow().snapshots().damaged()).hasSize(2);
        assertThat(disk.list()).doesNotContain(NEWER_FILE, OLDER_FILE);
    }

    private static void exchangeBlocks(FaultyDisk disk, String file) {
        byte[] bytes = disk.bytes(file);
        byte[] first = Arrays.copyOfRange(bytes, HEADER_BYTES, HEADER_BYTES + SnapshotBlock.BYTES);
        System.arraycopy(bytes, HEADER_BYTES + SnapshotBlock.BYTES, bytes, HEADER_BYTES, SnapshotBlock.BYTES);
        System.arraycopy(first, 0, bytes, HEADER_BYTES + SnapshotBlock.BYTES, SnapshotBlock.BYTES);
        disk.replace(file, bytes);
    }

    @Test
    @DisplayName("with two blocks exchanged is not deceived, neither when it is opened nor when it is read")
    void exchangedBlocks() {
        FaultyDisk disk = store(2, LARGE);
        exchangeBlocks(disk, NEWER_FILE);
        exchangeBlocks(disk, OLDER_FILE);
        assertThat(corruptionOf(disk.copy())).hasMessageContaining(NEWER_FILE).hasMessageContaining("block 0");

        disk.replace(NEWER_FILE, store(2, LARGE).bytes(NEWER_FILE));
        FileStorage storage = storageOn(disk);
        open(storage);
        try (SnapshotSource source = storage.openSnapshot(OLDER).orElseThrow()) {
            assertThatThrownBy(() -> source.read(0, ByteBuffer.allocate(1000)))
                    .isInstanceOf(CorruptionException.class)
                    .hasMessageContaining("block 0");
        }
    }

    @Test
    @DisplayName("with an older one damaged does not notice before it is read, and then hands out nothing of it")
    void damagedOlderOne() {
        FaultyDisk disk = store(4, LARGE);
        Contents expected = contentsOf(disk.copy());
        flip(disk, OLDER_FILE, HEADER_BYTES + SnapshotBlock.BYTES + 10);
        FileStorage storage = storageOn(disk);

        assertThat(open(storage)).isEqualTo(expected.state());
        try (SnapshotSource source = storage.openSnapshot(OLDER).orElseThrow()) {
            ByteBuffer into = ByteBuffer.allocate(LARGE).position(5);
            CorruptionException e = catchThrowableOfType(CorruptionException.class, () -> source.read(0, into));
            assertThat(e.file()).isEqualTo(OLDER_FILE);
            assertThat(e.offset()).isEqualTo(HEADER_BYTES + SnapshotBlock.BYTES);
            assertThat(e).hasMessageContaining("block 1").hasMessageContaining("the next snapshot");
            assertThat(into.position()).isEqualTo(5);
            assertThat(source.read(0, ByteBuffer.allocate(1000)))
                    .as("a block that is sound")
                    .isEqualTo(1000);
        }
    }

    @ParameterizedTest(name = "byte {0}")
    @MethodSource("places")
    @DisplayName("while one is being received: goes on before the damage")
    void damagedPart(int place) {
        FaultyDisk disk = new FaultyDisk();
        FileStorage storage = storageOn(disk);
        open(storage);
        SnapshotInfo announced = announced(NEWER, LARGE);
        try (SnapshotSink sink = storage.receiveSnapshot(announced)) {
            sink.write(contents(NEWER, LARGE).limit(LARGE - 1));
        }
        storage.close();
        if (place < disk.bytes(NEWER_FILE + FileNames.PART).length) {
            flip(disk, NEWER_FILE + FileNames.PART, place);
        }
        storage = storageOn(disk);
        open(storage);

        try (SnapshotSink sink = storage.receiveSnapshot(announced)) {
            int whole = place < HEADER_BYTES ? 0 : Math.min(2, (place - HEADER_BYTES) / SnapshotBlock.BYTES);
            assertThat(sink.position()).isEqualTo((long) whole * SnapshotBlock.PAYLOAD_BYTES);
            sink.write(contents(NEWER, LARGE).position((int) sink.position()));
            assertThat(sink.commit()).isEqualTo(announced);
        }
        storage.close();
        assertThat(contentsOf(disk).state().snapshot()).hasValue(announced);
    }
}
