package io.balsa.raft.storage.file;

import static io.balsa.raft.storage.file.Samples.chance;
import static io.balsa.raft.storage.file.Samples.contentsOf;
import static io.balsa.raft.storage.file.Samples.open;
import static io.balsa.raft.storage.file.Samples.voted;
import static org.assertj.core.api.Assertions.assertThat;

import io.balsa.raft.storage.file.FaultyDisk.Crash;
import io.balsa.raft.storage.file.FaultyDisk.PowerCut;
import io.balsa.raft.storage.file.Samples.Contents;
import java.util.Random;
import java.util.function.Consumer;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

@DisplayName("A recovery is cut short by another power cut, at every operation of it")
class RecoveryCrashTest {

    private static int crashes;
    private static int cutsOfRecoveries;
    private static int recoveries;

    @AfterAll
    static void print() {
        System.out.printf(
                "%d crashes (every operation, in each of %d modes), %d power cuts of their recoveries, %d recoveries%n",
                crashes, Crash.values().length, cutsOfRecoveries, recoveries);
    }

    @ParameterizedTest(name = "after {0}")
    @EnumSource(Crash.class)
    @DisplayName("and the next one, whatever the disk kept, finds the same, or all that was promised")
    void everyOperationOfTheRecovery(Crash mode) {
        everyOperationOfTheRecovery(mode, Workload::script);
    }

    @ParameterizedTest(name = "after {0}")
    @EnumSource(Crash.class)
    @DisplayName("and so it is with snapshots, above all with one that is installed by the recovery")
    void everyOperationOfTheRecoveryOfSnapshots(Crash mode) {
        everyOperationOfTheRecovery(mode, Workload::snapshots);
    }

    private static void everyOperationOfTheRecovery(Crash mode, Consumer<Workload> story) {
        int before = crashes;
        int cutsBefore = cutsOfRecoveries;
        boolean cut = true;
        for (int operation = 0; cut; operation++) {
            FaultyDisk disk = new FaultyDisk().cutPowerAt(operation);
            Workload workload = new Workload(disk);
            cut = isCut(() -> story.accept(workload));
            crashes++;
            String what = mode + " at operation " + operation;
            cutRecoveryEverywhere(workload, disk.crash(mode, chance(operation)), mode, what);
        }
        assertThat(crashes - before).as("operations of the story").isGreaterThan(80);
        assertThat(cutsOfRecoveries - cutsBefore).as("cuts of recoveries").isGreaterThan(200 * Crash.values().length);
    }

    @Test
    @DisplayName("between writing a vote once more and forcing it: the next one does not take two slots for a proof")
    void voteOfTwoKilledProcesses() {
        FaultyDisk voting = killedAt("force hard-state", new FaultyDisk(), disk -> {
            FileStorage storage = FileStorage.on(disk);
            open(storage);
            storage.writeHardState(voted(1, 1));
        });
        FaultyDisk recovering = killedAt("force hard-state", voting, Samples::contentsOf);

        assertThat(contentsOf(recovering).state().hardState()).isEqualTo(voted(1, 1));
        assertThat(contentsOf(recovering.crash(Crash.LOSE_ALL, chance(0)))
                        .state()
                        .hardState())
                .isEqualTo(voted(1, 1));
    }

    @Test
    @DisplayName("of a store that was just being made: none of its files gets its name for good before the identity")
    void foundingOfTwoKilledProcesses() {
        FaultyDisk founding = killedAt("rename identity.new", new FaultyDisk(), Samples::contentsOf);
        FaultyDisk recovering = killedAt("rename log-0000000000000000.seg.new", founding, Samples::contentsOf);

        for (int seed = 0; seed < 50; seed++) {
            Contents found = contentsOf(recovering.crash(Crash.KEEP_RANDOM, chance(seed)));

            assertThat(found.entries()).isEmpty();
        }
    }

    /** The disk as a process leaves it that was killed at this operation; the system lives on. */
    private static FaultyDisk killedAt(String operation, FaultyDisk start, Consumer<FaultyDisk> process) {
        FaultyDisk disk;
        int number = 0;
        do {
            FaultyDisk next = start.crash(Crash.PROCESS_ONLY, chance(0)).cutPowerAt(number);
            assertThat(isCut(() -> process.accept(next)))
                    .as("%s of %s", operation, next.trace())
                    .isTrue();
            disk = next;
        } while (!disk.trace().get(number++).equals(operation));
        return disk.crash(Crash.PROCESS_ONLY, chance(0));
    }

    private static void cutRecoveryEverywhere(Workload workload, FaultyDisk crashed, Crash mode, String what) {
        Contents undisturbed = recover(workload, crashed.crash(Crash.PROCESS_ONLY, new Random(0)), what);
        boolean cut = true;
        for (int operation = 0; cut; operation++) {
            FaultyDisk again = crashed.crash(Crash.PROCESS_ONLY, new Random(0)).cutPowerAt(operation);
            cut = isCut(() -> contentsOf(again));
            for (Crash next : Crash.values()) {
                cutsOfRecoveries += cut ? 1 : 0;
                String then = what + ", then " + next + " at operation " + operation + " of the recovery";
                Contents found = recover(workload, again.crash(next, chance(operation)), then);
                // After the death of a process the system remembers what is not durable yet, and may forget it now.
                if (mode != Crash.PROCESS_ONLY) {
                    assertThat(found).as(then).isEqualTo(undisturbed);
                }
            }
        }
    }

    /** Recovers twice; the second time all that was not durable is gone. */
    private static Contents recover(Workload workload, FaultyDisk disk, String what) {
        recoveries += 2;
        Contents found = contentsOf(disk);
        assertThat(workload.permits(found))
                .as(() -> what + ": found " + found + " of " + workload)
                .isTrue();
        assertThat(contentsOf(disk.crash(Crash.LOSE_ALL, new Random(0))))
                .as("%s, found once more", what)
                .isEqualTo(found);
        return found;
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
