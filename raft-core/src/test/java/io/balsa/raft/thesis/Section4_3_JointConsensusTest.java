package io.balsa.raft.thesis;

import static io.balsa.raft.core.Setup.acknowledge;
import static io.balsa.raft.thesis.Operator.begin;
import static io.balsa.raft.thesis.Operator.change;
import static io.balsa.raft.thesis.Operator.commits;
import static io.balsa.raft.thesis.Operator.heard;
import static io.balsa.raft.thesis.Operator.id;
import static io.balsa.raft.thesis.Operator.learners;
import static io.balsa.raft.thesis.Operator.member;
import static io.balsa.raft.thesis.Operator.notices;
import static io.balsa.raft.thesis.Operator.outgoing;
import static io.balsa.raft.thesis.Operator.voters;
import static org.assertj.core.api.Assertions.assertThat;

import io.balsa.raft.cluster.NodeId;
import io.balsa.raft.cluster.RaftRole;
import io.balsa.raft.core.Input;
import io.balsa.raft.core.Notice;
import io.balsa.raft.core.Setup;
import io.balsa.raft.core.TestServer;
import io.balsa.raft.message.Heartbeat;
import io.balsa.raft.message.RequestVoteReply;
import java.util.Set;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/** Section 4.3: arbitrary changes, through a configuration in which two sets of servers decide together. */
@DisplayName("Section 4.3: joint consensus")
class Section4_3_JointConsensusTest {

    /** Of servers 1 to 3; 4 and 5 learn, and have all there is. */
    private static TestServer leader() {
        return Setup.of(Setup.membership(Set.of(1L, 2L, 3L), Set.of(), Set.of(4L, 5L)))
                .log(1, 1)
                .leader(1);
    }

    /** On the way from servers 1 to 3 to 1, 4 and 5; nothing is acknowledged yet, but the leader's disk has it. */
    private static TestServer joint() {
        TestServer leader = leader();
        change(leader, begin().remove(id(2)).remove(id(3)).promote(id(4)).promote(id(5)));
        leader.persists();
        leader.takeSent();
        leader.takeNotices();
        return leader;
    }

    /** A candidate of a cluster that is on the way from servers 1 to 3 to 3 to 5. */
    private static TestServer candidate(long id) {
        return Setup.of(Setup.membership(Set.of(3L, 4L, 5L), Set.of(1L, 2L, 3L), Set.of()))
                .candidate(id);
    }

    private static void votes(TestServer candidate, long voter) {
        candidate.receives(
                new RequestVoteReply(candidate.core().currentTerm(), NodeId.of(voter), candidate.self(), true));
    }

    @Test
    @DisplayName("is entered when more than one vote comes or goes")
    void entersTheJointPhase() {
        TestServer leader = joint();

        assertThat(voters(leader)).containsExactly(1L, 4L, 5L);
        assertThat(outgoing(leader)).containsExactly(1L, 2L, 3L);
    }

    @Test
    @DisplayName("is entered to replace one server by another")
    void replacesOneByAnother() {
        TestServer leader = leader();

        change(leader, begin().remove(id(3)).promote(id(4)));

        assertThat(voters(leader)).containsExactly(1L, 2L, 4L);
        assertThat(outgoing(leader)).containsExactly(1L, 2L, 3L);
        assertThat(learners(leader)).containsExactly(5L);
    }

    @Test
    @DisplayName("commits by majorities of both the old and the new configuration")
    void commitsByBothMajorities() {
        TestServer leader = joint();
        long index = leader.core().lastIndex();

        acknowledge(leader, 4, index);
        acknowledge(leader, 5, index);
        assertThat(leader.core().commitIndex()).as("the new majority alone").isEqualTo(index - 1);
        acknowledge(leader, 2, index);

        assertThat(leader.core().commitIndex()).isEqualTo(index);
    }

    @Test
    @DisplayName("does not commit by the old majority alone")
    void theOldMajorityIsNotEnough() {
        TestServer leader = joint();
        long index = leader.core().lastIndex();

        acknowledge(leader, 2, index);
        acknowledge(leader, 3, index);

        assertThat(leader.core().commitIndex()).isEqualTo(index - 1);
    }

    @Test
    @DisplayName("elects by majorities of both")
    void electsByBothMajorities() {
        TestServer candidate = candidate(3);

        votes(candidate, 4);
        votes(candidate, 5);
        assertThat(candidate.core().role()).as("the new majority alone").isEqualTo(RaftRole.CANDIDATE);
        votes(candidate, 1);

        assertThat(candidate.core().role()).isEqualTo(RaftRole.LEADER);
    }

    @Test
    @DisplayName("does not elect by the old majority alone, not even one that leaves")
    void theOldMajorityElectsNobody() {
        TestServer candidate = candidate(1);

        votes(candidate, 2);
        votes(candidate, 3);

        assertThat(candidate.core().role()).isEqualTo(RaftRole.CANDIDATE);
    }

