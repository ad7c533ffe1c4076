package io.balsa.raft.testkit.linearizability;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.Collections;
import java.util.Comparator;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * The search for an order of the operations of one partition.
 *
 * <p>Wing and Gong: next in the order comes any operation that was invoked before the first return of those not placed yet;
 * if the model refuses them all, the last choice was wrong. Lowe: a configuration (operations placed, state) that was
 * visited before leads nowhere new.
 *
 * <p>A read that fits is placed at once, for it can stand in no one's way; nothing else is tried then.
 *
 * <p>Operations of unknown outcome need not be placed, and every one of them doubles the sets of operations placed. So they
 * are placed only where the answered operations alone lead nowhere, the fewest first, and a configuration is passed over
 * already if one was visited that differs in nothing but fewer of them: what is still in hand can only help.
 */
final class Search<S, I, O> {

    private final Model<S, I, O> model;
    private final String partition;
    private final long limit;
    private final List<Operation<I, O>> answered = new ArrayList<>(); // in the order of their invocations
    private final List<Operation<I, O>> unknown = new ArrayList<>(); // as well
    private final BitSet reads = new BitSet(); // of those answered
    private final int[] twins; // for each unknown one, the last before it that asks for the same, or -1

    private final BitSet placed = new BitSet(); // of those answered
    private final Deque<Level> levels = new ArrayDeque<>(); // one for each operation placed, and the first
    private final Map<Visit<S>, List<BitSet>> visited = new HashMap<>(); // looked up only, never walked through
    private Configuration<S, I, O> deepest;
    private List<Operation<?, ?>> stuck = List.of();
    private int depth;
    private long steps;

    /** How far an order has come. */
    private record Configuration<S, I, O>(
            S state,
            BitSet effects, // of the unknown operations, those placed; never changed
            @Nullable Configuration<S, I, O> before,
            @Nullable Operation<I, O> last) {}

    /** The answered operations placed, as the first that is not and which after it are, and the state they lead to. */
    private record Visit<S>(int prefix, BitSet others, S state) {}

    /** Of operations in the order of their invocations. */
    Search(Model<S, I, O> model, String partition, List<Operation<I, O>> operations, long limit) {
        this.model = model;
        this.partition = partition;
        this.limit = limit;
        for (Operation<I, O> operation : operations) {
            (operation.output().isPresent() ? answered : unknown).add(operation);
        }
        IntStream.range(0, answered.size()).filter(this::isRead).forEach(reads::set);
        twins = IntStream.range(0, unknown.size()).map(this::twinOf).toArray();
        deepest = new Configuration<>(model.initial(), new BitSet(), null, null);
    }

    private boolean isRead(int index) {
        Operation<I, O> operation = answered.get(index);
        return operation
                .output()
                .filter(output -> model.isRead(operation.input(), output))
                .isPresent();
    }

    private int twinOf(int index) {
        I input = unknown.get(index).input();
        return IntStream.iterate(index - 1, i -> i >= 0, i -> i - 1)
                .filter(i -> unknown.get(i).input().equals(input))
                .findFirst()
                .orElse(-1);
    }

    Verdict run() {
        visit(deepest);
        while (levels.size() <= answered.size()) {
            Configuration<S, I, O> next = levels.element().next();
            if (steps >= limit) {
                return new Verdict.Inconclusive(partition, steps);
            }
            if (next != null) {
                visit(next);
            } else if (!retreat()) {
                return new Verdict.NotLinearizable(partition, order(), String.valueOf(deepest.state), stuck, steps);
            }
        }
        return new Verdict.Linearizable(steps);
    }

    /** The longest order found: that of all operations, once they are found to be linearizable. */
    List<Operation<?, ?>> order() {
        List<Operation<?, ?>> order = new ArrayList<>();
        for (Configuration<S, I, O> at = deepest; at != null && at.last != null; at = at.before) {
            order.add(at.last);
        }
        Collections.reverse(order);
        return order;
    }

