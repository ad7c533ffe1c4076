package io.balsa.raft.storage.file;

import static io.balsa.raft.storage.file.Samples.chance;
import static io.balsa.raft.storage.file.Samples.contentsOf;
import static io.balsa.raft.storage.file.Samples.entries;
import static io.balsa.raft.storage.file.Samples.open;
import static io.balsa.raft.storage.file.Samples.run;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.balsa.raft.storage.EntryKind;
import io.balsa.raft.storage.LogEntry;
import io.balsa.raft.storage.LogPosition;
import io.balsa.raft.storage.SnapshotSink;
import io.balsa.raft.storage.StorageException;
import io.balsa.raft.storage.StoredState;
import io.balsa.raft.storage.file.FaultyDisk.Crash;
import io.balsa.raft.storage.file.FaultyDisk.PowerCut;
import io.balsa.raft.storage.file.Samples.Contents;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.function.BiConsumer;
import java.util.function.Supplier;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

@DisplayName("The power is cut at every operation, and the disk keeps what it likes of what was not synced")
class CrashEnumerationTest {

    private static final int DRAWS = 4;

    private static int crashPoints;
    private static int recoveries;

    @AfterAll
    static void print() {
        System.out.printf(
                "%d crash points (operation and mode), %d modes, %d recoveries%n",
                crashPoints, Crash.values().length, recoveries);
    }

    private interface Story {
        void tell(Workload workload);
    }

    @ParameterizedTest(name = "{0}")
    @EnumSource(Crash.class)
    @DisplayName("all that was synced is found, nothing is invented, and what was found stays")
    void everyOperationOfTheScript(Crash mode) {
        int crashes = enumerate(FaultyDisk::new, Workload::script, mode, this::recoverAndGoOn);

        assertThat(crashes).isGreaterThan(80);
    }

    @ParameterizedTest(name = "{0}")
    @EnumSource(Crash.class)
    @DisplayName("the same holds while snapshots are taken, received and installed, and the log is compacted")
    void everyOperationOfTheScriptOfSnapshots(Crash mode) {
        int crashes = enumerate(FaultyDisk::new, Workload::snapshots, mode, this::recoverAndGoOn);

        assertThat(crashes).isGreaterThan(150);
    }

    @ParameterizedTest(name = "{0}")
    @EnumSource(Crash.class)
    @DisplayName(
            "a transfer that a crash interrupted goes on, and whatever the disk kept, ends with what was announced")
    void everyOperationOfATransfer(Crash mode) {
        enumerate(FaultyDisk::new, Workload::snapshots, mode, (workload, crashed) -> {
            FileStorage storage = FileStorage.builder(crashed)
                    .segmentBytes(Workload.SEGMENT_BYTES)
                    .build();
            open(storage);
            try (SnapshotSink sink = storage.receiveSnapshot(Workload.INTERRUPTED)) {
                LogPosition last = Workload.INTERRUPTED.last();
                sink.write(Samples.contents(last, Workload.LARGE_SNAPSHOT_BYTES).position((int) sink.position()));
                assertThat(sink.commit()).isEqualTo(Workload.INTERRUPTED);
            }
            FaultyDisk again = crashed.crash(Crash.LOSE_ALL, new Random(0));
            assertThat(contentsOf(again).state().snapshot().orElseThrow().index())
                    .isGreaterThanOrEqualTo(Workload.INTERRUPTED.index());
        });
    }

