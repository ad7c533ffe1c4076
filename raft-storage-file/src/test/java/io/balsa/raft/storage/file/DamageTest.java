package io.balsa.raft.storage.file;

import static io.balsa.raft.storage.file.Samples.contentsOf;
import static io.balsa.raft.storage.file.Samples.open;
import static io.balsa.raft.storage.file.Samples.run;
import static io.balsa.raft.storage.file.Samples.runOfSize;
import static io.balsa.raft.storage.file.Samples.voted;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.balsa.raft.cluster.NodeIdentity;
import io.balsa.raft.storage.StorageException;
import io.balsa.raft.storage.file.FaultyDisk.Crash;
import io.balsa.raft.storage.file.Samples.Contents;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

@DisplayName("A store whose files were damaged")
class DamageTest {

    private static final String FIRST_SEGMENT = FileNames.segment(0);
    private static final int FIRST_RECORD = SegmentHeader.BYTES;

    private static FaultyDisk closedStore() {
        FaultyDisk disk = new FaultyDisk();
        new Workload(disk).script();
        return disk;
    }

    /** A store with five entries in three batches, each of one run, that crashed after the last sync. */
    private static FaultyDisk crashedStore() {
        FaultyDisk disk = new FaultyDisk();
        FileStorage storage = FileStorage.builder(disk)
                .segmentBytes(Workload.SEGMENT_BYTES)
                .mendFromPeers(false)
                .build();
        open(storage);
        storage.writeHardState(voted(1, 1));
        storage.append(run(1, 1, "a", "b"));
        storage.sync();
        storage.append(run(3, 1, "c", "d"));
        storage.sync();
        storage.append(run(5, 1, "e"));
        storage.sync();
        return disk.crash(Crash.LOSE_ALL, new Random(0));
    }

