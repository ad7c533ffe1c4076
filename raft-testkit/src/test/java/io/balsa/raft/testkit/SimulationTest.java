package io.balsa.raft.testkit;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.balsa.raft.Command;
import io.balsa.raft.StateMachine;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

@DisplayName("A simulation of a state machine")
class SimulationTest {

    private static final int SEEDS = Integer.getInteger("seeds", 60);

    /** Counts, and answers with the count. */
    static final class Counting implements StateMachine {

        private long count;

        @Override
        public byte[] apply(Command command) {
            count += command.size();
            return Long.toString(count).getBytes(UTF_8);
        }
    }

    private static Simulation<Counting> counting() {
        return Simulation.of(Counting::new).state(machine -> machine.count).queries(random -> machine -> machine.count);
    }

    @Test
    @DisplayName("finds nothing in an honest one, and tells what happened")
    void honest() {
        SimulationReport report = counting().seeds(1, SEEDS).threads(2).run();

        report.assertPassed();
        assertThat(report.passed()).isTrue();
        assertThat(report.failures()).isEmpty();
        assertThat(report.firstSeed()).isEqualTo(1);
        assertThat(report.seeds()).isEqualTo(SEEDS);
        assertThat(report.totals().simulated()).isGreaterThan(Duration.ofSeconds(15L * SEEDS));
        assertThat(report.totals().acknowledged()).isGreaterThan(10L * SEEDS);
        assertThat(report.totals().reads()).isGreaterThan(10L * SEEDS);
        assertThat(report.totals().elections()).isGreaterThanOrEqualTo(SEEDS);
        assertThat(report.totals().crashes()).isPositive();
        assertThat(report.toString()).startsWith("seeds 1 to " + SEEDS + ": ").endsWith("nothing was found");
    }

    @Test
    @DisplayName("is the same each time, on one thread or on several")
    void isDeterministic() {
        SimulationReport one = counting().seeds(7, 6).run();
        SimulationReport again = counting().seeds(7, 6).run();
        SimulationReport parallel = counting().seeds(7, 6).threads(3).run();

        assertThat(again.hash()).isEqualTo(one.hash());
        assertThat(again.totals()).isEqualTo(one.totals());
        assertThat(parallel.hash()).isEqualTo(one.hash());
        assertThat(parallel.totals()).isEqualTo(one.totals());
        assertThat(counting().seeds(8, 6).run().hash()).isNotEqualTo(one.hash());
    }

    @Test
    @DisplayName("is another one if commands or answers are other ones")
    void hashKnowsCommandsAndAnswers() {
        SimulationReport empty = answering(new byte[0]).run();
        SimulationReport other = answering(new byte[1]).run();
        SimulationReport asked =
                answering(new byte[0]).commands(random -> new byte[1]).run();

        assertThat(empty.passed()).isTrue();
        assertThat(other.hash()).isNotEqualTo(empty.hash());
        assertThat(asked.hash()).isNotEqualTo(empty.hash());
    }

    private static Simulation<StateMachine> answering(byte[] answer) {
        return Simulation.<StateMachine>of(() -> {
                    AtomicInteger own = new AtomicInteger(); // without it, Java makes one object only
                    return command -> own.incrementAndGet() > 0 ? answer.clone() : new byte[0];
                })
                .seeds(3, 1);
    }

    @Test
    @DisplayName("needs no option, and has as many servers as it should")
    void servers() {
        for (int servers : new int[] {1, 2, 5}) {
            Simulation.of(Counting::new).servers(servers).seeds(1, 2).run().assertPassed();
            assertThat(counting().servers(servers).story(1))
                    .contains("server " + servers)
                    .doesNotContain("server " + (servers + 1));
        }
    }

    @Test
    @DisplayName("tells the story of a run, the same each time")
    void story() {
        SimulationReport report = counting()
                .describe(command -> "count " + command.length)
                .seeds(3, 1)
                .run();

        assertThat(report.story(3))
                .isEqualTo(report.story(3))
                .contains("propose count ", "applies 2, count ", "LEADER", "nothing was found")
                .doesNotContain("says ");
        assertThatThrownBy(() -> report.story(4))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("seed 4 is not one of seed 3");
    }

    @Test
    @DisplayName("tells how far it has come after each seed")
    void progress() {
        List<SimulationProgress> told = new ArrayList<>();

        counting().seeds(1, 4).threads(2).onProgress(told::add).run();

        assertThat(told)
                .containsExactly(
                        new SimulationProgress(1, 4, 0),
                        new SimulationProgress(2, 4, 0),
                        new SimulationProgress(3, 4, 0),
                        new SimulationProgress(4, 4, 0));
    }

    @Test
    @DisplayName("ends if whoever listens throws")
    void listenerThrows() {
        for (int threads = 1; threads <= 2; threads++) {
            Simulation<Counting> simulation = counting()
                    .seeds(1, 4)
                    .threads(threads)
                    .onProgress(progress -> {
                        throw new IllegalStateException("enough");
                    });
            assertThatThrownBy(simulation::run)
                    .isInstanceOf(IllegalStateException.class)
                    .hasMessage("enough");
        }
    }

    @Test
    @DisplayName("comes as one simulation for each seed")
    void eachSeed() {
        assertThat(counting().seeds(5, 3).eachSeed().map(Simulation::toString))
                .containsExactly("seed 5", "seed 6", "seed 7");
        assertThat(counting().seeds(5, 3)).hasToString("seeds 5 to 7");
    }

    @Test
    @DisplayName("changes nothing in the one from which an option makes another")
    void isImmutable() {
        Simulation<Counting> simulation = counting().seeds(1, 2);

        assertThat(simulation.seeds(3, 1)).hasToString("seed 3");
        assertThat(simulation).hasToString("seeds 1 to 2");
    }

    @Test
    @DisplayName("refuses options that make no sense")
    void refusesOptions() {
        refuses(() -> counting().seeds(1, 0), "no such seeds: from 1, 0 of them");
        refuses(() -> counting().seeds(Long.MAX_VALUE, 2), "no such seeds: from " + Long.MAX_VALUE + ", 2 of them");
        refuses(() -> counting().servers(0), "a simulated cluster has 1 to 9 servers, not 0");
        refuses(() -> counting().servers(10), "a simulated cluster has 1 to 9 servers, not 10");
        refuses(() -> counting().threads(0), "1 to 1024 threads, not 0");
    }

    private static void refuses(org.assertj.core.api.ThrowableAssert.ThrowingCallable option, String message) {
        assertThatThrownBy(option).isInstanceOf(IllegalArgumentException.class).hasMessage(message);
    }
}
