package io.balsa.raft.testkit.shrink;

import static org.assertj.core.api.Assertions.assertThat;

import io.balsa.raft.testkit.plan.Fault;
import io.balsa.raft.testkit.plan.Plan;
import io.balsa.raft.testkit.plan.Upkeep;
import io.balsa.raft.testkit.workload.RegisterWorkload;
import io.balsa.raft.testkit.world.ClusterRun;
import java.util.ArrayList;
import java.util.Collections;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.TreeMap;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

@DisplayName("Shrinking")
class ShrinkerTest {

    private static final long SEED = 3;

    private static Plan failing() {
        return Plan.of(SEED, 3)
                .with(Upkeep.NONE)
                .with(Collections.unmodifiableSet(EnumSet.of(Fault.CRASH, Fault.RESTART, Fault.PAUSE, Fault.SPLIT)));
    }

    private static Shrinker shrinker(int runs, List<String> told) {
        return new Shrinker(plan -> new ForgetfulWorkload(), runs, () -> false, told::add);
    }

    @Test
    @DisplayName("makes a failing run small, and it still fails, of the same cause")
    void makesSmall() {
        ClusterRun.Result failed = new Scenario("", failing(), List.of(), List.of(), new TreeMap<>(), new TreeMap<>())
                .run(plan -> new ForgetfulWorkload(), Optional.empty());
        assertThat(failed.violation()).as("without any strike").isEmpty();
        List<String> told = new ArrayList<>();

        Shrinker.Shrunk shrunk = shrinker(2_000, told).shrink(failing()).orElseThrow();

        assertThat(shrunk.complete()).isTrue();
        assertThat(shrunk.scenario().size()).as("%s", told).isLessThanOrEqualTo(10);
        assertThat(shrunk.scenario().strikes())
                .extracting(strike -> strike.fault().isCrash())
                .contains(true);
        assertThat(told).isNotEmpty();
        ClusterRun.Result again = ScenarioText.read(ScenarioText.write(shrunk.scenario(), "small"))
                .run(plan -> new ForgetfulWorkload(), Optional.empty());
        assertThat(again.hash()).isEqualTo(shrunk.result().hash());
        assertThat(again.violation().orElseThrow().invariant())
                .isEqualTo(shrunk.scenario().expects());
    }

    @Test
    @DisplayName("comes to the same scenario each time")
    void isDeterministic() {
        Scenario one =
                shrinker(60, new ArrayList<>()).shrink(failing()).orElseThrow().scenario();
        Scenario other =
                shrinker(60, new ArrayList<>()).shrink(failing()).orElseThrow().scenario();

        assertThat(ScenarioText.write(other, "")).isEqualTo(ScenarioText.write(one, ""));
    }

    @Test
    @DisplayName("that is given up hands over what it has, which fails")
    void isBounded() {
        Shrinker.Shrunk shrunk =
                shrinker(5, new ArrayList<>()).shrink(failing()).orElseThrow();

        assertThat(shrunk.complete()).isFalse();
        assertThat(shrunk.runs()).isEqualTo(5);
        assertThat(shrunk.scenario()
                        .run(plan -> new ForgetfulWorkload(), Optional.empty())
                        .violation())
                .isPresent();
    }

    @Test
    @DisplayName("finds nothing to do in a run that passes")
    void leavesPassingRunsAlone() {
        Shrinker shrinker = new Shrinker(RegisterWorkload::new, 5, () -> false, line -> {});

        assertThat(shrinker.shrink(Plan.of(SEED))).isEmpty();
    }
}
