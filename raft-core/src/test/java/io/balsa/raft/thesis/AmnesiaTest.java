package io.balsa.raft.thesis;

import static io.balsa.raft.core.Setup.ELECTION_TIMEOUT;
import static io.balsa.raft.core.Setup.HEARTBEAT;
import static io.balsa.raft.core.Setup.append;
import static io.balsa.raft.core.Setup.run;
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
import static io.balsa.raft.thesis.Operator.refusal;
import static io.balsa.raft.thesis.Operator.voters;
import static org.assertj.core.api.Assertions.assertThat;

import io.balsa.raft.cluster.ChangeRefusal;
import io.balsa.raft.cluster.Membership;
import io.balsa.raft.cluster.MembershipChange;
import io.balsa.raft.cluster.NodeId;
import io.balsa.raft.cluster.RaftRole;
import io.balsa.raft.core.Input;
import io.balsa.raft.core.Notice;
import io.balsa.raft.core.Setup;
import io.balsa.raft.core.TestServer;
import io.balsa.raft.message.AppendEntriesAccepted;
import io.balsa.raft.message.Heartbeat;
import io.balsa.raft.message.HeartbeatReply;
import io.balsa.raft.message.PreVote;
import io.balsa.raft.message.PreVoteReply;
import io.balsa.raft.message.RequestVote;
import io.balsa.raft.message.RequestVoteReply;
import io.balsa.raft.storage.EntryKind;
import io.balsa.raft.storage.EntryRun;
import io.balsa.raft.storage.LogPosition;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/** The guard against servers that have lost their disk and come back under their old name (ADR 0025). */
@DisplayName("A server that has forgotten what it promised")
class AmnesiaTest {

    private static final NodeId ONE = NodeId.of(1);
    private static final NodeId TWO = NodeId.of(2);
    private static final NodeId THREE = NodeId.of(3);
    private static final long NEW_STORE = 999;

    /** Leads term 2 of three, has committed all there is, and has heard both others from the stores that it knows. */
    private static TestServer leader() {
        TestServer leader = Setup.cluster(3).stores().log(1, 1).leader(1);
        heard(leader, 2, 1, storeOf(2));
        heard(leader, 3, 1, storeOf(3));
        return leader;
    }

    /** The next heartbeat is due. */
    private static void beats(TestServer leader) {
        heard(leader, 2, nextRound(leader), storeOf(2));
    }

    /** The next heartbeat is due, and one follower answers it from a store that it did not have before. */
    private static void comesBack(TestServer leader, long follower, long store) {
        heard(leader, follower, nextRound(leader), store);
    }

    private static void acknowledges(TestServer leader, long follower, long index, long store) {
        leader.receives(new AppendEntriesAccepted(
                leader.core().currentTerm(), NodeId.of(follower), leader.self(), index, store));
    }

    private static void votes(TestServer candidate, long voter, long store) {
        candidate.receives(new RequestVoteReply(
                candidate.core().currentTerm(), NodeId.of(voter), candidate.self(), true, store, 0));
    }

    // --- is not counted ---

    @Test
    @DisplayName("elects nobody")
    void isNoVoter() {
        TestServer candidate = Setup.cluster(3).stores().candidate(1);

        votes(candidate, 2, NEW_STORE);
        assertThat(candidate.core().role()).isEqualTo(RaftRole.CANDIDATE);
        votes(candidate, 3, storeOf(3));

        assertThat(candidate.core().role()).isEqualTo(RaftRole.LEADER);
    }

    @Test
    @DisplayName("commits nothing")
    void isNoCopy() {
        TestServer leader = leader();
        long committed = leader.core().commitIndex();
        Setup.propose(leader, "x");
        leader.persists();

        acknowledges(leader, 3, committed + 1, NEW_STORE);
        assertThat(leader.core().commitIndex()).isEqualTo(committed);
        acknowledges(leader, 2, committed + 1, storeOf(2));

        assertThat(leader.core().commitIndex()).isEqualTo(committed + 1);
    }

