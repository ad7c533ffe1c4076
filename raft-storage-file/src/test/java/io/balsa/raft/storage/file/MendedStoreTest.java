package io.balsa.raft.storage.file;

import static io.balsa.raft.storage.file.Samples.FOUNDING;
import static io.balsa.raft.storage.file.Samples.IDENTITY;
import static io.balsa.raft.storage.file.Samples.announced;
import static io.balsa.raft.storage.file.Samples.chance;
import static io.balsa.raft.storage.file.Samples.contents;
import static io.balsa.raft.storage.file.Samples.entries;
import static io.balsa.raft.storage.file.Samples.open;
import static io.balsa.raft.storage.file.Samples.run;
import static io.balsa.raft.storage.file.Samples.runOfSize;
import static io.balsa.raft.storage.file.Samples.voted;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.balsa.raft.cluster.Member;
import io.balsa.raft.cluster.Membership;
import io.balsa.raft.storage.LogEntry;
import io.balsa.raft.storage.LogPosition;
import io.balsa.raft.storage.SnapshotSink;
import io.balsa.raft.storage.StoredState;
import io.balsa.raft.storage.file.FaultyDisk.Crash;
import io.balsa.raft.storage.file.FaultyDisk.PowerCut;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

@DisplayName("A store that has lost entries to damage, and is opened all the same")
class MendedStoreTest {

    private static final String FIRST_SEGMENT = FileNames.segment(0);
    private static final LogPosition LAST = new LogPosition(9, 2);

    /** Nine entries in two segments, closed in good order; it has voted in term 2. */
    private static FaultyDisk store() {
        FaultyDisk disk = new FaultyDisk();
        FileStorage storage = storage(disk);
        open(storage);
        storage.writeHardState(voted(1, 1));
        storage.append(run(1, 1, "a", "b"));
        storage.sync();
        storage.append(runOfSize(3, 1, 2000));
        storage.append(runOfSize(4, 1, 1000));
        storage.sync();
        storage.writeHardState(voted(2, 3));
        storage.append(runOfSize(5, 2, 1500));
        storage.sync();
        storage.append(run(6, 2, "f", "g"));
        storage.append(run(8, 2, "h", "i"));
        storage.sync();
        storage.close();
        return disk;
    }

    private static FileStorage storage(FaultyDisk disk) {
        return FileStorage.builder(disk).segmentBytes(Workload.SEGMENT_BYTES).build();
    }

    private static void flip(FaultyDisk disk, String file, long position) {
        disk.bytes(file)[(int) position] ^= 0x10;
        disk.replace(file, disk.bytes(file));
    }

    private static long runAt(int... sizes) {
        long at = SegmentHeader.BYTES;
        for (int size : sizes) {
            at += RecordHeader.recordBytes(size);
        }
        return at;
    }

    private static int size(long first, String... payloads) {
        return run(first, 1, payloads).sizeBytes();
    }

    private static String secondSegment(FaultyDisk disk) {
        return disk.list().stream()
                .filter(FileNames::isSegment)
                .sorted()
                .toList()
                .get(1);
    }

    private static List<LogEntry> allEntries() {
        FileStorage storage = storage(store());
        open(storage);
        return entries(storage, LAST.index());
    }

    private static List<String> setAside(FaultyDisk disk) {
        return disk.list().stream().filter(FileNames::isSetAside).sorted().toList();
    }

    @Test
    @DisplayName("ends before the damage, and knows up to where it once reached")
    void knowsUpToWhereItReached() {
        FaultyDisk disk = store();
        flip(disk, FIRST_SEGMENT, runAt(size(1, "a", "b")) + 100);
        FileStorage storage = storage(disk);

        StoredState found = open(storage);

        assertThat(found.last()).isEqualTo(new LogPosition(2, 1));
        assertThat(found.promised()).isEqualTo(LAST);
        assertThat(found.hardState()).isEqualTo(voted(2, 3));
        assertThat(entries(storage, 2)).isEqualTo(allEntries().subList(0, 2));
        Recovery.Mending told = storage.recovery().flatMap(Recovery::mending).orElseThrow();
        assertThat(told.promised()).isEqualTo(LAST);
        assertThat(told.damage().orElseThrow()).contains(FIRST_SEGMENT).contains("log index 3");
        assertThat(told.setAside()).containsExactlyElementsOf(setAside(disk)).hasSize(2);
    }

