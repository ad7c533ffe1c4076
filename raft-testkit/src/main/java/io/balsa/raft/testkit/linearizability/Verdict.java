package io.balsa.raft.testkit.linearizability;

import java.util.List;
import java.util.stream.Collectors;

/** What a check has found. */
public sealed interface Verdict {

    /** How often the model was asked: the measure of the work, the same each time. */
    long steps();

    /** For a person to read. */
    String explanation();

    /**
     * There is an order in which a single copy would have given the same answers.
     *
     * @param steps how often the model was asked
     */
    record Linearizable(long steps) implements Verdict {
        @Override
        public String explanation() {
            return "linearizable, found in " + steps + " steps";
        }
    }

    /**
     * There is no such order.
     *
     * @param partition whose operations cannot be ordered
     * @param prefix the longest order found of operations that can come first
     * @param state in which the prefix leaves the model
     * @param stuck one of these must come next, but none can, whatever took effect of those whose outcome is unknown
     * @param steps how often the model was asked
     */
    record NotLinearizable(
            String partition, List<Operation<?, ?>> prefix, String state, List<Operation<?, ?>> stuck, long steps)
            implements Verdict {

        private static final int SHOWN = 10;

        public NotLinearizable {
            prefix = List.copyOf(prefix);
            stuck = List.copyOf(stuck);
        }

        @Override
        public String explanation() {
            int hidden = Math.max(0, prefix.size() - SHOWN);
            return "not linearizable: partition '" + partition + "'\nlongest order found, of " + prefix.size()
                    + " operations:" + (hidden > 0 ? "\n  ..." : "")
                    + lines(prefix.subList(hidden, prefix.size()))
                    + "\nit leaves " + state + ", where one of these must come next and none can:" + lines(stuck);
        }

        private static String lines(List<Operation<?, ?>> operations) {
            return operations.stream().map(operation -> "\n  " + operation).collect(Collectors.joining());
        }
    }

    /**
     * Nothing wrong was found, but not everything was searched.
     *
     * @param partition that took more steps than allowed
     * @param steps how often the model was asked
     */
    record Inconclusive(String partition, long steps) implements Verdict {
        @Override
        public String explanation() {
            return "inconclusive: partition '" + partition + "' needs more steps, " + steps + " were taken";
        }
    }
}
