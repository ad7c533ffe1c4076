package io.balsa.raft.testkit.linearizability;

import static org.assertj.core.api.Assertions.assertThat;

import io.balsa.raft.testkit.Draws;
import io.balsa.raft.testkit.linearizability.AtomicRegisters.Shape;
import io.balsa.raft.testkit.linearizability.RegisterModel.Cas;
import io.balsa.raft.testkit.linearizability.RegisterModel.Get;
import io.balsa.raft.testkit.linearizability.RegisterModel.Input;
import io.balsa.raft.testkit.linearizability.RegisterModel.Output;
import io.balsa.raft.testkit.linearizability.RegisterModel.Put;
import io.balsa.raft.testkit.linearizability.RegisterModel.Swapped;
import io.balsa.raft.testkit.linearizability.RegisterModel.Value;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.function.BiConsumer;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

@DisplayName("The linearizability checker, given random histories,")
class RandomHistoriesTest {

    private static final long FIRST = Long.getLong("seed", 1);
    private static final int SMALL_ONES = Integer.getInteger("histories", 6_000);
    private static final int LARGE_ONES = 3;
    private static final int LARGE = 4_000;
    private static final long LIMIT = 5_000_000;
    private static final RegisterModel MODEL = new RegisterModel();

    @Test
    @DisplayName("says what a trial of all orders says")
    void agreesWithBruteForce() {
        int[] linearizable = new int[1];
        eachSmallHistory(1, (seed, operations) -> {
            boolean expected = BruteForce.isLinearizable(operations);
            linearizable[0] += expected ? 1 : 0;

            Verdict verdict = LinearizabilityChecker.check(Histories.record(operations), MODEL, LIMIT);

            assertThat(verdict)
                    .as("-Dseed=%d %s", seed, operations)
                    .isInstanceOf(expected ? Verdict.Linearizable.class : Verdict.NotLinearizable.class);
        });
        assertThat(linearizable[0]).isBetween(SMALL_ONES / 4, SMALL_ONES * 3 / 4);
    }

    @Test
    @DisplayName("says the same of each register apart and of all of them together")
    void agreesWithoutPartitions() {
        eachSmallHistory(3, (seed, operations) -> {
            Verdict apart = LinearizabilityChecker.check(Histories.record(operations), MODEL, LIMIT);
            Verdict together = LinearizabilityChecker.check(Histories.record(operations), new Store.Whole(), LIMIT);

            assertThat(together.getClass()).as("-Dseed=%d %s", seed, operations).isEqualTo(apart.getClass());
        });
    }

    @Test
    @DisplayName("finds an order that keeps to real time and explains every answer, or a prefix of one")
    void findsOrders() {
        eachSmallHistory(1, (seed, operations) -> {
            Search<?, Input, Output> search = new Search<>(MODEL, "k0", operations, LIMIT);
            Verdict verdict = search.run();

            List<Operation<Input, Output>> order = new ArrayList<>(operations);
            order.removeIf(operation -> !search.order().contains(operation));
            order.sort((a, b) -> search.order().indexOf(a) - search.order().indexOf(b));

            assertThat(BruteForce.isWitness(order))
                    .as("-Dseed=%d %s", seed, order)
                    .isTrue();
            assertThat(verdict instanceof Verdict.Linearizable)
                    .as("-Dseed=%d %s", seed, operations)
                    .isEqualTo(operations.stream()
                            .allMatch(operation -> operation.output().isEmpty() || order.contains(operation)));
        });
    }

    @ParameterizedTest(name = "{0} clients, {1} keys, {2} values (0: all different), {3} of the outcomes unknown")
    @CsvSource({
        "3, 1, 0, 0", "6, 1, 0, 0", "10, 1, 0, 0", "10, 1, 5, 0", "10, 4, 0, 0",
        "3, 1, 0, 0.01", "6, 1, 0, 0.01", "10, 1, 0, 0.01", "10, 4, 0, 0.05", "6, 1, 5, 0.01"
    })
    @DisplayName("accepts large ones of registers that are linearizable, in few steps, whatever the seed")
    void acceptsLargeOnes(int clients, int keys, int values, double lost) {
        Shape shape = new Shape(clients, keys, values, lost);
        for (long seed = FIRST; seed < FIRST + LARGE_ONES; seed++) {
            List<Operation<Input, Output>> operations = new AtomicRegisters(new Draws(seed), shape).run(LARGE);

            Verdict verdict = LinearizabilityChecker.check(Histories.record(operations), MODEL, LIMIT);

            assertThat(verdict).as("-Dseed=%d", seed).isInstanceOf(Verdict.Linearizable.class);
            assertThat(verdict.steps()).as("-Dseed=%d", seed).isLessThan((lost == 0 ? 10L : 100L) * LARGE);
        }
    }

