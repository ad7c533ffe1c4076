package io.balsa.raft.storage.file;

import static io.balsa.raft.storage.file.Samples.FOUNDING;
import static io.balsa.raft.storage.file.Samples.contents;
import static io.balsa.raft.storage.file.Samples.open;
import static io.balsa.raft.storage.file.Samples.run;
import static io.balsa.raft.storage.file.Samples.runOfSize;
import static io.balsa.raft.storage.file.Samples.voted;
import static org.assertj.core.api.Assertions.assertThat;

import io.balsa.raft.storage.LogPosition;
import io.balsa.raft.storage.Scrub;
import io.balsa.raft.storage.SnapshotSink;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

@DisplayName("A scrub of an open store")
class ScrubTest {

    private static final int STEPS = 100; // are enough for several rounds
    private static final String FIRST_SEGMENT = FileNames.segment(0);
    private static final LogPosition COVERED = new LogPosition(4, 1);

    private final FaultyDisk disk = new FaultyDisk();
    private final FileStorage storage = FileStorage.builder(disk)
            .segmentBytes(Workload.SEGMENT_BYTES)
            .scrubBytesPerSecond(1_000_000)
            .build();

    /** Entries 1 to 3 in two segments that are finished, and 4 to 6 in the one that is written to. */
    ScrubTest() {
        open(storage);
        storage.writeHardState(voted(1, 1));
        storage.append(runOfSize(1, 1, 3000));
        storage.append(runOfSize(2, 1, 2000));
        storage.append(run(3, 1, "c"));
        storage.append(runOfSize(4, 1, 3500));
        storage.append(run(5, 1, "e", "f"));
        storage.sync();
    }

    @AfterEach
    void close() {
        storage.close();
    }

    private Optional<Scrub.Damage> scrubbed() {
        Optional<Scrub.Damage> found = Optional.empty();
        for (int i = 0; i < STEPS && found.isEmpty(); i++) {
            found = storage.scrub().damage();
        }
        return found;
    }

    private void flip(String file, int position) {
        disk.bytes(file)[position] ^= 0x10;
    }

    private void take() {
        try (SnapshotSink sink = storage.beginSnapshot(COVERED, 0, FOUNDING)) {
            sink.write(contents(COVERED, 100_000));
            sink.commit();
        }
    }

    @Test
    @DisplayName("finds nothing wrong with what is sound, and goes on for ever")
    void sound() {
        take();

        assertThat(scrubbed()).isEmpty();
        assertThat(storage.scrub().pauseNanos()).isLessThan(Long.MAX_VALUE);
    }

    @Test
    @DisplayName("reads no more in a second than it is allowed to, and all of the finished files in a round")
    void rate() {
        take();
        long nanos = 0;
        int rounds = 0;
        long readNanos = 0;
        while (rounds < 2) {
            long pause = storage.scrub().pauseNanos();
            nanos += pause;
            rounds += pause == 1_000_000_000 ? 1 : 0; // between two rounds
            readNanos += pause == 1_000_000_000 || rounds != 1 ? 0 : pause;
        }

        // At a million bytes a second: a snapshot of 100,000 bytes, and segments of some 9,000 with their headers.
        assertThat(readNanos / 1000).isBetween(105_000L, 115_000L);
        assertThat(nanos).isGreaterThan(2_000_000_000L);
    }

    @Test
    @DisplayName(
            "finds a record in a finished segment that has changed, and says up to where a snapshot has to stand for it")
    void damagedRecord() {
        flip(FIRST_SEGMENT, SegmentHeader.BYTES + 200);

        Scrub.Damage damage = scrubbed().orElseThrow();

        assertThat(damage.finding()).contains(FIRST_SEGMENT).contains("byte " + SegmentHeader.BYTES);
        assertThat(damage.lastIndex()).isEqualTo(1);
        assertThat(storage.scrub().damage()).as("until it is gone").hasValue(damage);
        take();
        assertThat(storage.scrub().damage()).as("until it is gone").hasValue(damage);
        storage.compact(damage.lastIndex());
        assertThat(scrubbed()).isEmpty();
    }

    @Test
    @DisplayName("finds a damaged header of a segment")
    void damagedHeader() {
        String second = disk.list().stream()
                .filter(FileNames::isSegment)
                .sorted()
                .toList()
                .get(1);
        flip(second, 20);

        Scrub.Damage damage = scrubbed().orElseThrow();

        assertThat(damage.finding()).contains(second).contains("header");
        assertThat(damage.lastIndex()).isEqualTo(3);
    }

    @Test
    @DisplayName("finds a damaged snapshot, which is gone when there is a newer one")
    void damagedSnapshot() {
        take();
        flip(FileNames.snapshot(COVERED), 70_000);

        Scrub.Damage damage = scrubbed().orElseThrow();

        assertThat(damage.finding()).contains(FileNames.snapshot(COVERED)).contains("block 1");
        assertThat(damage.lastIndex()).isZero();
        LogPosition newer = new LogPosition(5, 1);
        try (SnapshotSink sink = storage.beginSnapshot(newer, 0, FOUNDING)) {
            sink.write(contents(newer, 10));
            sink.commit();
        }
        assertThat(scrubbed()).isEmpty();
    }

    @Test
    @DisplayName("lets segments go that are compacted while they are read")
    void compactedMeanwhile() {
        storage.scrub();
        storage.scrub();
        take();
        storage.compact(4);

        assertThat(scrubbed()).isEmpty();
        assertThat(disk.list()).filteredOn(FileNames::isSegment).hasSize(1);
    }

    @Test
    @DisplayName("reads nothing if it is not to")
    void never() {
        FileStorage quiet =
                FileStorage.builder(new FaultyDisk()).scrubBytesPerSecond(0).build();
        open(quiet);

        assertThat(quiet.scrub()).isEqualTo(Scrub.NEVER);
        quiet.close();
    }
}
