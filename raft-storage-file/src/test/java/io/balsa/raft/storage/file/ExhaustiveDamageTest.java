package io.balsa.raft.storage.file;

import static io.balsa.raft.storage.file.Samples.contentsOf;
import static io.balsa.raft.storage.file.Samples.entries;
import static io.balsa.raft.storage.file.Samples.open;
import static io.balsa.raft.storage.file.Samples.run;
import static org.assertj.core.api.Assertions.assertThat;

import io.balsa.raft.storage.LogEntry;
import io.balsa.raft.storage.LogPosition;
import io.balsa.raft.storage.StorageException;
import io.balsa.raft.storage.StoredState;
import io.balsa.raft.storage.file.FaultyDisk.Crash;
import io.balsa.raft.storage.file.Samples.Contents;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Everything that can be damaged in a small store is damaged, one thing at a time. A store that refuses damage must then be
 * found as it was, or say what is wrong; one that is mended must hold a beginning of what it held, and know that there was more.
 */
@DisplayName("Every byte of every file of a store is flipped, and every file is cut at every length")
class ExhaustiveDamageTest {

    private enum Verdict {
        SOUND_AND_EQUAL,
        TORN_TAIL,
        NAMED_ERROR
    }

    /**
     * A store, and what it holds.
     *
     * @param story how it came to that
     * @param torn what it holds at least if its very last batch is taken for torn; nothing if it was closed
     */
    private record Sample(String name, Workload story, FaultyDisk disk, Contents whole, Optional<Contents> torn) {

        boolean isTorn(Contents found) {
            return torn.isPresent()
                    && found.state().hardState().equals(whole.state().hardState())
                    && found.state().base().equals(whole.state().base())
                    && found.entries().size() >= torn.get().entries().size()
                    && found.entries()
                            .equals(whole.entries().subList(0, found.entries().size()));
        }

        @Override
        public String toString() {
            return name;
        }
    }

    private static final class Counts {

        private final Map<Verdict, Integer> refusing = new EnumMap<>(Verdict.class);
        private int damages;
        private int mended;
        private int lostNothing;
        private int unknown;
        private int refused;

        void print(Sample sample, String what) {
            System.out.printf(
                    "%s, %s: %d damages; refusing: %s; mending: %d opened with less (of %d nobody can tell how much less),"
                            + " %d had lost no entry, %d refused%n",
                    sample, what, damages, refusing, mended, unknown, lostNothing, refused);
        }
    }

    static Stream<Sample> samples() {
        FaultyDisk log = new FaultyDisk();
        Workload ofLog = new Workload(log).script();
        FaultyDisk snapshots = new FaultyDisk();
        Workload ofSnapshots = new Workload(snapshots).snapshots();
        return Stream.of(
                closed("closed", ofLog, log),
                closed("closed, with snapshots", ofSnapshots, snapshots),
                notClosed("not closed", ofLog, log),
                notClosed("not closed, with snapshots", ofSnapshots, snapshots));
    }

    private static Sample closed(String name, Workload story, FaultyDisk disk) {
        return new Sample(name, story, disk, contentsOf(disk.copy()), Optional.empty());
    }

    private static Sample notClosed(String name, Workload story, FaultyDisk closed) {
        FaultyDisk disk = closed.copy();
        FileStorage storage = storage(disk, false);
        LogPosition last = open(storage).last();
        storage.append(run(last.index() + 1, last.term(), "the", "last"));
        storage.append(run(last.index() + 3, last.term(), "batch"));
        storage.sync();
        FaultyDisk crashed = disk.crash(Crash.LOSE_ALL, new Random(0));
        return new Sample(name, story, crashed, contentsOf(crashed.copy()), Optional.of(contentsOf(closed.copy())));
    }