    @ParameterizedTest(name = "seed {0}")
    @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8})
    @DisplayName("the same holds for stories drawn at random")
    void everyOperationOfRandomStories(long seed) {
        for (Crash mode : Crash.values()) {
            enumerate(FaultyDisk::new, workload -> workload.random(new Random(seed)), mode, this::recoverAndGoOn);
        }
    }

    @ParameterizedTest(name = "seed {0}")
    @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8})
    @DisplayName("and for stories with snapshots drawn at random")
    void everyOperationOfRandomSnapshots(long seed) {
        for (Crash mode : Crash.values()) {
            enumerate(FaultyDisk::new, workload -> workload.randomSnapshots(chance(seed)), mode, this::recoverAndGoOn);
        }
    }

    @Test
    @DisplayName("a disk that ignores force is noticed")
    void noticesADiskThatIgnoresForce() {
        assertThatThrownBy(() -> enumerate(
                        () -> new FaultyDisk().ignoringForce(), Workload::script, Crash.LOSE_ALL, this::recoverAndGoOn))
                .isNotInstanceOf(PowerCut.class);
    }

    @Test
    @DisplayName("a disk that ignores the sync of its directory is noticed")
    void noticesADiskThatIgnoresTheSyncOfItsDirectory() {
        assertThatThrownBy(() -> enumerate(
                        () -> new FaultyDisk().ignoringDirectorySync(),
                        Workload::script,
                        Crash.LOSE_ALL,
                        this::recoverAndGoOn))
                .isNotInstanceOf(PowerCut.class);
    }

    @Test
    @DisplayName("whatever operation fails, the storage refuses to go on, and the next start finds what was synced")
    void everyOperationFails() {
        FaultyDisk sound = new FaultyDisk();
        new Workload(sound).script();
        int operations = sound.trace().size();
        for (int operation = 0; operation < operations; operation++) {
            FaultyDisk disk = new FaultyDisk().failAt(operation);
            Workload workload = new Workload(disk);

            assertThatThrownBy(workload::script)
                    .as("operation %d: %s", operation, disk.trace())
                    .isInstanceOf(StorageException.class);

            int count = disk.trace().size();
            assertThatThrownBy(workload::goOn).isInstanceOf(RuntimeException.class);
            assertThat(disk.trace()).as("nothing is tried again").hasSize(count);
            recoverAndGoOn(workload, disk.crash(Crash.PROCESS_ONLY, new Random(0)));
        }
    }

    @Test
    @DisplayName("whatever operation of the story of snapshots fails, the next start finds what was promised")
    void everyOperationOfTheScriptOfSnapshotsFails() {
        FaultyDisk sound = new FaultyDisk();
        new Workload(sound).snapshots();
        int failures = 0;
        for (int operation = 0; operation < sound.trace().size(); operation++) {
            FaultyDisk disk = new FaultyDisk().failAt(operation);
            Workload workload = new Workload(disk);
            try {
                workload.snapshots();
            } catch (StorageException e) {
                failures++;
            }
            recoverAndGoOn(workload, disk.crash(Crash.PROCESS_ONLY, new Random(0)));
            recoverAndGoOn(workload, disk.crash(Crash.LOSE_ALL, new Random(0)));
        }
        assertThat(failures)
                .as("only what is deleted later may fail in silence")
                .isGreaterThan(sound.trace().size() - 10);
    }

    /** Cuts the power at every operation of the story, and shows each disk that is left to {@code check}. */
    private static int enumerate(
            Supplier<FaultyDisk> disks, Story story, Crash mode, BiConsumer<Workload, FaultyDisk> check) {
        int operation = 0;
        boolean cut = true;
        while (cut) {
            FaultyDisk disk = disks.get().cutPowerAt(operation);
            Workload workload = new Workload(disk);
            cut = isCut(() -> story.tell(workload));
            for (int draw = 0; draw < DRAWS; draw++) {
                try {
                    check.accept(workload, disk.crash(mode, chance(operation * 31L + draw)));
                } catch (RuntimeException | AssertionError e) {
                    List<String> trace = disk.trace();
                    throw new AssertionError(
                            mode + " at operation " + operation + ", draw " + draw + ", after "
                                    + trace.subList(Math.max(0, trace.size() - 12), trace.size()),
                            e);
                }
            }
            operation++;
            crashPoints++;
        }
        return operation - 1;
    }

    private static boolean isCut(Runnable story) {
        try {
            story.run();
            return false;
        } catch (PowerCut e) {
            return true;
        }
    }

    private void recoverAndGoOn(Workload workload, FaultyDisk crashed) {
        recoveries += 4;
        Contents found = contentsOf(crashed);
        assertThat(workload.permits(found))
                .as(() -> "found " + found + " of " + workload)
                .isTrue();
        assertThat(found.state().termStarts()).isEqualTo(termStartsOf(found.entries()));
        assertThat(found.state().memberships())
                .isEqualTo(found.entries().stream()
                        .filter(entry -> entry.kind() == EntryKind.MEMBERSHIP)
                        .toList());

        FaultyDisk again = crashed.crash(Crash.LOSE_ALL, new Random(0));
        assertThat(contentsOf(again)).as("what was found is durable").isEqualTo(found);

        FaultyDisk next = again.crash(Crash.LOSE_ALL, new Random(0));
        FileStorage storage = FileStorage.builder(next)
                .segmentBytes(Workload.SEGMENT_BYTES)
                .mendFromPeers(false)
                .build();
        StoredState state = open(storage);
        storage.append(run(state.last().index() + 1, 9, "after the crash"));
        storage.sync();
        List<LogEntry> expected = new ArrayList<>(found.entries());
        assertThat(state).isEqualTo(found.state());
        expected.addAll(entries(storage, state.last().index() + 1, state.last().index() + 1));
        assertThat(contentsOf(next.crash(Crash.LOSE_ALL, new Random(0))).entries())
                .isEqualTo(expected);
    }

    private static List<LogPosition> termStartsOf(List<LogEntry> entries) {
        List<LogPosition> starts = new ArrayList<>();
        for (LogEntry entry : entries) {
            if (starts.isEmpty() || starts.get(starts.size() - 1).term() != entry.term()) {
                starts.add(entry.position());
            }
        }
        return starts;
    }
}