    private static long recordBytes(int firstIndex, String... payloads) {
        return RecordHeader.recordBytes(run(firstIndex, 1, payloads).sizeBytes());
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
    @DisplayName("that was closed: a file that is gone is missed")
    void everyFileGone() {
        FaultyDisk sound = closedStore();
        for (String file : sound.list().stream().filter(FileNames::isStored).toList()) {
            FaultyDisk disk = sound.copy();
            disk.remove(file);
            // Of what is missing at the front it is not known what it was called, only where it is missing.
            String named = file.equals(FIRST_SEGMENT) ? secondSegment(sound) : file;
            assertThat(corruptionOf(disk).file()).isEqualTo(named);
        }
    }

    @Test
    @DisplayName("that was closed: a sector of zeros or of noise is reported or harmless")
    void everySectorLost() {
        FaultyDisk sound = closedStore();
        Contents expected = contentsOf(sound.copy());
        Random random = new Random(1);
        for (String file : sound.list()) {
            for (int at = 0; at + 512 <= sound.bytes(file).length; at += 512) {
                for (byte[] lost : List.of(new byte[512], noise(random))) {
                    FaultyDisk disk = sound.copy();
                    System.arraycopy(lost, 0, disk.bytes(file), at, 512);
                    expectSameOrReport(disk, expected, file + " sector at " + at);
                }
            }
        }
    }

    private static String secondSegment(FaultyDisk disk) {
        return disk.list().stream()
                .filter(FileNames::isSegment)
                .sorted()
                .skip(1)
                .findFirst()
                .orElseThrow();
    }

    private static byte[] noise(Random random) {
        byte[] noise = new byte[512];
        random.nextBytes(noise);
        return noise;
    }

    /** 1 if the damage was reported, 0 if the contents are the same. */
    private static int expectSameOrReport(FaultyDisk disk, Contents expected, String what) {
        Contents found;
        try {
            found = contentsOf(disk);
        } catch (StorageException e) {
            return 1;
        }
        assertThat(found).as(what).isEqualTo(expected);
        return 0;
    }

    @Test
    @DisplayName("in the middle of the log: the report names file, offset, index, and what to do")
    void damageInTheMiddle() {
        FaultyDisk disk = crashedStore();
        long second = FIRST_RECORD + recordBytes(1, "a", "b");
        flip(disk, FIRST_SEGMENT, second + RecordHeader.BYTES + 30);

        CorruptionException e = corruptionOf(disk);

        assertThat(e.file()).isEqualTo(FIRST_SEGMENT);
        assertThat(e.offset()).isEqualTo(second);
        assertThat(e.index()).isEqualTo(3);
        assertThat(e)
                .hasMessageContaining("the store in memory is damaged")
                .hasMessageContaining(FIRST_SEGMENT + ", byte " + second + ", log index 3")
                .hasMessageContaining("known to have been durable")
                .hasMessageContaining("join again under a new id");
    }

    @Test
    @DisplayName("in the last batch of a store that was not closed: that looks like a torn write, and is cut")
    void damageInTheLastBatch() {
        FaultyDisk disk = crashedStore();
        long third = FIRST_RECORD + recordBytes(1, "a", "b") + recordBytes(3, "c", "d");
        flip(disk, FIRST_SEGMENT, third + RecordHeader.BYTES + 30);

        Contents found = contentsOf(disk);

        assertThat(found.entries()).hasSize(4);
        byte[] rest = Arrays.copyOfRange(disk.bytes(FIRST_SEGMENT), (int) third, Workload.SEGMENT_BYTES);
        assertThat(rest).as("what was cut can never come back").containsOnly(0);
    }

    @Test
    @DisplayName("in an unsynced batch: sound records behind a torn one are cut with it")
    void tornBatch() {
        FaultyDisk disk = crashedStore();
        FileStorage storage = FileStorage.on(disk);
        open(storage);
        int end = (int) (FIRST_RECORD + recordBytes(1, "a", "b") + recordBytes(3, "c", "d") + recordBytes(5, "e"));
        storage.append(run(6, 1, "f"));
        storage.append(run(7, 1, "g"));
        storage.sync();
        flip(disk, FIRST_SEGMENT, end + 20);

        Contents found = contentsOf(disk.crash(Crash.LOSE_ALL, new Random(0)));

        assertThat(found.entries()).hasSize(5);
    }

    @Test
    @DisplayName("without its identity is not taken for a new one")
    void missingIdentity() {
        FaultyDisk disk = closedStore();
        disk.remove(FileNames.IDENTITY);

        assertThat(corruptionOf(disk)).hasMessageContaining("identity").hasMessageContaining("missing");
    }

    @Test
    @DisplayName("with one slot of the hard state gone after a close has lost nothing")
    void oneSlotAfterAClose() {
        for (int slot = 0; slot < 2; slot++) {
            FaultyDisk disk = closedStore();
            Contents expected = contentsOf(disk.copy());
            flip(disk, FileNames.HARD_STATE, (long) slot * HardStateFile.SLOT_DISTANCE + 100);

            assertThat(contentsOf(disk)).isEqualTo(expected);
        }
    }

    @Test
    @DisplayName("with the newest term gone, which a record names, is refused")
    void newestSlotLost() {
        FaultyDisk disk = crashedStore();
        // Both slots were written when the store was made; the one vote went to the other slot of the two.
        byte[] bytes = disk.bytes(FileNames.HARD_STATE);
        int newest = bytes[103] == 2 ? 0 : HardStateFile.SLOT_DISTANCE;
        flip(disk, FileNames.HARD_STATE, newest + 105L);

        assertThat(corruptionOf(disk)).hasMessageContaining("the newest term and vote are lost");
    }

    @Test
    @DisplayName("with the newest term gone, which a torn record names, is refused")
    void newestSlotLostThatATornRecordNames() {
        FaultyDisk disk = new FaultyDisk();
        FileStorage storage = FileStorage.on(disk);
        open(storage);
        storage.writeHardState(voted(1, 1));
        storage.append(run(1, 1, "a"));
        storage.sync();
        flip(disk, FIRST_SEGMENT, FIRST_RECORD + RecordHeader.BYTES + 10);
        byte[] bytes = disk.bytes(FileNames.HARD_STATE);
        int newest = bytes[103] == 2 ? 0 : HardStateFile.SLOT_DISTANCE;
        flip(disk, FileNames.HARD_STATE, newest + 105L);

        assertThat(corruptionOf(disk.crash(Crash.LOSE_ALL, new Random(0))))
                .hasMessageContaining("the newest term and vote are lost");
    }

    @Test
    @DisplayName("with both slots gone is refused")
    void bothSlotsLost() {
        FaultyDisk disk = closedStore();
        flip(disk, FileNames.HARD_STATE, 100);
        flip(disk, FileNames.HARD_STATE, HardStateFile.SLOT_DISTANCE + 100L);

        assertThat(corruptionOf(disk)).hasMessageContaining("neither slot for term and vote is whole");
    }

    @Test
    @DisplayName("with a segment of another store in it is refused")
    void foreignSegment() {
        FaultyDisk disk = closedStore();
        FaultyDisk other = new FaultyDisk();
        FileStorage.on(other).open(new NodeIdentity("orders", Samples.IDENTITY.node(), 7), Samples.FOUNDING);
        disk.replace(FIRST_SEGMENT, other.bytes(FIRST_SEGMENT));

        assertThat(corruptionOf(disk)).hasMessageContaining("belongs to another store, orders/n1/7");
    }

    @Test
    @DisplayName("while it is open: a read of a damaged record is refused")
    void damageWhileOpen() {
        FaultyDisk disk = new FaultyDisk();
        FileStorage storage = FileStorage.on(disk);
        open(storage);
        storage.append(runOfSize(1, 1, 100));
        storage.sync();
        disk.bytes(FIRST_SEGMENT)[FIRST_RECORD + 120] ^= 1;

        assertThatThrownBy(() -> storage.read(1, 1, 100))
                .isInstanceOf(CorruptionException.class)
                .hasMessageContaining("log index 1");
    }
}