    @ParameterizedTest(name = "{0} clients, {1} keys, {2} of the outcomes unknown")
    @CsvSource({"3, 1, 0", "6, 1, 0", "10, 1, 0", "10, 4, 0", "3, 1, 0.01", "6, 1, 0.01", "10, 1, 0.005", "10, 4, 0.05"
    })
    @DisplayName("rejects large ones in which one read is stale")
    void rejectsAStaleRead(int clients, int keys, double lost) {
        Shape shape = new Shape(clients, keys, 0, lost);
        for (long seed = FIRST; seed < FIRST + LARGE_ONES; seed++) {
            Draws draws = new Draws(seed);
            List<Operation<Input, Output>> operations = new AtomicRegisters(draws, shape).run(LARGE);
            makeStale(operations, draws);

            Verdict verdict = LinearizabilityChecker.check(Histories.record(operations), MODEL, LIMIT);

            assertThat(verdict).as("-Dseed=%d", seed).isInstanceOf(Verdict.NotLinearizable.class);
        }
    }

    /** Lets a read return a value that was put before another that was put before the read. No value is put twice. */
    private static void makeStale(List<Operation<Input, Output>> operations, Draws draws) {
        int at = operations.size() / 2 + draws.nextInt(operations.size() / 4);
        while (!(operations.get(at).input() instanceof Get)
                || operations.get(at).output().isEmpty()) {
            at++;
        }
        Operation<Input, Output> read = operations.get(at);
        Operation<Input, Output> newer = lastPutBefore(read, operations);
        Operation<Input, Output> older = lastPutBefore(newer, operations);
        Put put = (Put) older.input();
        operations.set(at, read.returned(new Value(Optional.of(put.value())), read.end(), read.returnedAt()));
    }

    private static Operation<Input, Output> lastPutBefore(
            Operation<Input, Output> later, List<Operation<Input, Output>> operations) {
        return operations.stream()
                .filter(operation -> operation.input() instanceof Put
                        && operation.input().key().equals(later.input().key())
                        && operation.end() < later.begin())
                .reduce((first, second) -> second)
                .orElseThrow();
    }

    /** About half of them linearizable. */
    private static void eachSmallHistory(int keys, BiConsumer<Long, List<Operation<Input, Output>>> check) {
        for (long seed = FIRST; seed < FIRST + SMALL_ONES; seed++) {
            Draws draws = new Draws(seed);
            Shape shape = new Shape(2 + draws.nextInt(2), keys, 2, 0.3 * draws.nextInt(3) / 2);
            List<Operation<Input, Output>> operations = new AtomicRegisters(draws, shape).run(1 + draws.nextInt(6));
            int wrong = draws.nextInt(6);
            for (int i = 0; i < wrong; i++) {
                answerAtRandom(operations, draws);
            }
            operations.sort(Comparator.comparing(Operation::begin));
            check.accept(seed, operations);
        }
    }

    private static void answerAtRandom(List<Operation<Input, Output>> operations, Draws draws) {
        int at = draws.nextInt(operations.size());
        Operation<Input, Output> operation = operations.get(at);
        if (operation.output().isPresent()) {
            Output answer = operation.output().get();
            if (operation.input() instanceof Get) {
                answer = new Value(draws.nextInt(3) == 0 ? Optional.empty() : Optional.of("v" + draws.nextInt(2)));
            } else if (operation.input() instanceof Cas) {
                answer = new Swapped(draws.nextBoolean());
            }
            operations.set(at, operation.returned(answer, operation.end(), operation.returnedAt()));
        }
    }
}