    @Test
    @DisplayName("no longer has what it acknowledged before")
    void takesItsAcknowledgementsBack() {
        TestServer leader = leader();
        Setup.propose(leader, "x");
        long last = leader.core().lastIndex();
        acknowledges(leader, 3, last, storeOf(3));

        comesBack(leader, 3, NEW_STORE);
        leader.persists();

        assertThat(leader.core().commitIndex()).isEqualTo(last - 1);
    }

    @Test
    @DisplayName("confirms no read")
    void confirmsNoRead() {
        TestServer leader = leader();
        leader.happens(new Input.ReadRequested(1));
        long round = leader.takeSent(Heartbeat.class).get(0).round();

        heard(leader, 3, round, NEW_STORE);
        assertThat(notices(leader, Notice.ReadReady.class)).isEmpty();
        heard(leader, 2, round, storeOf(2));

        assertThat(notices(leader, Notice.ReadReady.class)).hasSize(1);
    }

    @Test
    @DisplayName("of two loses its vote before it could cost the other its office")
    void isDemotedOfTwo() {
        TestServer leader = Setup.cluster(2).stores().log(1, 1).elected(1);
        heard(leader, 2, 1, storeOf(2));
        leader.persists();
        acknowledges(leader, 2, leader.core().lastIndex(), storeOf(2));
        leader.waits(HEARTBEAT);
        leader.persists();
        acknowledges(leader, 2, leader.core().lastIndex(), storeOf(2));

        comesBack(leader, 2, NEW_STORE);
        leader.waits(HEARTBEAT);
        leader.persists();

        assertThat(leader.core().role()).isEqualTo(RaftRole.LEADER);
        assertThat(voters(leader)).containsExactly(1L);
        assertThat(leader.core().commitIndex()).isEqualTo(leader.core().lastIndex());
    }

    @Test
    @DisplayName("keeps no leader in office")
    void isNoQuorum() {
        TestServer leader = leader();

        for (long passed = 0; passed + HEARTBEAT < ELECTION_TIMEOUT; passed += HEARTBEAT) {
            comesBack(leader, 3, NEW_STORE);
        }
        leader.waits(HEARTBEAT);

        assertThat(leader.core().role()).isEqualTo(RaftRole.FOLLOWER);
    }

    @Test
    @DisplayName("keeps no leader in office, whatever the clock began with")
    void isNoQuorumOnAnyClock() {
        TestServer leader = Setup.cluster(3).stores().server(1);
        leader.waits(Long.MAX_VALUE / 4 * 3);
        leader.takeSent(PreVote.class)
                .forEach(request -> leader.receives(new PreVoteReply(1, request.to(), ONE, 1, true)));
        leader.persists();
        votes(leader, 2, storeOf(2));
        leader.persists();
        assertThat(leader.core().role()).isEqualTo(RaftRole.LEADER);
        heard(leader, 2, 1, NEW_STORE);
        heard(leader, 3, 1, NEW_STORE + 1);

        leader.waits(ELECTION_TIMEOUT);

        assertThat(leader.core().role()).isEqualTo(RaftRole.FOLLOWER);
    }

    @Test
    @DisplayName("is no reason to let those go that remember: nothing could be committed then")
    void isNotLeftAlone() {
        TestServer leader = leader();
        leader.persists();
        acknowledges(leader, 2, leader.core().lastIndex(), storeOf(2));
        comesBack(leader, 3, NEW_STORE);
        long last = leader.core().lastIndex();

        change(leader, MembershipChange.begin().remove(NodeId.of(2)));

        assertThat(refusal(leader)).contains(ChangeRefusal.QUORUM_LOST);
        assertThat(leader.core().lastIndex()).isEqualTo(last);
    }