    private static FileStorage storage(FaultyDisk disk, boolean mends) {
        return FileStorage.builder(disk)
                .segmentBytes(Workload.SEGMENT_BYTES)
                .mendFromPeers(mends)
                .build();
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("samples")
    @DisplayName("a byte is flipped: never a wrong entry, never a silent loss")
    void everyByte(Sample sample) {
        Counts counts = new Counts();
        for (String file : sample.disk.list()) {
            int size = sample.disk.bytes(file).length;
            for (int position = 0; position < size; position++) {
                int at = position;
                check(sample, counts, file + " byte " + at, () -> {
                    FaultyDisk disk = sample.disk.copy();
                    byte[] bytes = disk.bytes(file).clone();
                    bytes[at] ^= (byte) (1 << at % Byte.SIZE);
                    disk.replace(file, bytes);
                    return disk;
                });
            }
        }
        counts.print(sample, "a bit flipped");
        assertThat(counts.refusing).containsKeys(Verdict.SOUND_AND_EQUAL, Verdict.NAMED_ERROR);
        assertThat(counts.mended).isGreaterThan(500);
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("samples")
    @DisplayName("a file is cut short: never a wrong entry, never a silent loss")
    void everyLength(Sample sample) {
        Counts counts = new Counts();
        for (String file : sample.disk.list()) {
            int size = sample.disk.bytes(file).length;
            for (int length = 0; length < size; length++) {
                int kept = length;
                check(sample, counts, file + " cut to " + kept, () -> {
                    FaultyDisk disk = sample.disk.copy();
                    disk.replace(file, Arrays.copyOf(disk.bytes(file), kept));
                    return disk;
                });
            }
        }
        counts.print(sample, "cut short");
        assertThat(counts.refusing).containsKeys(Verdict.SOUND_AND_EQUAL, Verdict.NAMED_ERROR);
        assertThat(counts.mended).isGreaterThan(500);
    }

    private static void check(Sample sample, Counts counts, String what, Supplier<FaultyDisk> damaged) {
        counts.damages++;
        Verdict verdict = refusing(sample, damaged.get(), what);
        counts.refusing.merge(verdict, 1, Integer::sum);
        if (verdict == Verdict.NAMED_ERROR) {
            mending(sample, counts, damaged.get(), what);
        }
    }

    private static Verdict refusing(Sample sample, FaultyDisk disk, String what) {
        Contents found;
        try {
            found = contentsOf(disk);
        } catch (StorageException e) {
            assertThat(e.getMessage()).as(what).contains("the store in memory");
            return Verdict.NAMED_ERROR;
        }
        if (found.equals(sample.whole)) {
            return Verdict.SOUND_AND_EQUAL;
        }
        assertThat(sample.isTorn(found)).as("%s: %s", what, found).isTrue();
        return Verdict.TORN_TAIL;
    }

    /** What is refused is opened with less, which it knows, or refused here as well; and twice with the same result. */
    private static void mending(Sample sample, Counts counts, FaultyDisk disk, String what) {
        FileStorage storage = storage(disk, true);
        StoredState found;
        try {
            found = open(storage);
        } catch (StorageException e) {
            counts.refused++;
            return;
        }
        StoredState whole = sample.whole.state();
        assertThat(found.hardState()).as(what).isEqualTo(whole.hardState());
        assertThat(found.promised().isAtLeastAsUpToDateAs(whole.last()))
                .as(what)
                .isTrue();
        List<LogEntry> left =
                entries(storage, found.base().index() + 1, found.last().index());
        boolean isBeginning = sample.story.everBeganWith(found.base(), left)
                || left.equals(sample.whole
                        .entries()
                        .subList(0, Math.min(left.size(), sample.whole.entries().size())));
        assertThat(left.isEmpty() || isBeginning).as("%s: %s", what, left).isTrue();
        if (found.promised().equals(found.last())) {
            counts.lostNothing++;
        } else {
            counts.mended++;
            counts.unknown += found.promised().index() == Long.MAX_VALUE ? 1 : 0;
        }
        FaultyDisk again = disk.crash(Crash.LOSE_ALL, new Random(0));
        assertThat(open(storage(again, true))).as("twice, " + what).isEqualTo(found);
    }
}
