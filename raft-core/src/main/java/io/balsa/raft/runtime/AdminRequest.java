package io.balsa.raft.runtime;

import io.balsa.raft.cluster.Membership;
import io.balsa.raft.cluster.MembershipChange;
import io.balsa.raft.cluster.NodeId;
import io.balsa.raft.core.Input;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.function.Function;

/** What an operator asks of the core, and the future that waits for it. */
sealed interface AdminRequest {

    /** What the core is told. */
    Input toInput(long request, Membership inEffect);

    /** Who waits. */
    CompletableFuture<?> future();

    /**
     * Another membership.
     *
     * @param change is made of the membership in effect at the moment at which the core is told
     */
    record Change(Function<Membership, MembershipChange> change, CompletableFuture<Membership> future)
            implements AdminRequest {
        @Override
        public Input toInput(long request, Membership inEffect) {
            return new Input.ChangeRequested(request, change.apply(inEffect));
        }
    }

    /** Another leader. */
    record Transfer(Optional<NodeId> target, CompletableFuture<NodeId> future) implements AdminRequest {
        @Override
        public Input toInput(long request, Membership inEffect) {
            return new Input.TransferRequested(request, target);
        }
    }
}
