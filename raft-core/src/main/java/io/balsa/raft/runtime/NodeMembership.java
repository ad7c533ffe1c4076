package io.balsa.raft.runtime;

import io.balsa.raft.MembershipAdmin;
import io.balsa.raft.cluster.Member;
import io.balsa.raft.cluster.Membership;
import io.balsa.raft.cluster.MembershipChange;
import io.balsa.raft.cluster.NodeId;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.function.Function;
import java.util.function.UnaryOperator;

/** Says in steps what an operator wants. */
final class NodeMembership implements MembershipAdmin {

    /** Of a server that is no member, so that the core says so. */
    private static final String NOWHERE = "unknown";

    private final Function<Function<Membership, MembershipChange>, CompletableFuture<Membership>> changes;

    /**
     * Hands changes on.
     *
     * @param changes takes what makes the change of the membership in effect
     */
    NodeMembership(Function<Function<Membership, MembershipChange>, CompletableFuture<Membership>> changes) {
        this.changes = changes;
    }

    @Override
    public CompletableFuture<Membership> addLearner(long id, String address) {
        return change(MembershipChange.begin().addLearner(Member.of(id, address)));
    }

    @Override
    public CompletableFuture<Membership> addVoter(long id, String address) {
        return change(MembershipChange.begin().addVoter(Member.of(id, address)));
    }

    @Override
    public CompletableFuture<Membership> promote(long id) {
        return change(MembershipChange.begin().promote(NodeId.of(id)));
    }

    @Override
    public CompletableFuture<Membership> demote(long id) {
        return change(MembershipChange.begin().demote(NodeId.of(id)));
    }

    @Override
    public CompletableFuture<Membership> remove(long id) {
        return change(MembershipChange.begin().remove(NodeId.of(id)));
    }

    @Override
    public CompletableFuture<Membership> replace(long oldId, long newId, String address) {
        return change(MembershipChange.begin().remove(NodeId.of(oldId)).addVoter(Member.of(newId, address)));
    }

    @Override
    public CompletableFuture<Membership> changeAddress(long id, String address) {
        Member.of(id, address); // throws here what is wrong with it
        return alter(id, member -> member.withAddress(address));
    }

    @Override
    public CompletableFuture<Membership> setPriority(long id, int priority) {
        Member.of(id, NOWHERE).withPriority(priority);
        return alter(id, member -> member.withPriority(priority));
    }

    /** The rest of the member stays as it is when the core is told, whoever else changes it. */
    private CompletableFuture<Membership> alter(long id, UnaryOperator<Member> alteration) {
        NodeId node = NodeId.of(id);
        return changes.apply(membership -> MembershipChange.begin()
                .alter(alteration.apply(membership.member(node).orElseGet(() -> new Member(node, NOWHERE)))));
    }

    @Override
    public CompletableFuture<Membership> change(MembershipChange change) {
        Objects.requireNonNull(change, "change");
        return changes.apply(membership -> change);
    }
}
