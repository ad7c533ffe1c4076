package io.balsa.raft.testkit;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.balsa.raft.Command;
import io.balsa.raft.StateMachine;
import io.balsa.raft.testkit.SimulationFailure.Kind;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

@DisplayName("A simulation finds a state machine that")
class SimulationFindingsTest {

    /** Does something to each command, counted from 1, in an instance whose number counts from 1. */
    @FunctionalInterface
    private interface Behaviour {
        String answer(int instance, int command);
    }

    private static Simulation<StateMachine> of(Behaviour behaviour) {
        AtomicInteger instances = new AtomicInteger();
        return Simulation.<StateMachine>of(() -> {
                    int instance = instances.incrementAndGet();
                    AtomicInteger commands = new AtomicInteger();
                    return command -> behaviour
                            .answer(instance, commands.incrementAndGet())
                            .getBytes(UTF_8);
                })
                .servers(3)
                .seeds(1, 1);
    }

    private static SimulationFailure found(Simulation<?> simulation) {
        SimulationReport report = simulation.run();
        assertThat(report.failures()).hasSize(1);
        return report.failures().get(0);
    }

    /** Where the story of an honest run with the same seed says that the command with this number stands. */
    private static long indexOfCommand(int number) {
        List<Long> indexes = new ArrayList<>();
        Simulation.<StateMachine>of(() -> command -> {
                    indexes.add(command.index());
                    return new byte[0];
                })
                .servers(3)
                .seeds(1, 1)
                .run()
                .assertPassed();
        return indexes.stream()
                .distinct()
                .sorted()
                .skip(number - 1L)
                .findFirst()
                .orElseThrow();
    }

    @Test
    @DisplayName("counts in something that all replicas share, at the first command")
    void sharedCounter() {
        AtomicInteger shared = new AtomicInteger();

        SimulationFailure failure = found(of((instance, command) -> "" + shared.incrementAndGet()));

        assertThat(failure.kind()).isEqualTo(Kind.DIVERGENCE);
        assertThat(failure.index()).hasValue(indexOfCommand(1));
        assertThat(failure.command()).isPresent();
        assertThat(failure.message())
                .startsWith("state machines diverge at index " + indexOfCommand(1) + ", command "
                        + failure.command().orElseThrow() + ": server ")
                .contains("answered '1'");
    }

    @Test
    @DisplayName("answers by who it is, at the first command")
    void identity() {
        SimulationFailure failure = found(of((instance, command) -> "I am " + instance));

        assertThat(failure.kind()).isEqualTo(Kind.DIVERGENCE);
        assertThat(failure.index()).hasValue(indexOfCommand(1));
    }

    @Test
    @DisplayName("begins to differ later, at the first command at which it does")
    void laterDifference() {
        SimulationFailure failure = found(of((instance, command) -> command < 5 ? "" : "I am " + instance));

        assertThat(failure.kind()).isEqualTo(Kind.DIVERGENCE);
        assertThat(failure.index()).hasValue(indexOfCommand(5));
    }

    @Test
    @DisplayName("is the same object after a restart")
    void sameInstance() {
        StateMachine one = command -> new byte[0];

        SimulationFailure failure = found(Simulation.of(() -> one).seeds(1, 1));

        assertThat(failure.kind()).isEqualTo(Kind.SUPPLIER);
        assertThat(failure.message()).startsWith("the supplier returned the same state machine twice");
        assertThat(failure.index()).isEmpty();
    }

    @Test
    @DisplayName("throws on some replicas only, at that command")
    void throwsOnSome() {
        SimulationFailure failure = found(of((instance, command) -> {
            if (instance % 2 == 0 && command == 3) {
                throw new IllegalStateException("not here");
            }
            return "";
        }));

        assertThat(failure.kind()).isEqualTo(Kind.DIVERGENCE);
        assertThat(failure.index()).hasValue(indexOfCommand(3));
        assertThat(failure.message()).contains("threw java.lang.IllegalStateException: not here", "answered nothing");
    }

    @Test
    @DisplayName("throws on every replica, and says so plainly")
    void throwsOnAll() {
        SimulationReport report = of((instance, command) -> {
                    if (command == 4) {
                        throw new IllegalStateException("overdrawn");
                    }
                    return "";
                })
                .run();
        SimulationFailure failure = report.failures().get(0);

        assertThat(failure.kind()).isEqualTo(Kind.EXCEPTION);
        assertThat(failure.index()).hasValue(indexOfCommand(4));
        assertThat(failure.message())
                .startsWith("the state machine threw java.lang.IllegalStateException: overdrawn at index "
                        + indexOfCommand(4) + ", command ")
                .contains("Every server would stop there");
        assertThat(failure.cause()).containsInstanceOf(IllegalStateException.class);
    }

    @Test
    @DisplayName("answers null")
    void answersNull() {
        SimulationFailure failure = found(Simulation.of(Speechless::new).seeds(1, 1));

        assertThat(failure.kind()).isEqualTo(Kind.EXCEPTION);
        assertThat(failure.message()).startsWith("the state machine answered null at index ");
    }

    /** Has no answer. */
    private static final class Speechless implements StateMachine {

        @Override
        @SuppressWarnings("NullAway") // that is the fault
        public byte[] apply(Command command) {
            return null;
        }
    }

    /** Answers alike, and holds something of its own from the third command on. */
    private static final class Secretive implements StateMachine {

        private final int instance;
        private int commands;

        Secretive(int instance) {
            this.instance = instance;
        }

        @Override
        public byte[] apply(Command command) {
            commands++;
            return new byte[0];
        }

        int state() {
            return commands < 3 ? 0 : instance;
        }
    }

