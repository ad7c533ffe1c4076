package io.balsa.raft.core;

import static org.assertj.core.api.Assertions.assertThat;

import io.balsa.raft.cluster.Membership;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/** Whole clusters of cores under faults: the properties of figure 3.2 always, progress when the faults are over. */
@DisplayName("A cluster of cores")
class ClusterSimulationTest {

    private static final long MILLI = 1_000_000;
    private static final long SEEDS = Long.getLong("seeds", 250);
    private static final long FIRST_SEED = Long.getLong("seed", 1);

    @Test
    @DisplayName("keeps its promises under loss, repetition, cuts, crashes and changes, and works again afterwards")
    void survives() {
        var counts = new SimulationCounts();

        for (long seed = FIRST_SEED; seed < FIRST_SEED + SEEDS; seed++) {
            counts.add(run(seed));
        }

        counts.requireAllFor(SEEDS);
    }

    static SimulatedCluster run(long seed) {
        Random random = new Random(seed);
        Membership founding = anyMembership(random);
        int servers = founding.members().size() + random.nextInt(3);
        SimulatedCluster cluster = new SimulatedCluster(seed, founding, servers, settings(random));
        try {
            cluster.chaos(3_000);
            cluster.heal();
            cluster.runFor(2_000 * MILLI);
            converges(cluster);
            changesAgain(cluster);
            isQuiet(cluster);
            return cluster;
        } catch (RuntimeException | AssertionError e) {
            throw new AssertionError("seed " + seed + ": repeat with -Dseed=" + seed + " -Dseeds=1", e);
        }
    }

    /** All members get to have everything, and nothing stays half done. */
    private static void converges(SimulatedCluster cluster) {
        long committed = cluster.checks().committedIndex();
        cluster.propose(leader(cluster));
        for (int i = 0; i < 100 && cluster.lowestCommitIndex() <= committed; i++) {
            cluster.runFor(100 * MILLI);
        }

        assertThat(cluster.lowestCommitIndex())
                .as("committed everywhere" + cluster.inWords())
                .isGreaterThan(committed);
        assertThat(cluster.checks().openReads()).as("reads without an answer").isEmpty();
        assertThat(leader(cluster).core().membership().isJoint())
                .as("the joint phase goes on" + cluster.inWords())
                .isFalse();
        assertThat(cluster.operator().waitsForNothing())
                .as("requests without an answer")
                .isTrue();
    }

    private static void changesAgain(SimulatedCluster cluster) {
        int changes = cluster.operator().changes();
        for (int i = 0; i < 10 && cluster.operator().changes() == changes; i++) {
            cluster.operator().touch(leader(cluster));
            cluster.runFor(200 * MILLI);
        }

        assertThat(cluster.operator().changes())
                .as("changes" + cluster.inWords())
                .isGreaterThan(changes);
    }

    /** Whoever is removed has fallen silent, and nobody else has a reason to speak. */
    private static void isQuiet(SimulatedCluster cluster) {
        cluster.runFor(600 * MILLI);
        long term = leader(cluster).core().currentTerm();
        cluster.expectQuiet();
        cluster.runFor(800 * MILLI);

        assertThat(leader(cluster).core().currentTerm()).isEqualTo(term);
    }

    private static SimulatedNode leader(SimulatedCluster cluster) {
        return cluster.leader().orElseThrow(() -> new AssertionError("nobody leads: " + cluster.inWords()));
    }

    private static CoreSettings settings(Random random) {
        return new CoreSettings(
                100 * MILLI,
                20 * MILLI,
                random.nextInt(3) > 0,
                random.nextInt(4) > 0,
                1 + random.nextInt(400),
                1 + random.nextInt(8),
                1 + random.nextInt(4_000),
                1_000 + random.nextInt(4_000),
                random.nextInt(3_000),
                new CoreOptions(
                        random.nextInt(3) == 0 ? 90 * MILLI : 0,
                        random.nextBoolean() ? 80 * MILLI : Long.MAX_VALUE / 4,
                        random.nextBoolean() ? 150 * MILLI : Long.MAX_VALUE / 4,
                        300 * MILLI,
                        random.nextInt(3) == 0 ? 0 : random.nextInt(30),
                        8 + random.nextInt(500),
                        random.nextInt(3) == 0 ? 20_000 : 0));
    }

    private static Membership anyMembership(Random random) {
        return switch (random.nextInt(6)) {
            case 0, 1 -> Setup.membership(Set.of(1L, 2L, 3L), Set.of(), Set.of());
            case 2, 3 -> Setup.membership(Set.of(1L, 2L, 3L, 4L, 5L), Set.of(), Set.of());
            case 4 -> Setup.membership(Set.of(1L, 2L, 3L), Set.of(3L, 4L, 5L), Set.of(5L, 6L));
            default -> Setup.membership(Set.of(1L, 2L), Set.of(), Set.of(3L));
        };
    }
}
