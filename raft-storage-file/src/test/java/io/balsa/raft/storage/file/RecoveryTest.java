package io.balsa.raft.storage.file;

import static io.balsa.raft.storage.file.Samples.chance;
import static io.balsa.raft.storage.file.Samples.open;
import static io.balsa.raft.storage.file.Samples.run;
import static io.balsa.raft.storage.file.Samples.runOfSize;
import static io.balsa.raft.storage.file.Samples.voted;
import static org.assertj.core.api.Assertions.assertThat;

import io.balsa.raft.storage.file.FaultyDisk.Crash;
import io.balsa.raft.storage.file.FaultyDisk.PowerCut;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

@DisplayName("What an opening found and did")
class RecoveryTest {

    private static final String FIRST_SEGMENT = FileNames.segment(0);

    private static FileStorage storageOn(FaultyDisk disk) {
        return FileStorage.builder(disk).segmentBytes(Workload.SEGMENT_BYTES).build();
    }

    private static Recovery recoveryOf(FaultyDisk disk) {
        FileStorage storage = storageOn(disk);
        open(storage);
        Recovery recovery = storage.recovery().orElseThrow();
        storage.close();
        return recovery;
    }

    /** A store with a vote and two batches, of one and of two runs, that is still open. */
    private static FaultyDisk twoBatches() {
        FaultyDisk disk = new FaultyDisk();
        FileStorage storage = storageOn(disk);
        open(storage);
        storage.writeHardState(voted(1, 1));
        storage.append(run(1, 1, "a", "b"));
        storage.sync();
        storage.append(run(3, 1, "c"));
        storage.append(run(4, 1, "d"));
        storage.sync();
        return disk;
    }

    private static long recordBytes(int firstIndex, String... payloads) {
        return RecordHeader.recordBytes(run(firstIndex, 1, payloads).sizeBytes());
    }

    private static void flip(FaultyDisk disk, String file, long position) {
        disk.bytes(file)[(int) position] ^= 0x10;
        disk.replace(file, disk.bytes(file));
    }

    @Test
    @DisplayName("is told once it is open, and still when it is closed")
    void isToldOnceOpen() {
        FileStorage storage = storageOn(new FaultyDisk());
        assertThat(storage.recovery()).isEmpty();

        open(storage);

        assertThat(storage.recovery()).hasValue(new Recovery(true, false, false, 1, 0, 0, 0, 0, 0, 0));
        storage.close();
        assertThat(storage.recovery()).hasValue(new Recovery(true, false, false, 1, 0, 0, 0, 0, 0, 0));
    }

    @Test
    @DisplayName("is nothing after a clean close")
    void nothingAfterAClose() {
        FaultyDisk disk = new FaultyDisk();
        FileStorage storage = storageOn(disk);
        open(storage);
        storage.append(run(1, 1, "a"));
        storage.append(runOfSize(2, 1, 4000));
        storage.close();

        assertThat(recoveryOf(disk)).isEqualTo(new Recovery(false, true, false, 2, 2, 0, 0, 0, 0, 0));
    }

    @Test
    @DisplayName("is the last batch written once more, if nothing names it as durable")
    void lastBatchWrittenOnceMore() {
        Recovery recovery = recoveryOf(twoBatches().crash(Crash.LOSE_ALL, new Random(0)));

        long lastBatch = recordBytes(3, "c") + recordBytes(4, "d");
        assertThat(recovery).isEqualTo(new Recovery(false, false, false, 1, 3, 0, 0, lastBatch, 0, 0));
    }

    @Test
    @DisplayName("is a torn tail that was cut, with the runs that were recognised in it")
    void tornTail() {
        FaultyDisk disk = twoBatches().crash(Crash.LOSE_ALL, new Random(0));
        long lastBatch = SegmentHeader.BYTES + recordBytes(1, "a", "b");
        flip(disk, FIRST_SEGMENT, lastBatch + RecordHeader.BYTES + 30);

        Recovery recovery = recoveryOf(disk);

        assertThat(recovery.runs()).isEqualTo(1);
        assertThat(recovery.cutRuns()).isEqualTo(2);
        assertThat(recovery.cutBytes())
                .isBetween(recordBytes(3, "c") + RecordHeader.BYTES, recordBytes(3, "c") + recordBytes(4, "d"));
        assertThat(recoveryOf(disk).cutBytes()).as("the next time").isZero();
    }

    @Test
    @DisplayName("is a torn header of the last record that was cut, in which nothing was recognised")
    void tornHeader() {
        FaultyDisk disk = twoBatches().crash(Crash.LOSE_ALL, new Random(0));
        flip(disk, FIRST_SEGMENT, SegmentHeader.BYTES + recordBytes(1, "a", "b") + recordBytes(3, "c") + 20);

        Recovery recovery = recoveryOf(disk);

        assertThat(recovery.runs()).isEqualTo(2);
        assertThat(recovery.cutRuns()).isZero();
        assertThat(recovery.cutBytes()).isPositive();
    }

    @Test
    @DisplayName("is a slot for term and vote that was not whole, so that the other one was used")
    void slotLost() {
        FaultyDisk disk = new FaultyDisk();
        FileStorage storage = storageOn(disk);
        open(storage);
        storage.writeHardState(voted(1, 1));
        storage.close();
        flip(disk, FileNames.HARD_STATE, 100);

        assertThat(recoveryOf(disk).slotLost()).isTrue();
        assertThat(recoveryOf(disk).slotLost()).as("it is whole the next time").isFalse();
    }

    @Test
    @DisplayName("is, over all crashes of a story, each of the things that it can be")
    void eachOfTheThings() {
        Map<String, Integer> seen = new TreeMap<>();
        for (Crash mode : Crash.values()) {
            boolean cut = true;
            for (int operation = 0; cut; operation++) {
                FaultyDisk disk = new FaultyDisk().cutPowerAt(operation);
                cut = isCut(() -> new Workload(disk).script());
                for (int draw = 0; draw < 4; draw++) {
                    note(seen, recoveryOf(disk.crash(mode, chance(operation * 31L + draw))));
                }
            }
        }
        System.out.println("recoveries: " + seen);
        assertThat(seen)
                .containsOnlyKeys(
                        "all",
                        "founded",
                        "closed",
                        "slot lost",
                        "runs cut",
                        "bytes cut",
                        "bytes rewritten",
                        "segments deleted",
                        "files deleted");
    }

    private static void note(Map<String, Integer> seen, Recovery recovery) {
        count(seen, "all", true);
        count(seen, "founded", recovery.founded());
        count(seen, "closed", recovery.closed());
        count(seen, "slot lost", recovery.slotLost());
        count(seen, "runs cut", recovery.cutRuns() > 0);
        count(seen, "bytes cut", recovery.cutBytes() > 0);
        count(seen, "bytes rewritten", recovery.rewrittenBytes() > 0);
        count(seen, "segments deleted", recovery.deletedSegments() > 0);
        count(seen, "files deleted", recovery.deletedFiles() > 0);
    }

    private static void count(Map<String, Integer> seen, String what, boolean happened) {
        if (happened) {
            seen.merge(what, 1, Integer::sum);
        }
    }

    private static boolean isCut(Runnable story) {
        try {
            story.run();
            return false;
        } catch (PowerCut e) {
            return true;
        }
    }
}