    @Test
    @DisplayName("answers alike and holds something else, at the first command after which it does")
    void differentState() {
        AtomicInteger instances = new AtomicInteger();
        Simulation<Secretive> simulation = Simulation.of(() -> new Secretive(instances.incrementAndGet()))
                .servers(3)
                .seeds(1, 1);

        simulation.run().assertPassed();
        SimulationFailure failure = found(simulation.state(Secretive::state));

        assertThat(failure.kind()).isEqualTo(Kind.STATE);
        assertThat(failure.index()).hasValue(indexOfCommand(3));
    }

    @Test
    @DisplayName("shows by a query only that it holds something else")
    void differentQuery() {
        AtomicInteger instances = new AtomicInteger();

        SimulationFailure failure = found(Simulation.of(() -> new Secretive(instances.incrementAndGet()))
                .queries(random -> Secretive::state)
                .seeds(1, 1));

        assertThat(failure.kind()).isEqualTo(Kind.READ);
        assertThat(failure.message()).startsWith("a query returned ");
    }

    @Test
    @DisplayName("is asked by a query for something that it goes on to change")
    void leakingQuery() {
        Simulation<Hoarding> simulation = Simulation.of(Hoarding::new).seeds(1, 1);

        simulation.queries(random -> machine -> List.copyOf(machine.held)).run().assertPassed();
        SimulationFailure failure = found(simulation.queries(random -> machine -> machine.held));

        assertThat(failure.kind()).isEqualTo(Kind.OPTION);
        assertThat(failure.message()).contains("return a copy");
    }

    private static final class Hoarding implements StateMachine {

        private final List<Long> held = new ArrayList<>();

        @Override
        public byte[] apply(Command command) {
            held.add(command.index());
            return new byte[0];
        }
    }

    @Test
    @DisplayName("has states that cannot be compared")
    void incomparableState() {
        SimulationFailure failure = found(of((instance, command) -> "").state(machine -> new Object()));

        assertThat(failure.kind()).isEqualTo(Kind.STATE);
        assertThat(failure.message()).contains("needs equals");
    }

    @Test
    @DisplayName("uses the array of a result again")
    void reusesResult() {
        SimulationFailure failure = found(Simulation.<StateMachine>of(() -> {
                    byte[] reused = new byte[1];
                    return command -> {
                        reused[0]++;
                        return reused;
                    };
                })
                .seeds(1, 1));

        assertThat(failure.kind()).isEqualTo(Kind.EXCEPTION);
        assertThat(failure.message()).contains("has changed an array that it had returned as a result");
    }

    @Test
    @DisplayName("is asked in vain, because what draws the commands or asks the queries throws")
    void optionsThrow() {
        Simulation<StateMachine> simulation = of((instance, command) -> "");

        assertFault(
                simulation.commands(random -> {
                    throw new IllegalStateException("no idea");
                }),
                ".commands(...) threw java.lang.IllegalStateException: no idea");
        assertFault(
                simulation.commands(random -> new byte[2000]),
                ".commands(...) returned a command of 2000 bytes, but at most 1024 are possible in a simulation");
        assertFault(
                simulation.queries(random -> {
                    throw new IllegalStateException("no idea");
                }),
                ".queries(...) threw java.lang.IllegalStateException: no idea");
        assertFault(
                simulation.queries(random -> machine -> {
                    throw new IllegalStateException("no idea");
                }),
                "a query threw java.lang.IllegalStateException: no idea");
        assertFault(
                simulation.queries(random -> machine -> {
                    throw new NoClassDefFoundError("Missing");
                }),
                "a query threw java.lang.NoClassDefFoundError: Missing");
        assertFault(
                simulation.state(machine -> {
                    throw new IllegalStateException("no idea");
                }),
                ".state(...) threw java.lang.IllegalStateException: no idea");
    }

    private static void assertFault(Simulation<?> simulation, String message) {
        SimulationFailure failure = found(simulation);
        assertThat(failure.kind()).isEqualTo(Kind.OPTION);
        assertThat(failure.message()).isEqualTo(message);
        assertThat(failure.cause().isPresent()).isEqualTo(message.contains("threw"));
    }

    @Test
    @DisplayName("is not there, because its supplier throws")
    void supplierThrows() {
        SimulationFailure failure = found(Simulation.<StateMachine>of(() -> {
                    throw new IllegalStateException("none left");
                })
                .seeds(1, 1));

        assertThat(failure.kind()).isEqualTo(Kind.SUPPLIER);
        assertThat(failure.message())
                .isEqualTo("the supplier of state machines threw java.lang.IllegalStateException: none left");
    }

    @Test
    @DisplayName("fails, and tells the seed, what was found, the options and how to repeat it")
    void assertion() {
        SimulationReport report = of((instance, command) -> "I am " + instance)
                .describe(command -> "a command of " + command.length)
                .seeds(1, 5)
                .run();

        assertThat(report.failures()).extracting(SimulationFailure::seed).containsExactly(1L, 2L, 3L, 4L, 5L);
        assertThatThrownBy(report::assertPassed)
                .isInstanceOf(AssertionError.class)
                .hasMessageStartingWith(
                        "5 of 5 seeds failed.\nseed 1: DIVERGENCE (S5): state machines diverge at index ")
                .hasMessageContaining("command a command of ")
                .hasMessageContaining("the cluster: 3 voters")
                .hasMessageContaining("Simulation.of(...).servers(3).describe(...).seeds(1, 1).run().assertPassed()")
                .hasMessageContaining("and 2 more: 4 DIVERGENCE, 5 DIVERGENCE");
        assertThat(report.story(1)).contains("DIVERGENCE (S5)");
    }
}
