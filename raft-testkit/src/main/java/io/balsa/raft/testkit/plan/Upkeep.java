package io.balsa.raft.testkit.plan;

import java.util.Collections;
import java.util.Set;
import java.util.TreeSet;

/**
 * What an operator does in a run.
 *
 * @param spares how many servers there are beyond the founding members; they run and wait to be added
 * @param acts what is done
 * @param errandNanos the mean time from one errand to the next
 */
public record Upkeep(int spares, Set<Act> acts, long errandNanos) {

    /** Nothing is done, and nobody could be added. */
    public static final Upkeep NONE = new Upkeep(0, Set.of(), 1_000_000_000L);

    /** Keeps the acts in their order: errands are drawn from them. */
    public Upkeep {
        acts = Collections.unmodifiableSet(new TreeSet<>(acts));
    }

    @Override
    public String toString() {
        return acts.isEmpty() && spares == 0
                ? "no operator"
                : "%d spare servers, an operator: %s each %.1f s".formatted(spares, acts, errandNanos / 1e9);
    }
}
