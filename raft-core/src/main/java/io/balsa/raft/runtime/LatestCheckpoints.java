package io.balsa.raft.runtime;

import io.balsa.raft.divergence.DivergenceCheck;
import java.util.ArrayList;
import java.util.List;

/**
 * Checkpoints on their way from the apply agent to the consensus agent. Who is too slow gets the latest only: a difference
 * is in all hashes after it, so nothing is missed by that.
 */
final class LatestCheckpoints {

    static final int MAX = DivergenceCheck.MAX_OPEN;

    private volatile List<Checkpoint> latest = List.of();

    synchronized void put(Checkpoint checkpoint) {
        List<Checkpoint> before = latest;
        List<Checkpoint> after = new ArrayList<>(before.subList(Math.max(0, before.size() + 1 - MAX), before.size()));
        after.add(checkpoint);
        latest = after;
    }

    boolean isEmpty() {
        return latest.isEmpty();
    }

    /** The latest that nobody has taken yet, in their order. */
    List<Checkpoint> takeAll() {
        return isEmpty() ? List.of() : take();
    }

    private synchronized List<Checkpoint> take() {
        List<Checkpoint> taken = latest;
        latest = List.of();
        return taken;
    }
}
