package io.balsa.raft.thesis;

import static io.balsa.raft.core.Setup.acknowledge;
import static io.balsa.raft.core.Setup.append;
import static io.balsa.raft.core.Setup.run;
import static io.balsa.raft.thesis.Operator.begin;
import static io.balsa.raft.thesis.Operator.change;
import static io.balsa.raft.thesis.Operator.commits;
import static io.balsa.raft.thesis.Operator.id;
import static io.balsa.raft.thesis.Operator.learners;
import static io.balsa.raft.thesis.Operator.member;
import static io.balsa.raft.thesis.Operator.notices;
import static io.balsa.raft.thesis.Operator.voters;
import static org.assertj.core.api.Assertions.assertThat;

import io.balsa.raft.cluster.ChangeRefusal;
import io.balsa.raft.cluster.Membership;
import io.balsa.raft.cluster.NodeId;
import io.balsa.raft.core.Notice;
import io.balsa.raft.core.Setup;
import io.balsa.raft.core.TestServer;
import io.balsa.raft.message.AppendEntries;
import io.balsa.raft.message.Heartbeat;
import io.balsa.raft.storage.EntryKind;
import io.balsa.raft.storage.EntryRun;
import io.balsa.raft.storage.LogPosition;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/** Section 4.1: one server at a time. */
@DisplayName("Section 4.1: a change of one server")
class Section4_1_MembershipTest {

    private static final NodeId ONE = NodeId.of(1);
    private static final NodeId TWO = NodeId.of(2);
    private static final NodeId THREE = NodeId.of(3);

    private static TestServer leader() {
        return Setup.of(Setup.membership(Set.of(1L, 2L, 3L), Set.of(), Set.of(4L)))
                .log(1, 1)
                .leader(1);
    }

    private static EntryRun entry(long index, long term, Membership membership) {
        return EntryRun.of(index, term, EntryKind.MEMBERSHIP, List.of(membership.encode()));
    }

    private static Membership of(long... voters) {
        return Membership.ofVoters(
                Arrays.stream(voters).mapToObj(Operator::member).toList());
    }

    @Test
    @DisplayName("takes effect as soon as it is added to the leader's log")
    void takesEffectWhenAppended() {
        TestServer leader = leader();

        change(leader, begin().promote(id(4)));

        assertThat(voters(leader)).containsExactly(1L, 2L, 3L, 4L);
        assertThat(leader.core().membershipIndex()).isEqualTo(leader.core().lastIndex());
        assertThat(notices(leader, Notice.ChangeDone.class)).isEmpty();
    }

    @Test
    @DisplayName("is committed using a majority of the new configuration")
    void needsTheNewMajority() {
        TestServer leader = leader();
        change(leader, begin().promote(id(4)));
        leader.persists();
        long index = leader.core().lastIndex();

        acknowledge(leader, 2, index);
        assertThat(leader.core().commitIndex()).isLessThan(index);
        acknowledge(leader, 4, index);

        assertThat(leader.core().commitIndex()).isEqualTo(index);
        assertThat(notices(leader, Notice.ChangeDone.class))
                .containsExactly(
                        new Notice.ChangeDone(Operator.REQUEST, leader.core().membership(), index));
    }

    @Test
    @DisplayName("takes effect as soon as it is added to a follower's log")
    void takesEffectAtFollowers() {
        TestServer follower = Setup.cluster(3).server(2);

        follower.receives(append(1, LogPosition.ZERO, 0, entry(1, 1, of(1, 2))));

        assertThat(voters(follower)).containsExactly(1L, 2L);
        assertThat(notices(follower, Notice.MembershipChanged.class)).hasSize(1);
    }

    @Test
    @DisplayName("no longer counts when its entry is removed: the server falls back to the one before")
    void fallsBack() {
        TestServer follower = Setup.cluster(3).server(2);
        follower.receives(append(1, LogPosition.ZERO, 0, entry(1, 1, of(1, 2))));

        follower.receives(new AppendEntries(2, THREE, TWO, LogPosition.ZERO, List.of(run(1, 2, "x")), 0));

        assertThat(voters(follower)).containsExactly(1L, 2L, 3L);
    }

    @Test
    @DisplayName("counts after a restart, committed or not")
    void isFoundAgain() {
        TestServer follower = Setup.cluster(3).server(2);
        follower.receives(append(1, LogPosition.ZERO, 0, entry(1, 1, of(1, 2))));
        follower.persists();

        follower.restarts(1);

        assertThat(voters(follower)).containsExactly(1L, 2L);
        assertThat(follower.core().membershipIndex()).isEqualTo(1);
    }

    @Test
    @DisplayName("may begin when the one before is committed")
    void oneAfterTheOther() {
        TestServer leader = leader();
        change(leader, begin().demote(id(3)));
        change(leader, begin().promote(id(4)));
        assertThat(Operator.refusal(leader)).contains(ChangeRefusal.CHANGE_IN_PROGRESS);
        commits(leader, 2);

        acknowledge(leader, 4, leader.core().lastIndex());
        change(leader, begin().promote(id(4)));

        assertThat(voters(leader)).containsExactly(1L, 2L, 4L);
    }

    @Test
    @DisplayName("is a matter of learners and addresses alone if no vote comes or goes")
    void learnersComeAtOnce() {
        TestServer leader = leader();

        change(leader, begin().addLearner(member(5)).addLearner(member(6)).remove(id(4)));

        assertThat(learners(leader)).containsExactly(5L, 6L);
        assertThat(leader.core().membership().isJoint()).isFalse();
        assertThat(leader.takeSent(AppendEntries.class).stream().map(AppendEntries::to))
                .contains(id(5), id(6), id(4));
    }

    @Test
    @DisplayName("has an end that is not known when the leader is deposed before")
    void isUnknownWhenDeposed() {
        TestServer leader = leader();
        change(leader, begin().demote(id(3)));

        leader.receives(new Heartbeat(9, TWO, ONE, 0, 1));

        assertThat(notices(leader, Notice.ChangeUnknown.class))
                .containsExactly(new Notice.ChangeUnknown(Operator.REQUEST));
    }
}
