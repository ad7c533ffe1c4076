package io.balsa.raft.testkit.linearizability;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * Says whether a history is linearizable, one partition after the other, by the search of Wing and Gong (<cite>Testing and
 * Verifying Concurrent Objects</cite>, 1993) that never visits a configuration twice (Lowe, <cite>Testing for
 * Linearizability</cite>, 2017).
 *
 * <p>The problem is NP-complete. In practice the work grows with the number of operations, and exponentially only with how
 * many of them are under way at once; clients that never write a value twice keep it small.
 *
 * <p>Who knows from within in which order the operations took effect can say so ({@link History#guess}). That an order agrees
 * with real time and explains every answer is seen at once, and proves it; only if it does not, there is a search.
 */
public final class LinearizabilityChecker {

    private LinearizabilityChecker() {}

    /**
     * Checks a history against a model.
     *
     * @param limit how often the model may be asked for each partition; the search may use some 250 bytes for each time.
     *     A million is plenty for some thousand operations of ten clients.
     */
    public static <S, I, O> Verdict check(History<I, O> history, Model<S, I, O> model, long limit) {
        return check(history, model, limit, true);
    }

    /** The same by search alone, as if nobody had known anything: a check of whoever says that an order is known. */
    public static <S, I, O> Verdict search(History<I, O> history, Model<S, I, O> model, long limit) {
        return check(history, model, limit, false);
    }

    private static <S, I, O> Verdict check(History<I, O> history, Model<S, I, O> model, long limit, boolean guesses) {
        if (limit < 1) {
            throw new IllegalArgumentException("limit " + limit);
        }
        Map<String, List<Operation<I, O>>> partitions = new TreeMap<>();
        for (Operation<I, O> known : history.operations()) {
            Operation<I, O> operation = guesses ? known : known.guessed(Operation.NEVER);
            partitions
                    .computeIfAbsent(model.partition(operation.input()), absent -> new ArrayList<>())
                    .add(operation);
        }
        long steps = 0;
        Optional<Verdict> unfinished = Optional.empty();
        for (Map.Entry<String, List<Operation<I, O>>> partition : partitions.entrySet()) {
            Verdict verdict = check(model, partition.getKey(), partition.getValue(), limit);
            if (verdict instanceof Verdict.NotLinearizable) {
                return verdict;
            }
            steps += verdict.steps();
            if (unfinished.isEmpty() && verdict instanceof Verdict.Inconclusive) {
                unfinished = Optional.of(verdict);
            }
        }
        return unfinished.orElse(new Verdict.Linearizable(steps));
    }

    private static <S, I, O> Verdict check(
            Model<S, I, O> model, String partition, List<Operation<I, O>> operations, long limit) {
        Witness<I, O> witness = new Witness<>(operations);
        return witness.explains(model)
                ? new Verdict.Linearizable(witness.size())
                : new Search<>(model, partition, operations, limit).run();
    }
}
