package io.balsa.raft.runtime;

import io.balsa.raft.Divergence;
import java.util.Optional;

/**
 * Whether this server's state machine is known to be in another state than the others'. Then nothing is applied to it, read
 * from it or captured of it any more, until it is replaced: by a snapshot of a leader's, or by a restart, which begins with
 * the last snapshot. The log and the votes of this server are none the worse for it. Safe for use by several threads.
 */
final class Quarantine {

    private record Standing(long life, Optional<Divergence> divergence) {}

    private volatile Standing standing;

    /** Not in quarantine. */
    Quarantine(long firstLife) {
        standing = new Standing(firstLife, Optional.empty());
    }

    /** Names the state, so that nothing that is said of an earlier one is taken for something about this one. */
    long life() {
        return standing.life;
    }

    /** Why it is in quarantine; empty if it is not. */
    Optional<Divergence> divergence() {
        return standing.divergence;
    }

    boolean isImposed() {
        return standing.divergence.isPresent();
    }

    /** Whether a snapshot up to this index is like the others', as far as is known. */
    boolean allowsSnapshot(long index) {
        Optional<Divergence> divergence = divergence();
        return divergence.isEmpty() || index < divergence.get().firstIndex();
    }

    /**
     * The state of this name differs.
     *
     * @return whether that is the present one, and news
     */
    synchronized boolean impose(long life, Divergence divergence) {
        if (standing.life != life || isImposed()) {
            return false;
        }
        standing = new Standing(life, Optional.of(divergence));
        return true;
    }

    /** The state was replaced. Called by the apply agent. */
    synchronized void lift() {
        standing = new Standing(standing.life + 1, Optional.empty());
    }
}
