package io.balsa.raft.testkit;

import static org.assertj.core.api.Assertions.assertThat;

import io.balsa.raft.storage.StorageException;
import io.balsa.raft.storage.file.CorruptionException;
import io.balsa.raft.testkit.SimulatedDisk.Crash;
import io.balsa.raft.testkit.SimulatedDisk.Faults;
import io.balsa.raft.testkit.SimulatedDisk.Rot;
import io.balsa.raft.testkit.StorageStory.Found;
import java.util.EnumMap;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@DisplayName("A bit that was synced turns over")
class BitRotTest {

    private static final int SEEDS = 4000;

    private enum Outcome {
        REFUSED,
        WHOLE,
        WITHOUT_LAST_BATCH
    }

    private final Map<Outcome, Integer> outcomes = new EnumMap<>(Outcome.class);
    private final Map<String, Integer> files = new TreeMap<>();

    private void count(Outcome outcome, Rot rot) {
        outcomes.merge(outcome, 1, Integer::sum);
        String file = rot.file().startsWith("log-") ? "log" : rot.file();
        files.merge(file + " " + outcome, 1, Integer::sum);
    }

    private int count(Outcome outcome, String what) {
        int times = outcomes.getOrDefault(outcome, 0);
        System.out.printf("%s: %d %s%n", what, times, outcome);
        return times;
    }

    @ParameterizedTest(name = "only where something was written: {0}")
    @ValueSource(booleans = {true, false})
    @DisplayName("in a store that was closed: it is refused, or all is there")
    void afterAClose(boolean onlyWritten) {
        for (int seed = 1; seed <= SEEDS; seed++) {
            Draws draws = new Draws(seed);
            SimulatedDisk disk = new SimulatedDisk("disk", Faults.NONE);
            StorageStory story = new StorageStory(disk, draws);
            story.tell(1 + draws.nextInt(40));
            story.close();
            disk.crash(Crash.LOSE_ALL, draws);

            Rot rot = rot(disk, draws, onlyWritten);
            Outcome outcome = outcomeOf(seed, story, disk, rot);

            assertThat(outcome).as("seed %d, %s", seed, rot).isNotEqualTo(Outcome.WITHOUT_LAST_BATCH);
            count(outcome, rot);
        }
        String what = "closed, rot " + (onlyWritten ? "in what was written" : "anywhere");
        assertThat(count(Outcome.REFUSED, what)).isGreaterThan(SEEDS / 5);
        assertThat(count(Outcome.WHOLE, what)).isGreaterThan(SEEDS / 20);
        System.out.println(what + ", by file: " + files);
    }

    @ParameterizedTest(name = "only where something was written: {0}")
    @ValueSource(booleans = {true, false})
    @DisplayName("in one that was not: the same, save that the batch that was synced last may be taken for torn")
    void afterACrash(boolean onlyWritten) {
        Crash[] modes = Crash.values();
        for (int seed = 1; seed <= SEEDS; seed++) {
            Draws draws = new Draws(seed);
            SimulatedDisk disk = new SimulatedDisk("disk", Faults.NONE);
            StorageStory story = new StorageStory(disk, draws);
            story.tell(1 + draws.nextInt(40));
            disk.crash(modes[draws.nextInt(modes.length)], draws);

            Rot rot = rot(disk, draws, onlyWritten);
            count(outcomeOf(seed, story, disk, rot), rot);
        }
        String what = "crashed, rot " + (onlyWritten ? "in what was written" : "anywhere");
        assertThat(count(Outcome.REFUSED, what)).isGreaterThan(SEEDS / 5);
        assertThat(count(Outcome.WHOLE, what)).isGreaterThan(SEEDS / 20);
        assertThat(count(Outcome.WITHOUT_LAST_BATCH, what)).isGreaterThan(SEEDS / 50);
        System.out.println(what + ", by file: " + files);
    }

    @Test
    @DisplayName("while the store is open: a read is refused, or right")
    void whileOpen() {
        for (int seed = 1; seed <= SEEDS; seed++) {
            Draws draws = new Draws(seed);
            SimulatedDisk disk = new SimulatedDisk("disk", Faults.NONE);
            StorageStory story = new StorageStory(disk, draws);
            story.tell(1 + draws.nextInt(40));
            Rot rot = rot(disk, draws, true);
            try {
                assertThat(story.readAll()).as("seed %d, %s", seed, rot).isEqualTo(story.log());
                count(Outcome.WHOLE, rot);
            } catch (CorruptionException e) {
                requireGoodReason(seed, rot, e);
                count(Outcome.REFUSED, rot);
            }
        }
        assertThat(count(Outcome.REFUSED, "read while open")).isGreaterThan(SEEDS / 5);
        assertThat(count(Outcome.WHOLE, "read while open")).isGreaterThan(SEEDS / 20);
    }

    private static Rot rot(SimulatedDisk disk, Draws draws, boolean onlyWritten) {
        return (onlyWritten ? disk.rotWritten(draws) : disk.rot(draws)).orElseThrow();
    }

    private Outcome outcomeOf(int seed, StorageStory story, SimulatedDisk disk, Rot rot) {
        Found found;
        try {
            found = StorageStory.find(disk);
        } catch (StorageException e) {
            requireGoodReason(seed, rot, e);
            return Outcome.REFUSED;
        }
        if (story.isWhole(found)) {
            return Outcome.WHOLE;
        }
        assertThat(story.permitsWithoutLastBatch(found))
                .as("seed %d, %s: a wrong or shorter store was found, %s", seed, rot, found)
                .isTrue();
        return Outcome.WITHOUT_LAST_BATCH;
    }

    private static void requireGoodReason(int seed, Rot rot, StorageException e) {
        assertThat(e).as("seed %d, %s", seed, rot).isInstanceOfSatisfying(CorruptionException.class, damage -> {
            assertThat(damage.file()).isEqualTo(rot.file());
            assertThat(damage.offset()).isLessThanOrEqualTo(rot.offset());
            assertThat(damage).hasMessageContaining(rot.file() + ", byte " + damage.offset());
        });
    }
}
