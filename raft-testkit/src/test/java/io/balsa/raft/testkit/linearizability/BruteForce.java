package io.balsa.raft.testkit.linearizability;

import io.balsa.raft.testkit.linearizability.RegisterModel.Input;
import io.balsa.raft.testkit.linearizability.RegisterModel.Output;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;

/** The definition of linearizability, taken at its word: tries all orders of all operations that may have had an effect. */
final class BruteForce {

    private BruteForce() {}

    static boolean isLinearizable(List<Operation<Input, Output>> operations) {
        List<Operation<Input, Output>> chosen = new ArrayList<>();
        List<Operation<Input, Output>> unknown = new ArrayList<>();
        operations.forEach(operation -> (operation.output().isPresent() ? chosen : unknown).add(operation));
        return someSubset(chosen, unknown, 0);
    }

    private static boolean someSubset(
            List<Operation<Input, Output>> chosen, List<Operation<Input, Output>> unknown, int next) {
        if (next == unknown.size()) {
            return somePermutation(new ArrayList<>(chosen), 0);
        }
        List<Operation<Input, Output>> withIt = new ArrayList<>(chosen);
        withIt.add(unknown.get(next));
        return someSubset(chosen, unknown, next + 1) || someSubset(withIt, unknown, next + 1);
    }

    private static boolean somePermutation(List<Operation<Input, Output>> order, int fixed) {
        if (fixed == order.size()) {
            return isWitness(order);
        }
        for (int i = fixed; i < order.size(); i++) {
            Collections.swap(order, fixed, i);
            if (somePermutation(order, fixed + 1)) {
                return true;
            }
            Collections.swap(order, fixed, i);
        }
        return false;
    }

    /** Whether an order keeps to real time, and one copy that does the operations in it gives their answers. */
    static boolean isWitness(List<Operation<Input, Output>> order) {
        Store store = new Store();
        for (int i = 0; i < order.size(); i++) {
            Operation<Input, Output> operation = order.get(i);
            for (Operation<Input, Output> later : order.subList(i + 1, order.size())) {
                if (later.end() < operation.begin()) {
                    return false;
                }
            }
            Output answer = store.apply(operation.input());
            if (!operation.output().orElse(answer).equals(answer)) {
                return false;
            }
        }
        return true;
    }
}
