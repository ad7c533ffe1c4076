package io.balsa.raft.testkit.world;

import static org.assertj.core.api.Assertions.assertThat;

import io.balsa.raft.testkit.coverage.Coverage;
import io.balsa.raft.testkit.plan.Plan;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

@DisplayName("A simulated cluster")
class ClusterRunTest {

    private static final int SEEDS = Integer.getInteger("seeds", 30);
    private static final long FIRST = Long.getLong("seed", 1);

    @Test
    @DisplayName("keeps every invariant, whatever happens, and comes to itself in peace")
    void isSafe() {
        long events = 0;
        long nanos = 0;
        long crashes = 0;
        long served = 0;
        long operations = 0;
        Coverage coverage = new Coverage();
        long begun = System.nanoTime();
        for (long seed = FIRST; seed < FIRST + SEEDS; seed++) {
            Plan plan =
                    Integer.getInteger("servers", 0) > 0 ? Plan.of(seed, Integer.getInteger("servers")) : Plan.of(seed);
            ClusterRun.Result result = new ClusterRun(plan).run();
            assertThat(result.violation()).as("-Dseed=%d -Dseeds=1", seed).isEmpty();
            events += result.events();
            nanos += result.simulatedNanos();
            crashes += result.crashes();
            served += result.answers().served();
            operations += result.answers().all();
            coverage.add(result.coverage());
        }
        double wall = (System.nanoTime() - begun) / 1e9;
        System.out.println(coverage.table(SEEDS));
        System.out.printf(
                "%d seeds: %.0f simulated seconds, %.0f for each second on the wall, %d events, %d crashes,"
                        + " %d operations, %d served%n",
                SEEDS, nanos / 1e9, nanos / 1e9 / wall, events, crashes, operations, served);
        assertThat(served).as("operations served").isGreaterThan(20L * SEEDS);
    }

    @Test
    @DisplayName("does the same twice, if it is given the same seed")
    void isDeterministic() {
        for (long seed = 1; seed <= 5; seed++) {
            ClusterRun.Result first = new ClusterRun(seed).run();
            ClusterRun.Result second = new ClusterRun(seed).run();

            assertThat(second.hash()).as("seed %d", seed).isEqualTo(first.hash());
        }
    }
}