    @Test
    @DisplayName("asks for no election once it knows")
    void doesNotCampaign() {
        Membership membership = Setup.cluster(3).stores().leader(1).core().membership();
        TestServer server = Setup.cluster(3).server(2);
        server.durable().storeId(NEW_STORE);
        server.restarts(1);
        server.receives(
                append(1, LogPosition.ZERO, 0, EntryRun.of(1, 1, EntryKind.MEMBERSHIP, List.of(membership.encode()))));
        server.persists();
        server.takeSent();

        for (int i = 0; i < 10; i++) {
            server.waitsForDeadline();
        }

        assertThat(server.takeSent()).isEmpty();
        assertThat(server.core().role()).isEqualTo(RaftRole.FOLLOWER);
    }

    @Test
    @DisplayName("commits nothing that only looks like what it once acknowledged")
    void doesNotCommitWhatItNeverHad() {
        TestServer server = Setup.cluster(3).server(2);
        server.receives(append(1, LogPosition.ZERO, 0, run(1, 1, "of a leader", "long deposed")));
        server.persists();

        server.receives(new Heartbeat(5, THREE, TWO, 2, 1)); // for the store that had two other entries

        assertThat(server.core().commitIndex()).isZero();
    }

    // --- is recognised, and brought back ---

    @Test
    @DisplayName("is told about, and has no vote from the next heartbeat on")
    void losesItsVote() {
        TestServer leader = leader();
        leader.takeNotices();

        comesBack(leader, 3, NEW_STORE);
        assertThat(notices(leader, Notice.StoreLost.class))
                .containsExactly(new Notice.StoreLost(THREE, storeOf(3), NEW_STORE));
        beats(leader);

        assertThat(voters(leader)).containsExactly(1L, 2L);
        assertThat(learners(leader)).containsExactly(3L);
        assertThat(leader.core().membership().storeOf(THREE)).isEqualTo(NEW_STORE);
    }

    @Test
    @DisplayName("gets its vote back when it has everything")
    void getsItsVoteBack() {
        TestServer leader = leader();
        comesBack(leader, 3, NEW_STORE);
        beats(leader);
        leader.persists();
        acknowledges(leader, 2, leader.core().lastIndex(), storeOf(2));

        acknowledges(leader, 3, leader.core().lastIndex(), NEW_STORE);
        beats(leader);

        assertThat(voters(leader)).containsExactly(1L, 2L, 3L);
        assertThat(leader.core().membership().storeOf(THREE)).isEqualTo(NEW_STORE);
    }

    @Test
    @DisplayName("does not get its vote back for having been up to date before")
    void mustCatchUpAgain() {
        TestServer leader = leader();
        for (int i = 0; i < 5; i++) {
            heard(leader, 3, 1, storeOf(3)); // each answer ends a short round
        }
        comesBack(leader, 3, NEW_STORE);
        beats(leader);
        leader.persists();
        acknowledges(leader, 2, leader.core().lastIndex(), storeOf(2));

        heard(leader, 3, 1, NEW_STORE);
        beats(leader);

        assertThat(voters(leader)).containsExactly(1L, 2L);
    }

    @Test
    @DisplayName("is not believed when its old self speaks up late")
    void ignoresItsOldSelf() {
        TestServer leader = leader();
        Setup.propose(leader, "x");
        leader.persists();
        long last = leader.core().lastIndex();
        comesBack(leader, 3, NEW_STORE);

        acknowledges(leader, 3, last, storeOf(3));

        assertThat(leader.core().commitIndex()).isEqualTo(last - 1);
    }

    @Test
    @DisplayName("is brought back even if a leader hears it before it hears its old self")
    void isNotTakenForItsOldSelf() {
        TestServer leader = Setup.cluster(3).stores().log(1, 1).elected(1);
        acknowledges(leader, 2, leader.core().lastIndex(), storeOf(2));
        heard(leader, 3, 1, NEW_STORE);

        acknowledges(leader, 3, 2, storeOf(3)); // late
        beats(leader);
        leader.persists();
        acknowledges(leader, 2, leader.core().lastIndex(), storeOf(2));
        acknowledges(leader, 3, leader.core().lastIndex(), NEW_STORE);
        beats(leader);

        assertThat(voters(leader)).containsExactly(1L, 2L, 3L);
        assertThat(leader.core().membership().storeOf(THREE)).isEqualTo(NEW_STORE);
    }