    @Test
    @DisplayName("keeps what was damaged until a leader has given back what it lost, and then forgets about it")
    void isMended() {
        FaultyDisk disk = store();
        byte[] before = disk.bytes(FIRST_SEGMENT).clone();
        flip(disk, FIRST_SEGMENT, runAt(size(1, "a", "b")) + 100);
        FileStorage storage = storage(disk);
        open(storage);
        storage.append(runOfSize(3, 1, 2000));
        storage.sync();
        storage.close();

        FileStorage again = storage(disk);
        StoredState between = open(again);
        assertThat(between.last()).isEqualTo(new LogPosition(3, 1));
        assertThat(between.promised()).isEqualTo(LAST);
        assertThat(setAside(disk)).hasSize(2);
        before[(int) runAt(size(1, "a", "b")) + 100] ^= 0x10;
        assertThat(disk.bytes(FIRST_SEGMENT + FileNames.DAMAGED)).isEqualTo(before);
        again.append(runOfSize(4, 1, 1000));
        again.append(runOfSize(5, 2, 1500));
        again.append(run(6, 2, "f", "g", "h", "i"));
        again.sync();
        again.close();

        FileStorage whole = storage(disk);
        StoredState mended = open(whole);
        assertThat(mended.promised()).isEqualTo(LAST).isEqualTo(mended.last());
        assertThat(entries(whole, 9)).isEqualTo(allEntries());
        assertThat(whole.recovery().flatMap(Recovery::mending)).isEmpty();
        assertThat(disk.list()).noneMatch(FileNames::isSetAside).doesNotContain(FileNames.MENDING);
    }

    @Test
    @DisplayName("has promised anything of its term, if the very end of the log is what was lost")
    void anything() {
        FaultyDisk disk = store();
        String second = secondSegment(disk);
        disk.replace(second, Arrays.copyOf(disk.bytes(second), (int) runAt(1600)));

        StoredState found = open(storage(disk));

        assertThat(found.promised()).isEqualTo(new LogPosition(Long.MAX_VALUE, 2));
    }

    @Test
    @DisplayName("goes on in a new segment, if the one it should go on in is damaged or missing")
    void damagedHeader() {
        FaultyDisk damaged = store();
        FaultyDisk missing = store();
        String second = secondSegment(damaged);
        flip(damaged, second, 20);
        missing.remove(second);

        for (FaultyDisk disk : List.of(damaged, missing)) {
            FileStorage storage = storage(disk);
            StoredState found = open(storage);
            assertThat(found.last().term()).isEqualTo(1);
            assertThat(entries(storage, found.last().index()))
                    .isEqualTo(allEntries().subList(0, (int) found.last().index()));
            storage.append(runOfSize(found.last().index() + 1, 3, 10));
            storage.sync();
            storage.close();
            assertThat(open(storage(disk)).last())
                    .isEqualTo(new LogPosition(found.last().index() + 1, 3));
        }
        assertThat(open(storage(damagedCopy(second))).promised()).isEqualTo(LAST);
    }

    private static FaultyDisk damagedCopy(String file) {
        FaultyDisk disk = store();
        flip(disk, file, 20);
        return disk;
    }

    @Test
    @DisplayName("begins anew, if not even the beginning of the log is left")
    void beginsAnew() {
        FaultyDisk disk = store();
        flip(disk, FIRST_SEGMENT, 20);
        FileStorage storage = storage(disk);

        StoredState found = open(storage);

        assertThat(found.last()).isEqualTo(LogPosition.ZERO);
        assertThat(found.promised()).isEqualTo(LAST);
        assertThat(found.hardState()).isEqualTo(voted(2, 3));
        storage.append(run(1, 1, "a", "b"));
        storage.sync();
        storage.close();
        assertThat(open(storage(disk)).last()).isEqualTo(new LogPosition(2, 1));
    }