    @Test
    @DisplayName("confirms reads by both majorities")
    void readsByBothMajorities() {
        TestServer leader = joint();
        leader.happens(new Input.ReadRequested(1));
        long round = leader.takeSent(Heartbeat.class).get(0).round();

        heard(leader, 2, round, 0);
        heard(leader, 3, round, 0);
        assertThat(notices(leader, Notice.ReadReady.class)).isEmpty();
        heard(leader, 4, round, 0);

        assertThat(notices(leader, Notice.ReadReady.class)).hasSize(1);
    }

    @Test
    @DisplayName("is left by the leader as soon as it is committed, and not before")
    void isLeftWhenCommitted() {
        TestServer leader = joint();
        long index = leader.core().lastIndex();
        acknowledge(leader, 4, index);
        assertThat(leader.core().membership().isJoint()).isTrue();

        acknowledge(leader, 2, index);

        assertThat(voters(leader)).containsExactly(1L, 4L, 5L);
        assertThat(leader.core().membership().isJoint()).isFalse();
        assertThat(leader.core().lastIndex()).isEqualTo(index + 1);
        assertThat(notices(leader, Notice.ChangeDone.class)).isEmpty();
    }

    @Test
    @DisplayName("is over when the new configuration is committed, by its own majority; then the change is done")
    void isDoneWhenLeft() {
        TestServer leader = joint();
        commits(leader, 2, 4);
        leader.persists();

        acknowledge(leader, 5, leader.core().lastIndex());

        assertThat(leader.core().commitIndex()).isEqualTo(leader.core().lastIndex());
        assertThat(notices(leader, Notice.ChangeDone.class))
                .singleElement()
                .satisfies(done ->
                        assertThat(done.membership()).isEqualTo(leader.core().membership()));
        assertThat(leader.core().membership().contains(id(2))).isFalse();
    }

    @Test
    @DisplayName("is left once")
    void isLeftOnce() {
        TestServer leader = joint();
        long index = leader.core().lastIndex();
        commits(leader, 2, 3, 4, 5);
        commits(leader, 4, 5);

        assertThat(leader.core().lastIndex()).isEqualTo(index + 1);
        assertThat(leader.core().role()).isEqualTo(RaftRole.LEADER);
    }

    @Test
    @DisplayName(
            "is left by the next leader if the one that began it has crashed, once it has committed in its own term")
    void isLeftByTheNextLeader() {
        TestServer candidate = candidate(3);
        votes(candidate, 4);
        votes(candidate, 1);
        long noOp = candidate.core().lastIndex();
        assertThat(candidate.core().membership().isJoint()).isTrue();

        candidate.persists();
        acknowledge(candidate, 1, noOp);
        acknowledge(candidate, 4, noOp);

        assertThat(voters(candidate)).containsExactly(3L, 4L, 5L);
        assertThat(candidate.core().membership().isJoint()).isFalse();
        assertThat(candidate.core().lastIndex()).isEqualTo(noOp + 1);
    }

    @Test
    @DisplayName("lets a leader that leaves lead until it is over")
    void aLeavingLeaderLeadsOn() {
        TestServer leader = leader();
        change(leader, begin().remove(id(1)).promote(id(4)));
        commits(leader, 2, 3);
        assertThat(leader.core().role()).isEqualTo(RaftRole.LEADER);
        assertThat(voters(leader)).containsExactly(2L, 3L, 4L);

        commits(leader, 2);
        assertThat(leader.core().role()).as("one of three, itself not counted").isEqualTo(RaftRole.LEADER);
        acknowledge(leader, 4, leader.core().lastIndex());

        assertThat(leader.core().role()).isEqualTo(RaftRole.LEARNER);
    }

    @Test
    @DisplayName("keeps a voter that is demoted voting until it is over, and learning afterwards")
    void demotes() {
        TestServer leader = leader();
        change(leader, begin().demote(id(2)).demote(id(3)));
        assertThat(outgoing(leader)).containsExactly(1L, 2L, 3L);
        assertThat(learners(leader)).containsExactly(2L, 3L, 4L, 5L);

        commits(leader, 2);

        assertThat(voters(leader)).containsExactly(1L);
        assertThat(learners(leader)).containsExactly(2L, 3L, 4L, 5L);
    }

    @Test
    @DisplayName("waits until all newcomers have caught up")
    void newcomersLearnFirst() {
        TestServer leader = leader();
        change(leader, begin().addVoter(member(6)).addVoter(member(7)).remove(id(4)));
        assertThat(leader.core().membership().isJoint()).isFalse();
        assertThat(learners(leader)).containsExactly(4L, 5L, 6L, 7L);
        commits(leader, 2, 3);

        acknowledge(leader, 6, leader.core().lastIndex());
        assertThat(leader.core().membership().isJoint()).isFalse();
        acknowledge(leader, 7, leader.core().lastIndex());

        assertThat(voters(leader)).containsExactly(1L, 2L, 3L, 6L, 7L);
        assertThat(outgoing(leader)).containsExactly(1L, 2L, 3L);
        assertThat(learners(leader)).containsExactly(5L);
    }
}
