package io.balsa.raft.testkit.shrink;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.balsa.raft.testkit.Draws;
import io.balsa.raft.testkit.plan.Act;
import io.balsa.raft.testkit.plan.Plan;
import io.balsa.raft.testkit.plan.Upkeep;
import io.balsa.raft.testkit.plan.Weather;
import io.balsa.raft.testkit.workload.RegisterWorkload;
import io.balsa.raft.testkit.world.ClusterRun;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@DisplayName("A scenario")
class ScenarioTest {

    @ParameterizedTest(name = "seed {0}")
    @ValueSource(longs = {1, 2, 3, 4, 5, 6})
    @DisplayName("that a run was written down as is that run, event by event")
    void isTheRunThatItRecords(long seed) {
        Shrinker.Recorded recorded = Shrinker.record(Plan.of(seed), new RegisterWorkload(Plan.of(seed)));

        Scenario read = ScenarioText.read(ScenarioText.write(recorded.scenario(), "seed " + seed));
        ClusterRun.Result again = read.run(RegisterWorkload::new, Optional.empty());

        assertThat(again.hash()).isEqualTo(recorded.result().hash());
        assertThat(again.hash()).isEqualTo(new ClusterRun(seed).run().hash());
    }

    @Test
    @DisplayName("decides the fates that are written down, and leaves the others to the weather")
    void doesNotNeedTheWeatherForWhatIsWritten() {
        Shrinker.Recorded recorded = Shrinker.record(Plan.of(4), new RegisterWorkload(Plan.of(4)));
        Weather drawn = recorded.scenario().plan().weather();
        Weather other = new Weather(1, 2, drawn.inOrder(), 0.5, 0.5, 0.5, 0.5);

        Scenario scenario = recorded.scenario().with(recorded.scenario().plan().with(other));

        assertThat(scenario.run(RegisterWorkload::new, Optional.empty()).hash())
                .isEqualTo(recorded.result().hash());
    }

    @Test
    @DisplayName("keeps the errands of the operator")
    void keepsErrands() {
        Plan plan = Plan.of(1, 3).with(new Upkeep(2, EnumSet.allOf(Act.class), 200_000_000L));
        Shrinker.Recorded recorded = Shrinker.record(plan, new RegisterWorkload(plan));

        Scenario read = ScenarioText.read(ScenarioText.write(recorded.scenario(), "with an operator"));

        assertThat(read.errands())
                .hasSizeGreaterThan(20)
                .isEqualTo(recorded.scenario().errands());
        assertThat(read.run(RegisterWorkload::new, Optional.empty()).hash())
                .isEqualTo(recorded.result().hash());
    }

    @Test
    @DisplayName("keeps every option of its plan when it is written and read")
    void keepsOptions() {
        for (long seed = 0; seed < 200; seed++) {
            Options options = Options.of(Plan.of(seed));

            assertThat(Options.of(options.plan()).values()).isEqualTo(options.values());
            assertThat(options.plan().toString()).isEqualTo(Plan.of(seed).toString());
        }
    }

    @ParameterizedTest(name = "{0}")
    @ValueSource(
            strings = {
                "strike at noon",
                "colour = blue",
                "chaos = long",
                "faults = EARTHQUAKE",
                "acts = DANCE",
                "errand 1 at 2 REMOVE of leader chance 3",
                "step 1.2 after 0.1 at 1",
                "fate 1->2 Gossip 3 lost",
                "once upon a time"
            })
    @DisplayName("in which a line is not understood is refused, and the line named")
    void refusesWhatItDoesNotUnderstand(String line) {
        assertThatThrownBy(() -> ScenarioText.read("seed = 1\n" + line))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("line 2")
                .hasMessageContaining(line);
    }

    @Test
    @DisplayName("is minimized to those parts that it takes")
    void deltaDebuggingFindsTheParts() {
        Draws draws = new Draws(1);
        for (int round = 0; round < 50; round++) {
            List<Integer> all = IntStream.range(0, 100).boxed().toList();
            List<Integer> needed = List.of(draws.nextInt(50), 50 + draws.nextInt(50));

            assertThat(DeltaDebugging.minimize(all, some -> some.containsAll(needed)))
                    .containsExactlyElementsOf(needed);
        }
    }
}