    /** A store whose log begins after entry 6 and ends with entry 8; snapshots of 6, and perhaps of 4, are there. */
    private static FaultyDisk compacted() {
        FaultyDisk disk = new FaultyDisk();
        FileStorage storage = storage(disk);
        open(storage);
        storage.writeHardState(voted(1, 1));
        storage.append(runOfSize(1, 1, 2000));
        storage.append(runOfSize(2, 1, 3000));
        storage.append(runOfSize(3, 1, 3000));
        storage.append(runOfSize(4, 1, 3000));
        storage.append(run(5, 1, "e"));
        storage.sync();
        LogPosition covered = new LogPosition(4, 1);
        try (SnapshotSink sink = storage.beginSnapshot(covered, 0, FOUNDING)) {
            sink.write(contents(covered, 30));
            assertThat(sink.commit()).isEqualTo(announced(covered, 30));
        }
        storage.compact(4);
        storage.sync();
        storage.close();
        return disk;
    }

    @Test
    @DisplayName("begins anew, if the snapshot is damaged that the log needs, and remembers how far the log reached")
    void damagedSnapshot() {
        FaultyDisk disk = compacted();
        flip(disk, FileNames.snapshot(new LogPosition(4, 1)), 530);
        FileStorage storage = storage(disk);

        StoredState found = open(storage);

        assertThat(found.snapshot()).isEmpty();
        assertThat(found.last()).isEqualTo(LogPosition.ZERO);
        assertThat(found.promised()).isEqualTo(new LogPosition(5, 1));
        LogPosition covered = new LogPosition(7, 2);
        try (SnapshotSink sink = storage.receiveSnapshot(announced(covered, 40))) {
            sink.write(contents(covered, 40));
            sink.commit();
        }
        storage.installSnapshot(announced(covered, 40));
        storage.sync();
        storage.close();
        StoredState mended = open(storage(disk));
        assertThat(mended.last()).isEqualTo(covered).isEqualTo(mended.promised());
        assertThat(disk.list()).doesNotContain(FileNames.MENDING);
    }

    @Test
    @DisplayName("remembers the more of two losses")
    void twoLosses() {
        FaultyDisk disk = store();
        flip(disk, secondSegment(disk), runAt() + 100);
        flip(disk, FIRST_SEGMENT, runAt(size(1, "a", "b")) + 100);
        LogPosition first = open(storage(disk.copy())).promised();
        FileStorage storage = storage(disk);
        open(storage);
        storage.append(runOfSize(3, 1, 100));
        storage.append(runOfSize(4, 1, 100));
        storage.sync();
        storage.close();
        flip(disk, FIRST_SEGMENT, runAt(size(1, "a", "b")) + 70);

        StoredState found = open(storage(disk));

        assertThat(found.last()).isEqualTo(new LogPosition(2, 1));
        assertThat(found.promised()).isEqualTo(first).isEqualTo(LAST);
    }

    @Test
    @DisplayName("may have promised anything of the term it was in, if what remembers the promise is damaged as well")
    void damagedPromise() {
        FaultyDisk disk = store();
        flip(disk, FIRST_SEGMENT, runAt(size(1, "a", "b")) + 100);
        open(storage(disk));
        FaultyDisk crashed = disk.crash(Crash.PROCESS_ONLY, new Random(0));
        flip(crashed, FileNames.MENDING, 100);
        FileStorage storage = storage(crashed);
        assertThat(open(storage).promised()).isEqualTo(new LogPosition(Long.MAX_VALUE, 2));
        storage.writeHardState(voted(5, 2));
        storage.sync();
        storage.close();

        assertThat(open(storage(crashed)).promised()).isEqualTo(new LogPosition(Long.MAX_VALUE, 2));
    }

