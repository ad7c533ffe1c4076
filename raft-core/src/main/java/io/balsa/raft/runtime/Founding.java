package io.balsa.raft.runtime;

import io.balsa.raft.cluster.Membership;
import io.balsa.raft.cluster.NodeId;
import io.balsa.raft.storage.StorageException;
import io.balsa.raft.storage.StoredState;
import java.util.List;

/** Whether a node that is started is the one that its store remembers, as long as only its founding tells (ADR 0014). */
final class Founding {

    private Founding() {}

    /**
     * Until the log has a membership, addresses are not replicated, so those that the node was built with count; but who
     * votes was settled when the store was made. A server that joins has settled nothing: it may be given others to greet it
     * each time.
     *
     * @throws StorageException if the store was made for other members
     */
    static StoredState withPresentAddresses(StoredState stored, NodeParts parts) {
        if (!stored.memberships().isEmpty() || stored.snapshot().isPresent()) {
            return stored;
        }
        Membership founding = stored.founding();
        boolean joins = !founding.contains(parts.self()) && !parts.founding().contains(parts.self());
        if (!joins && !founding.voters().equals(parts.founding().voters())) {
            throw new StorageException("the cluster was founded with the members " + numbers(founding)
                    + " according to this node's storage, but the node was built with " + numbers(parts.founding())
                    + "; start it with the members the cluster was founded with");
        }
        return new StoredState(
                stored.identity(),
                parts.founding(),
                stored.hardState(),
                stored.base(),
                stored.last(),
                stored.termStarts(),
                stored.memberships(),
                stored.snapshot(),
                stored.promised());
    }

    private static List<Long> numbers(Membership membership) {
        return membership.members().keySet().stream().map(NodeId::value).toList();
    }
}
