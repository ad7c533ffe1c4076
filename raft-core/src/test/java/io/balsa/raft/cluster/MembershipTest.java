package io.balsa.raft.cluster;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

@DisplayName("A membership")
class MembershipTest {

    @Test
    @DisplayName("in which everybody votes has neither outgoing voters nor learners")
    void ofVoters() {
        Membership membership = Membership.ofVoters(List.of(Member.of(2, "host-2"), Member.of(1, "host-1")));

        assertThat(membership).isEqualTo(new Membership(members(1, 2), ids(1, 2), ids(), ids()));
    }

    @Test
    @DisplayName("is joint as long as there are outgoing voters")
    void isJoint() {
        assertThat(new Membership(members(1, 2), ids(2), ids(1, 2), ids()).isJoint())
                .isTrue();
    }

    @Test
    @DisplayName("is not joint without outgoing voters")
    void isNotJoint() {
        assertThat(new Membership(members(1, 2), ids(1), ids(), ids(2)).isJoint())
                .isFalse();
    }

    @Test
    @DisplayName("counts the votes of both halves of a joint one")
    void bothHalvesVote() {
        Membership joint = new Membership(members(1, 2, 3), ids(2), ids(1), ids(3));

        assertThat(List.of(1L, 2L, 3L, 4L))
                .filteredOn(id -> joint.isVoter(NodeId.of(id)))
                .containsExactly(1L, 2L);
    }

    @Test
    @DisplayName("has a voter that is being demoted as a voter still, not as a learner")
    void aDemotedVoterStillVotes() {
        Membership joint = new Membership(members(1, 2), ids(1), ids(1, 2), ids(2));

        assertThat(joint.isVoter(NodeId.of(2))).isTrue();
        assertThat(joint.isLearner(NodeId.of(2))).isFalse();
    }

    @Test
    @DisplayName("has learners, which do not vote")
    void learnersDoNotVote() {
        Membership membership = new Membership(members(1, 2), ids(1), ids(), ids(2));

        assertThat(membership.isLearner(NodeId.of(2))).isTrue();
        assertThat(membership.isVoter(NodeId.of(2))).isFalse();
    }

    @Test
    @DisplayName("finds a member by its id")
    void findsAMember() {
        assertThat(Membership.ofVoters(List.of(Member.of(1, "a"))).member(NodeId.of(1)))
                .contains(Member.of(1, "a"));
    }

    @Test
    @DisplayName("finds nobody under an id that is not a member's")
    void findsNobody() {
        assertThat(Membership.ofVoters(List.of(Member.of(1, "a"))).member(NodeId.of(2)))
                .isEmpty();
    }

    @Test
    @DisplayName("needs a voter")
    void needsAVoter() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new Membership(members(1), ids(), ids(1), ids()))
                .withMessage("a membership needs at least one voter");
    }

    @Test
    @DisplayName("has no voter of unknown address")
    void refusesARoleWithoutMember() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new Membership(members(1), ids(1, 2), ids(), ids()))
                .withMessage("roles are given to [n1, n2] but members are [n1]");
    }

    @Test
    @DisplayName("has no member without a role")
    void refusesAMemberWithoutRole() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new Membership(members(1, 2), ids(1), ids(), ids()))
                .withMessage("roles are given to [n1] but members are [n1, n2]");
    }

    @Test
    @DisplayName("has nobody as voter and learner at once")
    void refusesAVoterThatLearns() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new Membership(members(1, 2), ids(1, 2), ids(), ids(2)))
                .withMessageContaining("nobody is voter and learner at once");
    }

    @Test
    @DisplayName("has no two members of the same id")
    void refusesAnIdTwice() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> Membership.ofVoters(List.of(Member.of(1, "a"), Member.of(1, "b"))))
                .withMessage("two members have the id 1");
    }

    @Test
    @DisplayName("has each member under its own id")
    void refusesAMemberUnderAnotherId() {
        SortedMap<NodeId, Member> members = new TreeMap<>();
        members.put(NodeId.of(1), Member.of(2, "b"));

        assertThatIllegalArgumentException().isThrownBy(() -> new Membership(members, ids(1), ids(), ids()));
    }

    @Test
    @DisplayName("has at most 1024 members")
    void refusesTooManyMembers() {
        List<Member> members = new ArrayList<>();
        for (int id = 1; id <= Membership.MAX_MEMBERS + 1; id++) {
            members.add(Member.of(id, "a"));
        }

        assertThatIllegalArgumentException()
                .isThrownBy(() -> Membership.ofVoters(members))
                .withMessage("a membership has at most 1024 members");
    }

    @Test
    @DisplayName("iterates by id, whatever order it was given")
    void iteratesById() {
        SortedMap<NodeId, Member> members = new TreeMap<>(Collections.reverseOrder());
        members.putAll(members(1, 2, 3));
        SortedSet<NodeId> voters = new TreeSet<>(Collections.reverseOrder());
        voters.addAll(ids(1, 2, 3));

        Membership membership = new Membership(members, voters, ids(), ids());

        assertThat(membership.members().keySet()).containsExactlyElementsOf(ids(1, 2, 3));
        assertThat(membership.voters()).containsExactlyElementsOf(ids(1, 2, 3));
    }

    @Test
    @DisplayName("does not change when the collections it was made of change")
    void isACopy() {
        SortedSet<NodeId> voters = ids(1);
        Membership membership = new Membership(members(1), voters, ids(), ids());

        voters.clear();

        assertThat(membership.voters()).containsExactly(NodeId.of(1));
    }

    static SortedSet<NodeId> ids(long... ids) {
        SortedSet<NodeId> set = new TreeSet<>();
        Arrays.stream(ids).forEach(id -> set.add(NodeId.of(id)));
        return set;
    }

    static SortedMap<NodeId, Member> members(long... ids) {
        SortedMap<NodeId, Member> members = new TreeMap<>();
        Arrays.stream(ids).forEach(id -> members.put(NodeId.of(id), Member.of(id, "host-" + id)));
        return members;
    }
}