    @Test
    @DisplayName("is not opened if nobody else could give back what it lost")
    void alone() {
        Membership alone = Membership.ofVoters(List.of(new Member(IDENTITY.node(), "http://10.0.0.1:7001")));
        FaultyDisk disk = new FaultyDisk();
        FileStorage storage = storage(disk);
        storage.open(IDENTITY, alone);
        storage.append(run(1, 1, "a"));
        storage.sync();
        storage.append(run(2, 1, "b"));
        storage.sync();
        storage.close();
        flip(disk, FIRST_SEGMENT, SegmentHeader.BYTES + 60);
        FaultyDisk before = disk.copy();

        assertThatThrownBy(() -> storage(disk).open(IDENTITY, alone)).isInstanceOf(CorruptionException.class);
        assertThat(disk.contents()).isEqualTo(before.contents());
    }

    @Test
    @DisplayName("is not opened if term and vote are lost as well")
    void withoutVote() {
        FaultyDisk disk = store();
        flip(disk, FIRST_SEGMENT, runAt(size(1, "a", "b")) + 100);
        flip(disk, FileNames.HARD_STATE, 100);
        flip(disk, FileNames.HARD_STATE, HardStateFile.SLOT_DISTANCE + 100L);

        assertThatThrownBy(() -> open(storage(disk))).hasMessageContaining("neither slot for term and vote is whole");
    }

    @Test
    @DisplayName("cannot be the survivor of a cluster's last resort")
    void noSurvivor() {
        FaultyDisk disk = store();
        flip(disk, FIRST_SEGMENT, runAt(size(1, "a", "b")) + 100);
        open(storage(disk));
        FaultyDisk crashed = disk.crash(Crash.PROCESS_ONLY, new Random(0));
        Membership alone = Membership.ofVoters(List.of(new Member(IDENTITY.node(), "http://10.0.0.1:7001")));

        assertThatThrownBy(() -> OfflineStore.on(crashed).forceMembership(alone))
                .hasMessageContaining("choose another survivor");
    }

    @ParameterizedTest(name = "{0}")
    @EnumSource(Crash.class)
    @DisplayName("may lose its power at any moment of that, and never promises less than before, nor forgets its vote")
    void everyOperation(Crash mode) {
        List<FaultyDisk> stores = new ArrayList<>();
        for (long position : new long[] {20, SegmentHeader.BYTES + 60, runAt(size(1, "a", "b")) + 100}) {
            FaultyDisk disk = store();
            flip(disk, FIRST_SEGMENT, position);
            stores.add(disk);
        }
        stores.add(damagedCopy(secondSegment(store())));
        FaultyDisk missing = store();
        missing.remove(secondSegment(missing));
        stores.add(missing);
        FaultyDisk snapshot = compacted();
        flip(snapshot, FileNames.snapshot(new LogPosition(4, 1)), 530);
        stores.add(snapshot);

        int cuts = stores.stream()
                .mapToInt(damaged -> cutEverywhere(damaged, mode))
                .sum();

        assertThat(cuts).isGreaterThan(100);
    }

    private static int cutEverywhere(FaultyDisk damaged, Crash mode) {
        StoredState expected = open(storage(damaged.copy()));
        for (int operation = 0; ; operation++) {
            FaultyDisk disk = damaged.copy().cutPowerAt(operation);
            Optional<StoredState> done = openOn(disk);
            FaultyDisk crashed = disk.crash(mode, chance(operation));
            FileStorage storage = storage(crashed);
            StoredState found = open(storage);
            String what = "cut at operation " + operation + " of " + disk.trace();
            assertThat(found.promised()).as(what).isEqualTo(expected.promised());
            assertThat(found.hardState()).as(what).isEqualTo(expected.hardState());
            assertThat(found.last()).as(what).isEqualTo(expected.last());
            assertThat(entries(storage, found.base().index() + 1, found.last().index()))
                    .as(what)
                    .isEqualTo(allOrNone(found));
            FaultyDisk twice = crashed.crash(Crash.LOSE_ALL, new Random(0));
            assertThat(open(storage(twice))).as("twice, " + what).isEqualTo(found);
            if (done.isPresent()) {
                return operation;
            }
        }
    }

    private static List<LogEntry> allOrNone(StoredState found) {
        return allEntries().subList(0, (int) found.last().index());
    }

    private static Optional<StoredState> openOn(FaultyDisk disk) {
        try {
            return Optional.of(open(storage(disk)));
        } catch (PowerCut e) {
            return Optional.empty();
        }
    }
}
