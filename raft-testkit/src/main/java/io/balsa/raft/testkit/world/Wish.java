package io.balsa.raft.testkit.world;

import io.balsa.raft.cluster.Member;
import io.balsa.raft.cluster.Membership;
import io.balsa.raft.cluster.MembershipChange;
import io.balsa.raft.cluster.NodeId;
import java.util.Objects;
import java.util.Optional;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;

/** A membership that an operator wants, and the change that leads there. */
final class Wish {

    private final SortedMap<NodeId, Member> members = new TreeMap<>();
    private final SortedSet<NodeId> voters = new TreeSet<>();
    private final SortedSet<NodeId> learners = new TreeSet<>();
    private MembershipChange change = MembershipChange.begin();

    /** What there is now, unchanged. */
    Wish(Membership from) {
        members.putAll(from.members());
        voters.addAll(from.voters());
        learners.addAll(from.learners());
        learners.removeAll(voters);
        members.keySet().removeIf(id -> !voters.contains(id) && !learners.contains(id)); // who leaves a joint one
    }

    Wish add(Member member, boolean voter) {
        members.put(member.id(), member);
        (voter ? voters : learners).add(member.id());
        change = voter ? change.addVoter(member) : change.addLearner(member);
        return this;
    }

    Wish promote(NodeId id) {
        learners.remove(id);
        voters.add(id);
        change = change.promote(id);
        return this;
    }

    Wish demote(NodeId id) {
        voters.remove(id);
        learners.add(id);
        change = change.demote(id);
        return this;
    }

    Wish remove(NodeId id) {
        voters.remove(id);
        learners.remove(id);
        members.remove(id);
        change = change.remove(id);
        return this;
    }

    Wish alter(Member member) {
        members.put(member.id(), member);
        change = change.alter(member);
        return this;
    }

    /** One of the members. */
    Member member(NodeId id) {
        return Objects.requireNonNull(members.get(id));
    }

    SortedMap<NodeId, Member> members() {
        return members;
    }

    SortedSet<NodeId> voters() {
        return voters;
    }

    SortedSet<NodeId> learners() {
        return learners;
    }

    MembershipChange change() {
        return change;
    }

    /** The membership that is wanted; empty if nobody would vote in it. */
    Optional<Membership> target() {
        return voters.isEmpty()
                ? Optional.empty()
                : Optional.of(new Membership(members, voters, new TreeSet<>(), learners));
    }

    /** Whether this is what was wanted; stores may have become known meanwhile. */
    static boolean isFulfilledBy(Membership wanted, Membership got) {
        boolean same =
                wanted.voters().equals(got.voters()) && wanted.learners().equals(got.learners()) && !got.isJoint();
        for (Member member : wanted.members().values()) {
            Optional<Member> its = got.member(member.id());
            same &= its.isPresent()
                    && its.get().address().equals(member.address())
                    && its.get().priority() == member.priority();
        }
        return same;
    }
}
