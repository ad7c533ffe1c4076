package io.balsa.raft.thesis;

import static io.balsa.raft.core.Setup.HEARTBEAT;
import static io.balsa.raft.core.Setup.storeOf;
import static io.balsa.raft.thesis.Operator.begin;
import static io.balsa.raft.thesis.Operator.change;
import static io.balsa.raft.thesis.Operator.commits;
import static io.balsa.raft.thesis.Operator.heard;
import static io.balsa.raft.thesis.Operator.id;
import static io.balsa.raft.thesis.Operator.learners;
import static io.balsa.raft.thesis.Operator.member;
import static io.balsa.raft.thesis.Operator.nextRound;
import static io.balsa.raft.thesis.Operator.notices;
import static io.balsa.raft.thesis.Operator.voters;
import static org.assertj.core.api.Assertions.assertThat;

import io.balsa.raft.cluster.Membership;
import io.balsa.raft.cluster.NodeId;
import io.balsa.raft.core.Input;
import io.balsa.raft.core.Notice;
import io.balsa.raft.core.Setup;
import io.balsa.raft.core.TestServer;
import io.balsa.raft.message.AppendEntriesAccepted;
import io.balsa.raft.message.Heartbeat;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/** Messages are late, so of two stores of one server the one that was lost may be heard last (ADR 0025). */
@DisplayName("A follower that was wiped")
class LostStoreTest {

    private static final NodeId THREE = NodeId.of(3);
    private static final long OLD_STORE = 998;
    private static final long NEW_STORE = 999;

    /** Its membership knows no stores. */
    private static TestServer ignorantLeader() {
        return Setup.cluster(3).log(1, 1).leader(1);
    }

    /** Server 3 answers. */
    private static void answers(TestServer leader, long round, long store) {
        heard(leader, 3, round, store);
    }

    private static void acknowledges(TestServer leader, long index, long store) {
        leader.receives(new AppendEntriesAccepted(leader.core().currentTerm(), THREE, leader.self(), index, store));
    }

    /** Whether an acknowledgement of server 3 from this store, and the leader's own, commit an entry. */
    private static boolean counts(TestServer leader, long store) {
        Setup.propose(leader, "x");
        leader.persists();
        long last = leader.core().lastIndex();
        acknowledges(leader, last, store);
        return leader.core().commitIndex() == last;
    }

    @Test
    @DisplayName("counts with its new store although the lost one is heard late, where the membership knows neither")
    void theLivingOneCounts() {
        TestServer leader = ignorantLeader();
        long round = nextRound(leader);
        answers(leader, round, NEW_STORE);

        answers(leader, round, OLD_STORE);
        acknowledges(leader, 2, OLD_STORE);

        assertThat(counts(leader, NEW_STORE)).isTrue();
    }

    @Test
    @DisplayName(
            "does not count with the lost one, which answered a later heartbeat than the one that the new one got late")
    void theLostOneAnsweredALaterRound() {
        TestServer leader = ignorantLeader();
        long delayed = nextRound(leader);
        long later = nextRound(leader);
        answers(leader, delayed, NEW_STORE);

        answers(leader, later, OLD_STORE);

        assertThat(counts(leader, OLD_STORE)).isFalse();
        assertThat(counts(leader, NEW_STORE)).isTrue();
    }

    @Test
    @DisplayName(
            "counts with the new one as soon as that answers a heartbeat that left after the lost one was heard last")
    void isBelievedWithAProof() {
        TestServer leader = ignorantLeader();
        long before = nextRound(leader);
        answers(leader, before, OLD_STORE);
        assertThat(counts(leader, OLD_STORE)).isTrue();

        answers(leader, before, NEW_STORE);
        assertThat(counts(leader, NEW_STORE)).as("it may be older still").isFalse();
        answers(leader, nextRound(leader), NEW_STORE);

        assertThat(counts(leader, OLD_STORE)).as("a late acknowledgement").isFalse();
        assertThat(counts(leader, NEW_STORE)).isTrue();
    }

