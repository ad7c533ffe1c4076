package io.balsa.raft.testkit.world;

import static org.assertj.core.api.Assertions.assertThat;

import io.balsa.raft.testkit.coverage.Counter;
import io.balsa.raft.testkit.coverage.Coverage;
import io.balsa.raft.testkit.plan.Fault;
import io.balsa.raft.testkit.plan.Plan;
import io.balsa.raft.testkit.plan.Upkeep;
import io.balsa.raft.testkit.plan.Weather;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import java.util.stream.LongStream;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

@DisplayName("A simulated cluster")
class ClusterRunTest {

    private static final int RUNS = 3;

    @Test
    @DisplayName("does the same twice, if it is given the same seed")
    void isDeterministic() {
        for (long seed = 1; seed <= 5; seed++) {
            ClusterRun.Result first = new ClusterRun(seed).run();
            ClusterRun.Result second = new ClusterRun(seed).run();

            assertThat(second.hash()).as("seed %d", seed).isEqualTo(first.hash());
        }
    }

    @Test
    @DisplayName("does the same, however often its servers are compared")
    void isTheSameInSteps() {
        for (long seed = 1; seed <= 5; seed++) {
            ClusterRun.Result fast = new ClusterRun(seed).run();
            ClusterRun.Result inSteps = new ClusterRun(seed).inSteps().run();

            assertThat(inSteps.violation()).as("seed %d", seed).isEmpty();
            assertThat(inSteps.hash()).as("seed %d", seed).isEqualTo(fast.hash());
        }
    }

    @Test
    @DisplayName("loses no work in fair weather without faults, and nobody is elected twice")
    void isQuietInPeace() {
        // In the end a leader dies: who has passed something on to it cannot know what became of that.
        List<Plan> plans = LongStream.iterate(1, seed -> seed + 1)
                .mapToObj(seed ->
                        Plan.of(seed, 5).with(Weather.FAIR).with(Set.of()).with(Upkeep.NONE))
                .filter(plan -> !plan.config().forwardProposals())
                .limit(5)
                .toList();
        for (Plan plan : plans) {
            ClusterRun.Result result = new ClusterRun(plan).run();

            assertThat(result.violation()).as("seed %d", plan.seed()).isEmpty();
            assertThat(result.coverage().of(Counter.OPERATIONS_UNKNOWN))
                    .as("seed %d", plan.seed())
                    .isZero();
            assertThat(result.strikes()).isZero();
            assertThat(result.committed()).isGreaterThan(100);
        }
    }

    @ParameterizedTest(name = "{0}")
    @EnumSource(Fault.class)
    @DisplayName("stands every kind of fault, one at a time")
    void standsEachFault(Fault fault) {
        Coverage coverage = new Coverage();
        int strikes = 0;
        for (long seed = 1; seed <= RUNS; seed++) {
            Plan plan = Plan.of(seed, 5).with(EnumSet.of(fault));

            ClusterRun.Result result = new ClusterRun(plan).run();

            assertThat(result.violation()).as("seed %d", seed).isEmpty();
            coverage.add(result.coverage());
            strikes += result.strikes();
        }
        assertThat(strikes).isPositive();
        assertThat(coverage.of(Counter.LIVENESS_RUN)).isEqualTo(RUNS);
    }
}
