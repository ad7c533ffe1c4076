package io.balsa.raft.testkit;

import static org.assertj.core.api.Assertions.assertThat;

import io.balsa.raft.testkit.SimulatedDisk.Crash;
import io.balsa.raft.testkit.SimulatedDisk.PowerCut;
import io.balsa.raft.testkit.StorageStory.Found;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

@DisplayName("The power of a simulated disk is cut at, or in, every operation of a file storage")
class DiskPowerCutTest {

    private static final List<Crash> MODES = List.of(Crash.values());
    private static final double[] PARTS = {0, 0.3, 0.7, 1};
    private static final int SEEDS = 3;
    private static final int STEPS = 40;

    private static int cuts;
    private static int recoveries;

    @AfterAll
    static void print() {
        System.out.printf("%d power cuts in %d crash modes, %d recoveries%n", cuts, MODES.size(), recoveries);
    }

    @ParameterizedTest(name = "{0}")
    @EnumSource(Crash.class)
    @DisplayName("and once more while it recovers: what was synced is found, and stays")
    void everyOperation(Crash mode) {
        int before = cuts;
        for (int seed = 1; seed <= SEEDS; seed++) {
            for (double part : PARTS) {
                boolean cut = true;
                for (int operation = 0; cut; operation++) {
                    cut = cutAt(seed, part, operation, mode);
                    cuts += cut ? 1 : 0;
                }
            }
        }
        assertThat(cuts - before).isGreaterThan(100 * SEEDS * PARTS.length);
    }

    private static boolean cutAt(int seed, double part, int operation, Crash mode) {
        FailAt power = FailAt.powerCut(part).after(operation);
        SimulatedDisk disk = new SimulatedDisk("disk", power);
        StorageStory story = new StorageStory(disk, new Draws(seed));
        boolean cut = isCut(() -> story.tell(STEPS));
        String what = mode + ", seed " + seed + ", operation " + operation + " (" + power.hit() + "), part " + part;
        Draws draws = new Draws(31L * operation + seed);
        disk.crash(mode, draws);
        Crash next = mode;
        power.after(draws.nextInt(40));
        while (isCut(() -> StorageStory.find(disk))) {
            recoveries++;
            next = MODES.get(draws.nextInt(MODES.size()));
            disk.crash(next, draws);
            power.after(draws.nextInt(40));
        }
        power.after(Long.MAX_VALUE);
        disk.crash(Crash.PROCESS_ONLY, draws);
        Found found = StorageStory.find(disk);
        recoveries += 2;
        assertThat(story.permits(found)).as("%s, then %s", what, next).isTrue();

        disk.crash(Crash.LOSE_ALL, draws);
        Found again = StorageStory.find(disk);
        recoveries++;
        assertThat(again).as("%s, found once more", what).isEqualTo(found);
        return cut;
    }

    private static boolean isCut(Runnable story) {
        try {
            story.run();
            return false;
        } catch (PowerCut e) {
            return true;
        }
    }

    @Test
    @DisplayName("but one that only pretends to sync is found out")
    void noticesALyingDisk() {
        SimulatedDisk disk = SimulatedDisk.lying("disk", SimulatedDisk.Faults.NONE);
        StorageStory story = new StorageStory(disk, new Draws(1));
        story.tell(STEPS);
        disk.crash(Crash.LOSE_ALL, new Draws(1));

        assertThat(story.permits(StorageStory.find(disk))).isFalse();
    }
}
