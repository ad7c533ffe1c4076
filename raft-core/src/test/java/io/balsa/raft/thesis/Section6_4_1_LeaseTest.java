package io.balsa.raft.thesis;

import static io.balsa.raft.core.Setup.ELECTION_TIMEOUT;
import static io.balsa.raft.core.Setup.HEARTBEAT;
import static io.balsa.raft.core.Setup.append;
import static io.balsa.raft.core.Setup.storeOf;
import static io.balsa.raft.thesis.Operator.begin;
import static io.balsa.raft.thesis.Operator.change;
import static io.balsa.raft.thesis.Operator.heard;
import static io.balsa.raft.thesis.Operator.id;
import static io.balsa.raft.thesis.Operator.member;
import static io.balsa.raft.thesis.Operator.transfer;
import static org.assertj.core.api.Assertions.assertThat;

import io.balsa.raft.cluster.Membership;
import io.balsa.raft.cluster.NodeId;
import io.balsa.raft.cluster.RaftRole;
import io.balsa.raft.core.Input;
import io.balsa.raft.core.Notice;
import io.balsa.raft.core.Setup;
import io.balsa.raft.core.TestServer;
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

/** Section 6.4.1: reads on the strength of clocks. */
@DisplayName("Section 6.4.1: leases")
class Section6_4_1_LeaseTest {

    private static final NodeId ONE = NodeId.of(1);
    private static final NodeId TWO = NodeId.of(2);
    private static final NodeId THREE = NodeId.of(3);
    private static final long LEASE = ELECTION_TIMEOUT * 9 / 10;

    /** Leads three servers; a round of heartbeats has just been sent, and nobody has answered it. */
    private static TestServer leader(Setup setup) {
        TestServer leader = setup.leases(LEASE).leader(1);
        leader.waits(HEARTBEAT);
        return leader;
    }

    private static long round(TestServer leader) {
        List<Heartbeat> sent = leader.takeSent(Heartbeat.class);
        return sent.get(sent.size() - 1).round();
    }

    /** What becomes of a read at once: the notice, or none if it waits for a round. */
    private static List<Notice> read(TestServer leader) {
        leader.takeNotices();
        leader.happens(new Input.ReadRequested(5, true));
        return leader.takeNotices();
    }

    private static boolean readsAtOnce(TestServer leader) {
        return read(leader).stream().anyMatch(Notice.LeaseReady.class::isInstance);
    }

    // --- the leader ---

    @Test
    @DisplayName("a leader that a majority has answered reads without asking, until its lease ends")
    void readsAtOnce() {
        TestServer leader = leader(Setup.cluster(3));
        long sent = leader.nowNanos();
        heard(leader, 2, round(leader), 0);

        assertThat(read(leader))
                .containsExactly(new Notice.LeaseReady(5, leader.core().commitIndex(), sent + LEASE));
        assertThat(leader.takeSent(Heartbeat.class)).isEmpty();
    }

    @Test
    @DisplayName("the lease counts from the sending of a round, not from the answers")
    void countsFromTheSending() {
        TestServer leader = leader(Setup.cluster(3));
        long round = round(leader);
        leader.waits(LEASE / 2);
        heard(leader, 2, 0, 0);
        leader.waits(LEASE / 2 - 1);
        heard(leader, 2, round, 0);
        assertThat(readsAtOnce(leader)).isTrue();

        leader.waits(1);

        assertThat(readsAtOnce(leader)).isFalse();
    }

    @Test
    @DisplayName("an answer to an old round gives no new lease")
    void oldRoundsAreOld() {
        TestServer leader = leader(Setup.cluster(3));
        long old = round(leader);
        for (int i = 0; i < 5; i++) {
            leader.waits(HEARTBEAT);
            heard(leader, 2, old, 0);
        }

        assertThat(readsAtOnce(leader)).isFalse();
    }

    @Test
    @DisplayName("a minority's answer gives no lease")
    void needsAMajority() {
        TestServer leader = leader(Setup.cluster(5));

        heard(leader, 2, round(leader), 0);

        assertThat(readsAtOnce(leader)).isFalse();
    }

    @Test
    @DisplayName("a leader that has committed nothing in its term has no lease")
    void needsAnEntryOfItsTerm() {
        TestServer leader = Setup.cluster(3).leases(LEASE).elected(1);
        heard(leader, 2, 1, 0);

        assertThat(readsAtOnce(leader)).isFalse();
    }

    @Test
    @DisplayName("without leases, or without CheckQuorum, every read waits for a round")
    void areOffByDefault() {
        TestServer leader = Setup.cluster(3).leader(1);
        leader.waits(HEARTBEAT);
        heard(leader, 2, round(leader), 0);
        TestServer careless = leader(Setup.cluster(3).withoutCheckQuorum());
        heard(careless, 2, round(careless), 0);

        assertThat(readsAtOnce(leader)).isFalse();
        assertThat(readsAtOnce(careless)).isFalse();
    }

    @Test
    @DisplayName("a leader that has asked another to take over has no lease for the rest of its term")
    void endsWithATransfer() {
        TestServer leader = leader(Setup.cluster(3));
        transfer(leader, 2);
        heard(leader, 2, 2, 0);
        assertThat(readsAtOnce(leader)).isFalse();
        for (int i = 0; i < 20; i++) {
            leader.waits(HEARTBEAT);
            heard(leader, 2, round(leader), 0);
        }

        assertThat(leader.core().role()).isEqualTo(RaftRole.LEADER);
        assertThat(readsAtOnce(leader)).isFalse();
    }

