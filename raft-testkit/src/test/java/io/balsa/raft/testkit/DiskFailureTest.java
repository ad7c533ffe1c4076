package io.balsa.raft.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowable;

import io.balsa.raft.storage.HardState;
import io.balsa.raft.storage.StorageException;
import io.balsa.raft.storage.StorageFullException;
import io.balsa.raft.storage.file.FileStorage;
import io.balsa.raft.testkit.SimulatedDisk.Crash;
import io.balsa.raft.testkit.SimulatedDisk.Faults;
import io.balsa.raft.testkit.SimulatedDisk.Operation;
import java.io.IOException;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

@DisplayName("A file storage on a disk that fails")
class DiskFailureTest {

    private static final int SEED = 11;
    private static final int STEPS = 60;

    @Test
    @DisplayName("at any operation: says which file and why, and tries nothing again")
    void anyOperation() {
        Map<String, Integer> failures = new TreeMap<>();
        for (int operation = 0; ; operation++) {
            FailAt faults = FailAt.error().after(operation);
            SimulatedDisk disk = new SimulatedDisk("disk", faults);
            StorageStory story = new StorageStory(disk, new Draws(SEED));
            Throwable failure = catchThrowable(() -> story.tell(STEPS));
            if (faults.hit().isEmpty()) {
                assertThat(failure).isNull();
                break;
            }
            String file = faults.hitFile();
            assertThat(failure)
                    .as("operation %d, %s", operation, faults.hit())
                    .isInstanceOf(StorageException.class)
                    .hasMessageContaining("disk")
                    .hasMessageContaining(file.equals(".") ? "the directory: " : file + ": ")
                    .hasMessageContaining("Input/output error");
            failures.merge(faults.hitOperation(), 1, Integer::sum);

            long operations = faults.operations();
            assertThatThrownBy(story::goOn).isInstanceOf(RuntimeException.class);
            assertThat(faults.operations()).as("nothing is tried again").isEqualTo(operations);

            disk.crash(Crash.PROCESS_ONLY, new Draws(operation));
            assertThat(story.permits(StorageStory.find(disk))).isTrue();
            disk.crash(Crash.LOSE_ALL, new Draws(operation));
            assertThat(story.permits(StorageStory.find(disk)))
                    .as("what was found is durable")
                    .isTrue();
        }
        System.out.println("operations that failed: " + failures);
        assertThat(failures).containsKeys("READ", "WRITE", "FORCE", "RENAME", "SYNC_DIRECTORY");
    }

    @Test
    @DisplayName("when entries are read: says so, and goes on")
    void failedRead() {
        FailAt faults = FailAt.error();
        SimulatedDisk disk = new SimulatedDisk("disk", faults);
        FileStorage storage = StorageStory.storageOn(disk);
        StorageStory.open(storage);
        storage.append(StorageStory.run(1, 1, new byte[10]));
        storage.sync();

        faults.after(0);
        assertThatThrownBy(() -> storage.read(1, 1, 100))
                .isInstanceOf(StorageException.class)
                .hasMessage("the log in disk cannot be read: log-0000000000000000.seg: Input/output error");

        assertThat(StorageStory.entries(storage, 1)).hasSize(1);
        storage.append(StorageStory.run(2, 1, new byte[10]));
        storage.sync();
    }

    @Test
    @DisplayName("when it is opened: says so, and may be opened once the disk is well")
    void failedOpening() {
        FailAt faults = FailAt.error().after(0);
        FileStorage storage = StorageStory.storageOn(new SimulatedDisk("disk", faults));

        assertThatThrownBy(() -> StorageStory.open(storage))
                .isInstanceOf(StorageException.class)
                .hasMessage("the store in disk cannot be opened: the directory: Input/output error");
        assertThat(storage.recovery()).isEmpty();

        StorageStory.open(storage);
        assertThat(storage.recovery())
                .hasValueSatisfying(recovery -> assertThat(recovery.founded()).isTrue());
    }

