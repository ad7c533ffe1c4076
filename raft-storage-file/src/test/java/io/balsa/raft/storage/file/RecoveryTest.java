package io.balsa.raft.storage.file;

import static io.balsa.raft.storage.file.Samples.chance;
import static io.balsa.raft.storage.file.Samples.open;
import static io.balsa.raft.storage.file.Samples.run;
import static io.balsa.raft.storage.file.Samples.runOfSize;
import static io.balsa.raft.storage.file.Samples.voted;
import static org.assertj.core.api.Assertions.assertThat;

import io.balsa.raft.storage.LogPosition;
import io.balsa.raft.storage.SnapshotSink;
import io.balsa.raft.storage.file.FaultyDisk.Crash;
import io.balsa.raft.storage.file.FaultyDisk.PowerCut;
import io.balsa.raft.storage.file.Recovery.Snapshots;
import io.balsa.raft.storage.file.Recovery.Tail;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.TreeMap;
import java.util.function.Consumer;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

@DisplayName("What an opening found and did")
class RecoveryTest {

    private static final String FIRST_SEGMENT = FileNames.segment(0);

    private static Recovery founded() {
        return new Recovery(true, false, false, 1, 0, new Tail(0, 0, 0), 0, 0, Snapshots.NONE, Optional.empty());
    }

    private static FileStorage storageOn(FaultyDisk disk) {
        return FileStorage.builder(disk)
                .segmentBytes(Workload.SEGMENT_BYTES)
                .mendFromPeers(false)
                .build();
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

        assertThat(storage.recovery()).hasValue(founded());
        storage.close();
        assertThat(storage.recovery()).hasValue(founded());
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

        assertThat(recoveryOf(disk))
                .isEqualTo(new Recovery(
                        false, true, false, 2, 2, new Tail(0, 0, 0), 0, 0, Snapshots.NONE, Optional.empty()));
    }

    @Test
    @DisplayName("is the last batch written once more, if nothing names it as durable")
    void lastBatchWrittenOnceMore() {
        Recovery recovery = recoveryOf(twoBatches().crash(Crash.LOSE_ALL, new Random(0)));

        long lastBatch = recordBytes(3, "c") + recordBytes(4, "d");
        assertThat(recovery)
                .isEqualTo(new Recovery(
                        false, false, false, 1, 3, new Tail(0, 0, lastBatch), 0, 0, Snapshots.NONE, Optional.empty()));
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

    private static void take(FileStorage storage, LogPosition last) {
        try (SnapshotSink sink = storage.beginSnapshot(last, 0, Samples.FOUNDING)) {
            sink.commit();
        }
    }

    @Test
    @DisplayName("is the newest snapshot, and what was done about others")
    void snapshots() {
        FaultyDisk disk = twoBatches().crash(Crash.LOSE_ALL, new Random(0));
        FileStorage storage = storageOn(disk);
        open(storage);
        take(storage, new LogPosition(2, 1));
        take(storage, new LogPosition(4, 1));
        storage.receiveSnapshot(Samples.announced(new LogPosition(9, 1), 10)).close();
        storage.close();
        flip(disk, FileNames.snapshot(new LogPosition(4, 1)), 100);

        Snapshots told = recoveryOf(disk).snapshots();

        assertThat(told.newest()).hasValue(new LogPosition(2, 1));
        assertThat(told.damaged()).singleElement().asString().contains("the header of the snapshot is damaged");
        assertThat(told.logRestarted()).isFalse();
        assertThat(told.part()).hasValue(new LogPosition(9, 1));
        assertThat(told.deleted()).isEqualTo(1);
        assertThat(recoveryOf(disk).snapshots())
                .as("the next time")
                .isEqualTo(new Snapshots(
                        Optional.of(new LogPosition(2, 1)), List.of(), false, Optional.of(new LogPosition(9, 1)), 0));
    }

    @Test
    @DisplayName("is a log that goes on after a snapshot it did not reach, and a part of an older one that was deleted")
    void logRestarted() {
        FaultyDisk disk = twoBatches().crash(Crash.LOSE_ALL, new Random(0));
        FileStorage storage = storageOn(disk);
        open(storage);
        LogPosition last = new LogPosition(9, 2);
        try (SnapshotSink sink = storage.receiveSnapshot(Samples.announced(last, 10))) {
            sink.write(Samples.contents(last, 10));
            sink.commit();
        }
        storage.receiveSnapshot(Samples.announced(new LogPosition(8, 2), 10)).close();
        storage.close();

        assertThat(recoveryOf(disk).snapshots())
                .isEqualTo(new Snapshots(Optional.of(last), List.of(), true, Optional.empty(), 1));
        assertThat(recoveryOf(disk).snapshots())
                .as("the next time")
                .isEqualTo(new Snapshots(Optional.of(last), List.of(), false, Optional.empty(), 0));
    }

    @Test
    @DisplayName("is, over all crashes of two stories, each of the things that it can be")
    void eachOfTheThings() {
        Map<String, Integer> seen = new TreeMap<>();
        for (Crash mode : Crash.values()) {
            noteCrashes(seen, mode, Workload::script);
            noteCrashes(seen, mode, Workload::snapshots);
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
                        "files deleted",
                        "snapshot found",
                        "snapshots deleted",
                        "log restarted",
                        "part kept");
    }

    private static void noteCrashes(Map<String, Integer> seen, Crash mode, Consumer<Workload> story) {
        boolean cut = true;
        for (int operation = 0; cut; operation++) {
            FaultyDisk disk = new FaultyDisk().cutPowerAt(operation);
            cut = isCut(() -> story.accept(new Workload(disk)));
            for (int draw = 0; draw < 4; draw++) {
                note(seen, recoveryOf(disk.crash(mode, chance(operation * 31L + draw))));
            }
        }
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
        count(seen, "snapshot found", recovery.snapshots().newest().isPresent());
        count(seen, "snapshot damaged", !recovery.snapshots().damaged().isEmpty());
        count(seen, "snapshots deleted", recovery.snapshots().deleted() > 0);
        count(seen, "log restarted", recovery.snapshots().logRestarted());
        count(seen, "part kept", recovery.snapshots().part().isPresent());
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