    private void visit(Configuration<S, I, O> configuration) {
        Level level = new Level(configuration);
        levels.push(level);
        if (levels.size() > depth) {
            depth = levels.size();
            deepest = configuration;
            stuck = List.copyOf(level.candidates.stream().map(answered::get).toList());
        }
    }

    private boolean retreat() {
        levels.pop();
        if (levels.isEmpty()) {
            return false;
        }
        placed.clear(levels.element().chosen);
        return true;
    }

    private boolean isNew(S state, BitSet effects) {
        int prefix = placed.nextClearBit(0);
        Visit<S> visit = new Visit<>(prefix, placed.get(prefix, placed.length()), state);
        List<BitSet> known = visited.computeIfAbsent(visit, absent -> new ArrayList<>(1));
        if (known.stream().anyMatch(fewer -> isSubset(fewer, effects))) {
            return false;
        }
        known.removeIf(more -> isSubset(effects, more));
        known.add(effects);
        return true;
    }

    private static boolean isSubset(BitSet some, BitSet all) {
        int next = some.nextSetBit(0);
        while (next >= 0 && all.get(next)) {
            next = some.nextSetBit(next + 1);
        }
        return next < 0;
    }

    /** A set of answered operations placed, and all ways to place one more. */
    private final class Level {

        private final List<Integer> candidates = new ArrayList<>(); // of those answered
        private final List<Configuration<S, I, O>> configurations = new ArrayList<>(); // more and more effects
        private long firstReturn = Operation.NEVER;
        private int configuration;
        private int candidate;
        private int chosen;

        Level(Configuration<S, I, O> reached) {
            configurations.add(reached);
            for (int i = placed.nextClearBit(0); i < answered.size(); i = placed.nextClearBit(i + 1)) {
                if (answered.get(i).begin() > firstReturn) {
                    break;
                }
                candidates.add(i);
                firstReturn = Math.min(firstReturn, answered.get(i).end());
            }
            candidates.sort(Comparator.comparing((Integer i) -> !reads.get(i))
                    .thenComparing(i -> answered.get(i).guess())
                    .thenComparing(i -> answered.get(i).end()));
        }

        /** Places an answered operation where none was tried before; null if there is none, or no step left. */
        @Nullable
        Configuration<S, I, O> next() {
            while (configuration < configurations.size() && steps < limit) {
                Configuration<S, I, O> from = configurations.get(configuration);
                if (candidate == candidates.size()) {
                    addEffects(from);
                    configuration++;
                    candidate = 0;
                    continue;
                }
                chosen = candidates.get(candidate++);
                Operation<I, O> operation = answered.get(chosen);
                Optional<S> state = operation.output().flatMap(output -> step(from, operation, output));
                if (state.isPresent() && reads.get(chosen)) {
                    configuration++; // whatever else could come next can come after the read
                    candidate = 0;
                }
                placed.set(chosen);
                if (state.isPresent() && isNew(state.get(), from.effects)) {
                    return new Configuration<>(state.get(), from.effects, from, operation);
                }
                placed.clear(chosen);
            }
            return null;
        }

        private Optional<S> step(Configuration<S, I, O> from, Operation<I, O> operation, O output) {
            steps++;
            return model.step(from.state, operation.input(), output);
        }

        /** Lets each operation of unknown outcome take effect that changes anything; of those that are alike, one. */
        private void addEffects(Configuration<S, I, O> from) {
            for (int i = 0; i < unknown.size() && steps < limit; i++) {
                Operation<I, O> operation = unknown.get(i);
                if (operation.begin() > firstReturn) {
                    return;
                }
                if (from.effects.get(i) || (twins[i] >= 0 && !from.effects.get(twins[i]))) {
                    continue;
                }
                steps++;
                S state = model.effect(from.state, operation.input());
                BitSet effects = from.effects.get(0, Math.max(i + 1, from.effects.length()));
                effects.set(i);
                if (!state.equals(from.state) && isNew(state, effects)) {
                    configurations.add(new Configuration<>(state, effects, from, operation));
                }
            }
        }
    }
}