    @Test
    @DisplayName("confirms no read by what the lost one answered")
    void confirmsNoRead() {
        TestServer leader = ignorantLeader();
        answers(leader, nextRound(leader), OLD_STORE);
        answers(leader, nextRound(leader), NEW_STORE);
        leader.happens(new Input.ReadRequested(1));
        leader.takeNotices();
        long round = leader.takeSent(Heartbeat.class).get(0).round();

        answers(leader, round - 1, OLD_STORE);
        assertThat(notices(leader, Notice.ReadReady.class)).isEmpty();
        answers(leader, round, NEW_STORE);

        assertThat(notices(leader, Notice.ReadReady.class)).hasSize(1);
    }

    @Test
    @DisplayName("is recognised at once by a leader that has not heard it, if the membership knows the lost store")
    void needsNoProofAgainstTheMembership() {
        TestServer leader = Setup.cluster(3).stores().log(1, 1).leader(1);
        leader.takeNotices();

        answers(leader, 1, NEW_STORE);
        answers(leader, 1, storeOf(3)); // late

        assertThat(notices(leader, Notice.StoreLost.class)).hasSize(1);
        assertThat(counts(leader, storeOf(3))).isFalse();
        assertThat(counts(leader, NEW_STORE)).isFalse();
    }

    // --- its vote ---

    /** Leads three, of whom the third learns under its new store: its vote was taken from it. */
    private static TestServer successor() {
        TestServer predecessor = Setup.cluster(3).stores().log(1, 1).leader(1);
        answers(predecessor, 1, NEW_STORE);
        predecessor.waits(HEARTBEAT);
        Membership demoted = predecessor.core().membership();
        assertThat(demoted.isLearner(THREE)).isTrue();
        return Setup.of(demoted).log(1, 1).leader(1);
    }

    @Test
    @DisplayName("gets its vote back although another leader has taken it")
    void getsItsVoteBackFromASuccessor() {
        TestServer leader = successor();
        commits(leader, 2);

        answers(leader, nextRound(leader), NEW_STORE);
        acknowledges(leader, leader.core().lastIndex(), NEW_STORE);
        answers(leader, nextRound(leader), NEW_STORE);
        nextRound(leader);

        assertThat(voters(leader)).containsExactly(1L, 2L, 3L);
        assertThat(leader.core().membership().storeOf(THREE)).isEqualTo(NEW_STORE);
    }

    private static void hasEverything(TestServer leader, long follower) {
        for (int i = 0; i < 5; i++) {
            heard(leader, 2, nextRound(leader), storeOf(2));
            heard(leader, follower, nextRound(leader), storeOf(follower));
            leader.persists();
            Setup.acknowledge(leader, 2, leader.core().lastIndex());
            Setup.acknowledge(leader, follower, leader.core().lastIndex());
        }
    }

    @Test
    @DisplayName("is no example for others who learn: whom an operator has demoted, or added, stays a learner")
    void othersStayLearners() {
        TestServer leader = Setup.cluster(3).stores().log(1, 1).leader(1);
        change(leader, begin().demote(id(3)));
        assertThat(leader.core().membership().storeOf(THREE)).isZero();
        commits(leader, 2);
        hasEverything(leader, 3);
        change(leader, begin().addLearner(member(4).withStore(storeOf(4))));
        assertThat(leader.core().membership().storeOf(id(4))).isZero();
        commits(leader, 2);
        hasEverything(leader, 4);

        assertThat(voters(leader)).containsExactly(1L, 2L);
        assertThat(learners(leader)).containsExactly(3L, 4L);
    }

    @Test
    @DisplayName("is known by its store until the joint membership in which it is demoted is left")
    void jointlyDemotedVotersHaveAStore() {
        TestServer leader = Setup.of(Setup.membership(Set.of(1L, 2L, 3L, 4L, 5L), Set.of(), Set.of()))
                .stores()
                .leader(1);

        change(leader, begin().demote(id(4)).demote(id(5)));
        Membership joint = leader.core().membership();
        commits(leader, 2, 3, 4, 5);
        Membership after = leader.core().membership();

        assertThat(joint.isJoint()).isTrue();
        assertThat(List.of(joint.storeOf(id(4)), joint.storeOf(id(5)))).containsExactly(storeOf(4), storeOf(5));
        assertThat(after.isJoint()).isFalse();
        assertThat(List.of(after.storeOf(id(4)), after.storeOf(id(5)))).containsExactly(0L, 0L);
    }
}
