package io.balsa.raft.testkit.world;

import static org.assertj.core.api.Assertions.assertThat;

import io.balsa.raft.testkit.coverage.Counter;
import io.balsa.raft.testkit.coverage.Coverage;
import io.balsa.raft.testkit.plan.Act;
import io.balsa.raft.testkit.plan.Fault;
import io.balsa.raft.testkit.plan.Plan;
import io.balsa.raft.testkit.plan.Upkeep;
import io.balsa.raft.testkit.plan.Weather;
import java.util.EnumSet;
import java.util.Set;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

@DisplayName("The operator of a simulated cluster")
class OperatorTest {

    private static final int RUNS = 3;
    private static final long OFTEN = 300_000_000L;

    private static Coverage runs(Set<Fault> faults, Set<Act> acts) {
        Coverage coverage = new Coverage();
        for (long seed = 1; seed <= RUNS; seed++) {
            Plan plan = Plan.of(seed, 3).with(Weather.FAIR).with(faults).with(new Upkeep(2, acts, OFTEN));

            ClusterRun.Result result = new ClusterRun(plan).run();

            assertThat(result.violation()).as("seed %d", seed).isEmpty();
            coverage.add(result.coverage());
        }
        assertThat(coverage.of(Counter.LIVENESS_INCONCLUSIVE)).isZero();
        return coverage;
    }

    @ParameterizedTest(name = "{0}")
    @EnumSource(Act.class)
    @DisplayName("breaks nothing by any kind of act, without any fault")
    void breaksNothing(Act act) {
        Coverage coverage = runs(Set.of(), EnumSet.of(act));

        assertThat(coverage.of(Counter.LIVENESS_RUN)).isEqualTo(RUNS);
    }

    @ParameterizedTest(name = "{0} together with {1}: {2}")
    @CsvSource({
        "ADD_LEARNER, REMOVE, SIMPLE_CHANGES",
        "ADD_LEARNER, PROMOTE, LEARNERS_PROMOTED",
        "ADD_VOTER, DEMOTE, VOTERS_DEMOTED",
        "ADD_VOTER, REMOVE, LEADERS_REMOVED",
        "REPLACE, MOVE, JOINT_LEFT",
        "SEVERAL, PRIORITIZE, JOINT_ENTERED",
        "TRANSFER, SWITCH_PRE_VOTE, TRANSFERS",
        "SNAPSHOT, EXPORT, SNAPSHOTS_TAKEN",
    })
    @DisplayName("does what it says")
    void doesWhatItSays(Act one, Act other, Counter seen) {
        assertThat(runs(Set.of(), EnumSet.of(one, other)).of(seen)).isPositive();
    }

    @Test
    @DisplayName("is told of everything that must be refused, and it changes nothing")
    void isRefused() {
        Coverage coverage = runs(Set.of(), EnumSet.of(Act.ILLEGAL));

        assertThat(coverage.of(Counter.TRANSFERS)).isZero();
    }

    @Test
    @DisplayName("works while disks are wiped, and those who lost theirs are let in again")
    void wipes() {
        Coverage coverage = runs(EnumSet.of(Fault.WIPE), EnumSet.of(Act.ADD_VOTER));

        assertThat(coverage.of(Counter.LEARNERS_PROMOTED)).isPositive();
    }

    @Test
    @DisplayName("does the same twice, event by event")
    void isDeterministic() {
        for (long seed = 1; seed <= RUNS; seed++) {
            Plan plan = Plan.of(seed).with(new Upkeep(2, EnumSet.allOf(Act.class), OFTEN));

            ClusterRun.Result first = new ClusterRun(plan).run();

            assertThat(new ClusterRun(plan).run().hash()).as("seed %d", seed).isEqualTo(first.hash());
            assertThat(new ClusterRun(plan).inSteps().run().hash())
                    .as("seed %d, in steps", seed)
                    .isEqualTo(first.hash());
        }
    }
}
