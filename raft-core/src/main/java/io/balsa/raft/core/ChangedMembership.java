package io.balsa.raft.core;

import io.balsa.raft.cluster.ChangeRefusal;
import io.balsa.raft.cluster.Member;
import io.balsa.raft.cluster.Membership;
import io.balsa.raft.cluster.MembershipChange;
import io.balsa.raft.cluster.NodeId;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;

/** A membership while the steps of a change are done to it, and what it is taken through on the way to the result. */
final class ChangedMembership {

    /** The change cannot be made. */
    static final class Impossible extends Exception {

        private static final long serialVersionUID = 1L;

        private final ChangeRefusal reason;

        Impossible(ChangeRefusal reason) {
            super(reason.name(), null, false, false);
            this.reason = reason;
        }

        ChangeRefusal reason() {
            return reason;
        }
    }

    private final Membership before;
    private final SortedMap<NodeId, Member> members = new TreeMap<>();
    private final SortedSet<NodeId> voters = new TreeSet<>();
    private final SortedSet<NodeId> learners = new TreeSet<>();

    private ChangedMembership(Membership before) {
        assert !before.isJoint() : "a change begins from " + before;
        this.before = before;
        members.putAll(before.members());
        voters.addAll(before.voters());
        learners.addAll(before.learners());
    }

    /** What a membership that is not joint becomes by this change. */
    static Membership of(Membership before, MembershipChange change) throws Impossible {
        ChangedMembership changed = new ChangedMembership(before);
        for (MembershipChange.Step step : change.steps()) {
            changed.make(step);
        }
        return changed.result();
    }

    private void make(MembershipChange.Step step) throws Impossible {
        if (step instanceof MembershipChange.Add add) {
            NodeId id = add.member().id();
            // Nor one that this very change removes: it would vote at once, and what is known of its store would be
            // lost.
            require(!members.containsKey(id) && !before.contains(id), ChangeRefusal.ALREADY_A_MEMBER);
            put(add.member());
            (add.asVoter() ? voters : learners).add(id);
        } else if (step instanceof MembershipChange.Promote promote) {
            requireMember(promote.id());
            require(learners.remove(promote.id()), ChangeRefusal.ALREADY_A_VOTER);
            voters.add(promote.id());
        } else if (step instanceof MembershipChange.Demote demote) {
            requireMember(demote.id());
            require(voters.remove(demote.id()), ChangeRefusal.NOT_A_VOTER);
            learners.add(demote.id());
        } else if (step instanceof MembershipChange.Remove remove) {
            requireMember(remove.id());
            members.remove(remove.id());
            voters.remove(remove.id());
            learners.remove(remove.id());
        } else if (step instanceof MembershipChange.Alter alter) {
            Member known = requireMember(alter.member().id());
            Member altered = alter.member().withStore(known.storeId());
            if (altered.address().equals(known.address())) {
                members.put(altered.id(), altered); // two may have one address, if the one was to replace the other
            } else {
                put(altered);
            }
        }
    }

    private void put(Member member) throws Impossible {
        for (Member other : members.values()) {
            boolean same = other.id().equals(member.id());
            require(same || !other.address().equals(member.address()), ChangeRefusal.ADDRESS_IN_USE);
        }
        members.put(member.id(), member);
    }

    private Member requireMember(NodeId id) throws Impossible {
        Member member = members.get(id);
        if (member == null) {
            throw new Impossible(ChangeRefusal.NOT_A_MEMBER);
        }
        return member;
    }

    private static void require(boolean holds, ChangeRefusal otherwise) throws Impossible {
        if (!holds) {
            throw new Impossible(otherwise);
        }
    }

    private Membership result() throws Impossible {
        require(!voters.isEmpty(), ChangeRefusal.LAST_VOTER);
        // Only who is to get back a vote that the guard against amnesia took from it learns under its store.
        members.replaceAll(
                (id, member) -> learners.contains(id) && !before.isLearner(id) ? member.withStore(0) : member);
        SortedSet<NodeId> onTheWay = new TreeSet<>(before.members().keySet());
        onTheWay.addAll(members.keySet());
        require(onTheWay.size() <= Membership.MAX_MEMBERS, ChangeRefusal.TOO_MANY_MEMBERS);
        Membership after = new Membership(members, voters, new TreeSet<>(), learners);
        require(!after.equals(before), ChangeRefusal.NOTHING_TO_CHANGE);
        return after;
    }

    /** The one before, in which those who shall vote and are not yet members learn first. */
    static Membership withNewcomersAsLearners(Membership before, Membership target) {
        ChangedMembership staged = new ChangedMembership(before);
        for (NodeId id : target.voters()) {
            if (!before.contains(id)) {
                staged.members.put(id, target.member(id).orElseThrow().withStore(0));
                staged.learners.add(id);
            }
        }
        return new Membership(staged.members, staged.voters, new TreeSet<>(), staged.learners);
    }

    /**
     * What comes next on the way to the target: the target itself if the majorities of both overlap because at most one vote
     * comes or goes (section 4.1), else the joint membership (section 4.3).
     */
    static Membership stepTowards(Membership target, Membership before) {
        SortedSet<NodeId> differing = new TreeSet<>(before.voters());
        differing.removeAll(target.voters());
        for (NodeId id : target.voters()) {
            if (!before.voters().contains(id)) {
                differing.add(id);
            }
        }
        if (differing.size() <= 1) {
            return target;
        }
        SortedMap<NodeId, Member> members = new TreeMap<>();
        for (NodeId id : before.voters()) {
            members.put(id, before.members().get(id));
        }
        members.putAll(target.members());
        // Who is demoted still votes.
        members.replaceAll(
                (id, member) -> before.voters().contains(id) ? member.withStore(before.storeOf(id)) : member);
        return new Membership(members, target.voters(), before.voters(), target.learners());
    }

    /** What a joint membership leads to (C_new). */
    static Membership afterJoint(Membership joint) {
        SortedMap<NodeId, Member> members = new TreeMap<>();
        joint.members().forEach((id, member) -> {
            if (joint.voters().contains(id) || joint.learners().contains(id)) {
                boolean demoted =
                        joint.learners().contains(id) && joint.outgoingVoters().contains(id);
                members.put(id, demoted ? member.withStore(0) : member);
            }
        });
        return new Membership(members, joint.voters(), new TreeSet<>(), joint.learners());
    }

    /** The same membership with another description of one of its members. */
    static Membership with(Membership membership, Member member) {
        SortedMap<NodeId, Member> members = new TreeMap<>();
        members.putAll(membership.members());
        members.put(member.id(), member);
        return new Membership(members, membership.voters(), membership.outgoingVoters(), membership.learners());
    }
}