    @Test
    @DisplayName("gets its new store into the membership as a learner, too")
    void learnersAreRenewed() {
        TestServer leader = leader();
        comesBack(leader, 3, NEW_STORE);
        beats(leader);
        leader.persists();
        acknowledges(leader, 2, leader.core().lastIndex(), storeOf(2));

        comesBack(leader, 3, NEW_STORE + 1);
        beats(leader);

        assertThat(voters(leader)).containsExactly(1L, 2L);
        assertThat(leader.core().membership().storeOf(THREE)).isEqualTo(NEW_STORE + 1);
    }

    // --- how it can be recognised ---

    @Test
    @DisplayName("is known by the store that every promise names")
    void promisesNameTheStore() {
        TestServer server = Setup.cluster(3).stores().server(2);

        server.receives(new RequestVote(5, ONE, TWO, LogPosition.ZERO));
        server.receives(append(5, LogPosition.ZERO, 0, run(1, 5, "x")));
        server.receives(new Heartbeat(5, ONE, TWO, 0, 3));
        server.persists();

        assertThat(server.takeSent())
                .containsExactlyInAnyOrder(
                        new RequestVoteReply(5, TWO, ONE, true, storeOf(2), 0),
                        new AppendEntriesAccepted(5, TWO, ONE, 1, storeOf(2)),
                        new HeartbeatReply(5, TWO, ONE, 3, storeOf(2), 0));
    }

    @Test
    @DisplayName("is known by the stores that the first leader writes down, all at once")
    void storesAreWrittenDown() {
        TestServer leader = Setup.cluster(3).leader(1);
        long before = leader.core().lastIndex();

        heard(leader, 2, 1, storeOf(2));
        leader.waits(HEARTBEAT);
        assertThat(leader.core().lastIndex()).as("one store is no majority").isEqualTo(before);
        heard(leader, 3, 1, storeOf(3));
        for (int i = 0; i < 10; i++) {
            leader.waits(HEARTBEAT);
            heard(leader, 2, 1, storeOf(2));
        }

        assertThat(leader.core().lastIndex()).isEqualTo(before + 1);
        assertThat(leader.core().membership().storeOf(TWO)).isEqualTo(storeOf(2));
        assertThat(leader.core().membership().storeOf(THREE)).isEqualTo(storeOf(3));
    }

    @Test
    @DisplayName("is known by the store it had when it was given its vote")
    void newVotersComeWithTheirStore() {
        TestServer leader = Setup.cluster(1).stores().leader(1);
        change(leader, begin().addVoter(member(2)));
        commits(leader);

        heard(leader, 2, 1, storeOf(2));
        acknowledges(leader, 2, leader.core().lastIndex(), storeOf(2));

        assertThat(voters(leader)).containsExactly(1L, 2L);
        assertThat(leader.core().membership().storeOf(TWO)).isEqualTo(storeOf(2));
    }

    @Test
    @DisplayName("stays known when an operator describes it anew")
    void alteringKeepsTheStore() {
        TestServer leader = leader();

        change(leader, begin().alter(member(3).withAddress("elsewhere").withStore(NEW_STORE)));

        assertThat(leader.core().membership().storeOf(THREE)).isEqualTo(storeOf(3));
        assertThat(leader.core().membership().member(THREE).orElseThrow().address())
                .isEqualTo("elsewhere");
    }

    @Test
    @DisplayName("does not cost the cluster its last voter")
    void theLastVoterStays() {
        TestServer leader = Setup.of(Setup.membership(Set.of(1L), Set.of(), Set.of(2L)))
                .stores()
                .leader(1);
        heard(leader, 2, 1, storeOf(2));
        comesBack(leader, 2, NEW_STORE);
        leader.waits(HEARTBEAT);

        assertThat(voters(leader)).containsExactly(1L);
        assertThat(leader.core().membershipIndex()).isZero();
        assertThat(leader.core().membership().isLearner(id(2))).isTrue();
    }
}
