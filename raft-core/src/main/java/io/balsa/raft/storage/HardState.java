package io.balsa.raft.storage;

import io.balsa.raft.cluster.NodeId;
import java.util.Optional;

/**
 * What a server must remember besides its log: "latest term server has seen" and "candidateId that received vote in
 * current term" (figure 3.1). Term and vote become durable together or not at all.
 *
 * @param currentTerm 0 before the first term
 * @param votedFor for whom this server voted in {@code currentTerm}, if it did
 */
public record HardState(long currentTerm, Optional<NodeId> votedFor) {

    /** What a server that was never started remembers. */
    public static final HardState INITIAL = new HardState(0, Optional.empty());

    public HardState {
        if (currentTerm < 0) {
            throw new IllegalArgumentException("a term is never negative: " + currentTerm);
        }
    }
}