    @Test
    @DisplayName("a transfer that never came to the asking costs no lease")
    void survivesATransferThatWasNotBegun() {
        TestServer leader = leader(Setup.cluster(3));
        Setup.propose(leader, "x");
        transfer(leader, 2);
        leader.waits(HEARTBEAT);
        heard(leader, 2, round(leader), 0);

        assertThat(readsAtOnce(leader)).isTrue();
    }

    @Test
    @DisplayName("the answers of learners give no lease")
    void learnersDoNotCount() {
        TestServer leader = leader(Setup.of(Setup.membership(Set.of(1L, 2L, 3L), Set.of(), Set.of(4L))));

        heard(leader, 4, round(leader), 0);

        assertThat(readsAtOnce(leader)).isFalse();
    }

    @Test
    @DisplayName("a lease holds by the majority of the membership in effect, from the moment it is appended")
    void followsTheMembership() {
        TestServer leader = leader(Setup.of(Setup.membership(Set.of(1L, 2L, 3L), Set.of(), Set.of(4L))));
        long round = round(leader);
        heard(leader, 2, round, 0);
        heard(leader, 4, 0, 0);
        assertThat(readsAtOnce(leader)).isTrue();

        change(leader, begin().promote(id(4)));
        assertThat(readsAtOnce(leader)).as("two of four").isFalse();
        heard(leader, 4, round, 0);

        assertThat(readsAtOnce(leader)).isTrue();
    }

    // --- the voter ---

    @Test
    @DisplayName("a server that has just started votes for nobody, because a leader may count on it")
    void aRestartedServerWaits() {
        TestServer voter = Setup.cluster(3).leases(LEASE).server(2);

        voter.receives(new RequestVote(9, THREE, TWO, LogPosition.ZERO));
        voter.receives(new PreVote(9, THREE, TWO, LogPosition.ZERO));
        assertThat(voter.takeSent(PreVoteReply.class)).noneMatch(PreVoteReply::granted);
        assertThat(voter.core().votedFor()).isEmpty();
        voter.waits(ELECTION_TIMEOUT);
        voter.receives(new RequestVote(9, THREE, TWO, LogPosition.ZERO));
        voter.persists();

        assertThat(voter.takeSent(RequestVoteReply.class))
                .allMatch(RequestVoteReply::granted)
                .isNotEmpty();
    }

    @Test
    @DisplayName("a server that learns of a later term is still bound to the leader it has heard")
    void aLaterTermDoesNotFree() {
        TestServer voter = Setup.cluster(3).leases(LEASE).server(2);
        voter.waits(ELECTION_TIMEOUT / 2);
        voter.receives(new Heartbeat(1, ONE, TWO, 0, 1));
        voter.receives(new PreVoteReply(5, THREE, TWO, 1, false)); // somehow
        voter.waits(ELECTION_TIMEOUT - 1);

        voter.receives(new RequestVote(6, THREE, TWO, LogPosition.ZERO));

        assertThat(voter.core().currentTerm()).isEqualTo(5);
        assertThat(voter.core().votedFor()).isEmpty();
    }

    @Test
    @DisplayName("a server votes at once for whom the leader wants")
    void votesForTheLeadersChoice() {
        TestServer voter = Setup.cluster(3).leases(LEASE).server(2);
        voter.receives(new Heartbeat(1, ONE, TWO, 0, 1));

        voter.receives(new RequestVote(2, THREE, TWO, LogPosition.ZERO, true));

        assertThat(voter.core().votedFor()).contains(THREE);
    }

    @Test
    @DisplayName("a cluster of one waits for nobody")
    void theOnlyVoterBeginsAtOnce() {
        TestServer only = Setup.cluster(1).leases(LEASE).server(1);

        only.waits(0);
        only.persists();

        assertThat(only.core().role()).isEqualTo(RaftRole.LEADER);
    }

    @Test
    @DisplayName("a server that is the only voter by now waits: who has appended that may still read by its lease")
    void theOnlyVoterLeftWaits() {
        TestServer left = Setup.cluster(2).leases(LEASE).server(2);
        Membership alone = Membership.ofVoters(List.of(member(2)));
        left.receives(append(1, LogPosition.ZERO, 0, EntryRun.of(1, 1, EntryKind.MEMBERSHIP, List.of(alone.encode()))));
        left.persists();
        left.restarts(1);

        left.waits(ELECTION_TIMEOUT - 1);
        left.persists();
        assertThat(left.core().role()).isEqualTo(RaftRole.FOLLOWER);
        left.waitsForDeadline();
        left.persists();

        assertThat(left.core().role()).isEqualTo(RaftRole.LEADER);
    }

    @Test
    @DisplayName("a follower says in its answers for how long it is bound, and a leader relies on nothing else")
    void isPromised() {
        TestServer bound = Setup.cluster(3).stores().leases(LEASE).server(2);
        TestServer free = Setup.cluster(3).stores().server(3);
        bound.receives(new Heartbeat(1, ONE, TWO, 0, 1));
        free.receives(new Heartbeat(1, ONE, THREE, 0, 1));
        assertThat(bound.takeSent()).containsExactly(new HeartbeatReply(1, TWO, ONE, 1, storeOf(2), ELECTION_TIMEOUT));
        assertThat(free.takeSent()).containsExactly(new HeartbeatReply(1, THREE, ONE, 1, storeOf(3), 0));

        TestServer leader = leader(Setup.cluster(3).stores());
        long round = round(leader);
        long term = leader.core().currentTerm();
        leader.receives(new HeartbeatReply(term, TWO, ONE, round, storeOf(2), ELECTION_TIMEOUT - 1));
        boolean withLess = readsAtOnce(leader);
        leader.receives(new HeartbeatReply(term, THREE, ONE, round, storeOf(3), ELECTION_TIMEOUT));

        assertThat(withLess).isFalse();
        assertThat(readsAtOnce(leader)).isTrue();
    }
}
