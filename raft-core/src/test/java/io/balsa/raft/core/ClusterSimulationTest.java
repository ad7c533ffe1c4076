package io.balsa.raft.core;

import static org.assertj.core.api.Assertions.assertThat;

import io.balsa.raft.cluster.Membership;
import io.balsa.raft.cluster.NodeId;
import java.util.List;
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
    @DisplayName("keeps its promises under loss, repetition, cuts and crashes, and works again afterwards")
    void survives() {
        long elections = 0;
        long indirect = 0;
        long reads = 0;

        for (long seed = FIRST_SEED; seed < FIRST_SEED + SEEDS; seed++) {
            ClusterChecks checks = run(seed);
            elections += checks.elections();
            indirect += checks.indirectCommits();
            reads += checks.readsServed();
        }

        // A simulation in which nothing happens finds nothing.
        assertThat(List.of(elections / SEEDS, reads / SEEDS)).allMatch(perSeed -> perSeed >= 2);
        assertThat(indirect).isPositive();
    }

    private static ClusterChecks run(long seed) {
        Random random = new Random(seed);
        SimulatedCluster cluster = new SimulatedCluster(seed, anyMembership(random), settings(random));
        try {
            cluster.chaos(3_000);
            cluster.heal();
            cluster.runFor(3_000 * MILLI);
            long committed = cluster.checks().committedIndex();
            NodeId leader = cluster.leader()
                    .orElseThrow(() -> new AssertionError("nobody leads"))
                    .self();
            cluster.propose(leader);
            for (int i = 0; i < 100 && cluster.lowestCommitIndex() <= committed; i++) {
                cluster.runFor(100 * MILLI);
            }

            assertThat(cluster.lowestCommitIndex()).as("committed everywhere").isGreaterThan(committed);
            assertThat(cluster.checks().openReads())
                    .as("reads without an answer")
                    .isEmpty();
            return cluster.checks();
        } catch (RuntimeException | AssertionError e) {
            throw new AssertionError("seed " + seed + ": repeat with -Dseed=" + seed + " -Dseeds=1", e);
        }
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
                random.nextInt(3_000));
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