    @Test
    @DisplayName(
            "because it is full: says so in one sentence, can be read again after a restart, written when there is room")
    void fullDisk() {
        for (int capacity = 0; capacity < 60_000; capacity += 777) {
            SimulatedDisk disk = new SimulatedDisk("disk", Faults.NONE);
            disk.capacity(capacity);
            StorageStory story = new StorageStory(disk, new Draws(SEED));
            Throwable failure = catchThrowable(() -> story.tell(STEPS));
            if (failure == null) {
                assertThat(capacity).isGreaterThan(20_000);
                return;
            }
            assertThat(failure)
                    .as("capacity %d", capacity)
                    .isInstanceOf(StorageException.class)
                    .hasMessageMatching(
                            "(there is no room for .* in disk|.* in disk (could not be written|cannot be opened)): .*: No space left on device");
            if (failure instanceof StorageFullException) {
                story.goOn(); // noticed before anything was written: it is as before
            } else {
                assertThatThrownBy(story::goOn).isInstanceOf(RuntimeException.class);
            }

            disk.crash(Crash.PROCESS_ONLY, new Draws(capacity));
            boolean founded = story.log().size() > 1;
            if (founded) {
                assertThat(story.permits(StorageStory.find(disk)))
                        .as("still full")
                        .isTrue();
            }
            disk.crash(Crash.KEEP_RANDOM, new Draws(capacity));
            disk.capacity(Long.MAX_VALUE);
            assertThat(story.permits(StorageStory.find(disk))).as("room again").isTrue();
            disk.crash(Crash.LOSE_ALL, new Draws(capacity));
            StorageStory.Found found = StorageStory.find(disk);
            disk.crash(Crash.LOSE_ALL, new Draws(capacity));
            FileStorage storage = StorageStory.storageOn(disk);
            StorageStory.open(storage);
            storage.writeHardState(new HardState(99, Optional.empty()));
            storage.append(StorageStory.run(found.entries().size() + 1, 99, new byte[5000]));
            storage.sync();
        }
    }

    @Test
    @DisplayName("that reads and writes little at a time: does the same as ever")
    void shortReadsAndWrites() {
        for (int seed = 0; seed < 50; seed++) {
            Draws draws = new Draws(seed);
            SimulatedDisk disk = new SimulatedDisk("disk", new Faults() {
                @Override
                public void before(Operation operation, String file) {}

                @Override
                public int atMost(Operation operation, String file, int bytes) {
                    return draws.nextInt(bytes + 1);
                }
            });
            StorageStory story = new StorageStory(disk, new Draws(seed));

            story.tell(STEPS);

            assertThat(story.readAll()).isEqualTo(story.log());
            disk.crash(Crash.LOSE_ALL, draws);
            assertThat(story.isWhole(StorageStory.find(disk)))
                    .as("seed %d", seed)
                    .isTrue();
        }
    }

    @Test
    @DisplayName("in a sync, and then takes a second one as if all were well: the second one is never asked for")
    void failedForceIsNotTriedAgain() {
        int[] forces = {0};
        SimulatedDisk disk = new SimulatedDisk("disk", (operation, file) -> {
            if (operation == Operation.FORCE && file.endsWith(".seg") && forces[0]++ == 0) {
                throw new IOException("Input/output error");
            }
        });
        FileStorage storage = StorageStory.storageOn(disk);
        StorageStory.open(storage);
        storage.append(StorageStory.run(1, 1, new byte[10]));

        assertThatThrownBy(storage::sync)
                .isInstanceOf(StorageException.class)
                .hasMessage("the log in disk could not be written: log-0000000000000000.seg: Input/output error");

        assertThatThrownBy(storage::sync)
                .isInstanceOf(StorageException.class)
                .hasMessageContaining("no longer be used");
        storage.close();
        assertThat(forces[0]).isEqualTo(1);
    }
}
