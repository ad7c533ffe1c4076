package io.balsa.raft.testkit.linearizability;

import java.util.Comparator;
import java.util.List;
import java.util.Optional;

/**
 * An order that somebody claims for the operations of one partition. If it agrees with real time and the model gives the
 * same answers in it, the operations are linearizable: the definition asks for no more.
 */
final class Witness<I, O> {

    private final List<Operation<I, O>> order; // of unknown outcome are those that are said to have taken effect
    private final boolean whole;

    /** The order of the guesses. */
    Witness(List<Operation<I, O>> operations) {
        order = operations.stream()
                .filter(operation -> operation.guess() != Operation.NEVER)
                .sorted(Comparator.comparingLong((Operation<I, O> operation) -> operation.guess())
                        .thenComparing(operation -> operation.begin()))
                .toList();
        whole = operations.stream()
                .allMatch(operation -> operation.output().isEmpty() || operation.guess() != Operation.NEVER);
    }

    int size() {
        return order.size();
    }

    /** Whether it has a place for all that were answered, agrees with real time, and explains all answers. */
    boolean explains(Model<?, I, O> model) {
        return whole && agreesWithRealTime() && isOf(model);
    }

    /** What has returned stands before all that is invoked later. */
    private boolean agreesWithRealTime() {
        long lastBegin = Long.MIN_VALUE;
        for (Operation<I, O> operation : order) {
            if (operation.end() < lastBegin) {
                return false;
            }
            lastBegin = Math.max(lastBegin, operation.begin());
        }
        return true;
    }

    private <S> boolean isOf(Model<S, I, O> model) {
        S state = model.initial();
        for (Operation<I, O> operation : order) {
            S from = state;
            Optional<S> to = operation.output().isEmpty()
                    ? Optional.of(model.effect(from, operation.input()))
                    : operation.output().flatMap(output -> model.step(from, operation.input(), output));
            if (to.isEmpty()) {
                return false;
            }
            state = to.get();
        }
        return true;
    }
}
