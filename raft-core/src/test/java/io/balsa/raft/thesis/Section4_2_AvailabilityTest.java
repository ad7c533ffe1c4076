package io.balsa.raft.thesis;

import static io.balsa.raft.core.Setup.ELECTION_TIMEOUT;
import static io.balsa.raft.core.Setup.acknowledge;
import static io.balsa.raft.core.Setup.append;
import static io.balsa.raft.core.Setup.run;
import static io.balsa.raft.thesis.Operator.begin;
import static io.balsa.raft.thesis.Operator.change;
import static io.balsa.raft.thesis.Operator.commits;
import static io.balsa.raft.thesis.Operator.heard;
import static io.balsa.raft.thesis.Operator.id;
import static io.balsa.raft.thesis.Operator.learners;
import static io.balsa.raft.thesis.Operator.member;
import static io.balsa.raft.thesis.Operator.notices;
import static io.balsa.raft.thesis.Operator.voters;
import static org.assertj.core.api.Assertions.assertThat;

import io.balsa.raft.cluster.Membership;
import io.balsa.raft.cluster.NodeId;
import io.balsa.raft.cluster.RaftRole;
import io.balsa.raft.core.Notice;
import io.balsa.raft.core.Setup;
import io.balsa.raft.core.TestServer;
import io.balsa.raft.message.AppendEntries;
import io.balsa.raft.message.AppendEntriesRejected;
import io.balsa.raft.message.Heartbeat;
import io.balsa.raft.message.HeartbeatReply;
import io.balsa.raft.message.Message;
import io.balsa.raft.message.PreVote;
import io.balsa.raft.message.PreVoteReply;
import io.balsa.raft.message.ReadRequest;
import io.balsa.raft.message.RequestVote;
import io.balsa.raft.message.RequestVoteReply;
import io.balsa.raft.message.TimeoutNow;
import io.balsa.raft.storage.EntryKind;
import io.balsa.raft.storage.EntryRun;
import io.balsa.raft.storage.LogPosition;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/** Section 4.2: servers that come and go, and what the others have of it. */
@DisplayName("Section 4.2: a change of one server")
class Section4_2_AvailabilityTest {

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

    // --- 4.2.1 ---

    @Test
    @DisplayName("lets a new server catch up before it votes")
    void newServersLearnFirst() {
        TestServer leader = leader();

        change(leader, begin().addVoter(member(5)));
        commits(leader, 2, 3);
        assertThat(voters(leader)).containsExactly(1L, 2L, 3L);
        assertThat(learners(leader)).containsExactly(4L, 5L);
        heard(leader, 5, 1, 0);
        acknowledge(leader, 5, leader.core().lastIndex());

        assertThat(voters(leader)).containsExactly(1L, 2L, 3L, 5L);
    }

    @Test
    @DisplayName(
            "lets a server vote whose last round took less than an election timeout, though it is never quite there")
    void aShortRoundWillDo() {
        TestServer leader = leader();
        change(leader, begin().addVoter(member(5)));
        commits(leader, 2, 3);
        long goal = leader.core().lastIndex();
        Setup.propose(leader, "x");
        leader.persists();

        acknowledge(leader, 5, goal);
        assertThat(voters(leader)).as("the first round was short").contains(5L);
    }

    @Test
    @DisplayName("does not let a server vote whose last round took longer")
    void aLongRoundWillNotDo() {
        TestServer leader = leader();
        change(leader, begin().addVoter(member(5)));
        commits(leader, 2, 3);
        long goal = leader.core().lastIndex();
        Setup.propose(leader, "x");
        leader.persists();
        for (int i = 0; i < 4; i++) {
            leader.waits(ELECTION_TIMEOUT / 2);
            heard(leader, 2, 1, 0);
        }

        acknowledge(leader, 5, goal);

        assertThat(voters(leader)).doesNotContain(5L);
    }

    // --- 4.2.2 ---

    @Test
    @DisplayName("of the leader itself: it does not count itself, and goes on until the new configuration is committed")
    void aLeavingLeaderDoesNotCountItself() {
        TestServer leader = leader();
        change(leader, begin().remove(id(1)));
        leader.persists();
        long index = leader.core().lastIndex();

        acknowledge(leader, 2, index);
        assertThat(leader.core().commitIndex()).isLessThan(index);
        assertThat(leader.core().role()).isEqualTo(RaftRole.LEADER);
        acknowledge(leader, 3, index);

        assertThat(leader.core().commitIndex()).isEqualTo(index);
        assertThat(leader.core().role()).isEqualTo(RaftRole.LEARNER);
    }

    @Test
    @DisplayName("of the leader itself: it tells the others, and lets one of them begin at once")
    void aLeavingLeaderSaysGoodbye() {
        TestServer leader = leader();
        change(leader, begin().remove(id(1)));
        leader.takeSent();
        leader.takeNotices();

        commits(leader, 2, 3);

        List<Message> sent = leader.takeSent();
        assertThat(sent).filteredOn(Heartbeat.class::isInstance).hasSize(3);
        assertThat(sent).filteredOn(TimeoutNow.class::isInstance).hasSize(1);
        assertThat(notices(leader, Notice.ChangeDone.class)).hasSize(1);
    }

    @Test
    @DisplayName("of the leader itself: it asks for no votes afterwards")
    void aRemovedLeaderIsSilent() {
        TestServer leader = leader();
        change(leader, begin().remove(id(1)));
        commits(leader, 2, 3);
        leader.takeSent();

        for (int i = 0; i < 10; i++) {
            leader.waitsForDeadline();
        }

        assertThat(leader.takeSent()).isEmpty();
    }

    @Test
    @DisplayName("leaves a server in the race that is not part of it, until it is committed")
    void mayBeNeededUntilCommitted() {
        TestServer server = Setup.cluster(3).server(2);
        server.receives(append(1, LogPosition.ZERO, 0, entry(1, 1, of(1, 3))));
        server.persists();
        server.takeSent();

        server.waitsForDeadline();

        assertThat(server.takeSent(PreVote.class)).extracting(PreVote::to).containsExactly(ONE, THREE);
    }

    @Test
    @DisplayName(
            "leaves a server in the race that it demotes, also one that has forgotten that it was promoted for good")
    void mayBeNeededAfterARestart() {
        TestServer server =
                Setup.of(Setup.membership(Set.of(1L), Set.of(), Set.of(2L))).server(2);
        Membership demoted = Setup.membership(Set.of(1L), Set.of(), Set.of(2L));
        server.receives(new AppendEntries(1, ONE, TWO, LogPosition.ZERO, List.of(entry(1, 1, of(1, 2))), 1));
        server.receives(append(1, new LogPosition(1, 1), 1, entry(2, 1, demoted)));
        server.persists();
        server.restarts(1);
        assertThat(server.core().commitIndex()).isZero();

        server.waitsForDeadline();

        assertThat(server.takeSent(PreVote.class)).extracting(PreVote::to).containsExactly(ONE);
    }

    @Test
    @DisplayName("can be finished by a server that is not part of it, and does not count itself")
    void isFinishedByOneWhoLeaves() {
        TestServer server = Setup.cluster(3).server(2);
        server.receives(append(1, LogPosition.ZERO, 0, entry(1, 1, of(1, 3))));
        server.persists();
        server.waitsForDeadline();
        server.receives(new PreVoteReply(1, ONE, TWO, 1, true));
        assertThat(server.core().role()).as("one of two, itself not counted").isEqualTo(RaftRole.PRE_CANDIDATE);
        server.receives(new PreVoteReply(1, THREE, TWO, 1, true));
        server.persists();
        server.receives(new RequestVoteReply(2, ONE, TWO, true));
        server.receives(new RequestVoteReply(2, THREE, TWO, true));
        assertThat(server.core().role()).isEqualTo(RaftRole.LEADER);

        commits(server, 1, 3);

        assertThat(server.core().commitIndex()).isEqualTo(2);
        assertThat(server.core().role()).isEqualTo(RaftRole.LEARNER);
    }

    // --- 4.2.3 ---

    @Test
    @DisplayName("is told to a removed server before that is left alone")
    void tellsTheRemoved() {
        TestServer leader = leader();
        change(leader, begin().remove(id(3)));
        commits(leader, 2);
        leader.takeSent();

        leader.waits(ELECTION_TIMEOUT / 2);
        assertThat(leader.takeSent(Heartbeat.class)).extracting(Heartbeat::to).contains(THREE);
        for (int i = 0; i < 6; i++) {
            heard(leader, 2, 1, 0);
            leader.waits(ELECTION_TIMEOUT / 2);
        }
        leader.takeSent();
        heard(leader, 2, 1, 0);
        leader.waits(ELECTION_TIMEOUT / 2);

        assertThat(leader.takeSent(Heartbeat.class)).extracting(Heartbeat::to).doesNotContain(THREE);
    }

    @Test
    @DisplayName("costs no leader its office, be the removed server in a later term when it is told")
    void isNotDeposedByTheRemoved() {
        TestServer leader = leader();
        long term = leader.core().currentTerm();
        change(leader, begin().remove(id(3)));
        commits(leader, 2);

        leader.receives(new HeartbeatReply(term + 3, THREE, ONE, HeartbeatReply.STALE_TERM));
        leader.receives(
                new AppendEntriesRejected(term + 3, THREE, ONE, AppendEntriesRejected.STALE_TERM, LogPosition.ZERO));
        leader.receives(new ReadRequest(term + 3, THREE, ONE, 1));

        assertThat(leader.core().role()).isEqualTo(RaftRole.LEADER);
        assertThat(leader.core().currentTerm()).isEqualTo(term);
    }

    @Test
    @DisplayName("costs a leader its office if it is not committed, or if a member is in a later term")
    void isDeposedByMembers() {
        TestServer leader = leader();
        long term = leader.core().currentTerm();
        change(leader, begin().remove(id(3)));

        leader.receives(new HeartbeatReply(term + 3, THREE, ONE, HeartbeatReply.STALE_TERM));
        assertThat(leader.core().currentTerm()).isEqualTo(term + 3);
        leader.receives(new HeartbeatReply(term + 4, id(2), ONE, HeartbeatReply.STALE_TERM));
        assertThat(leader.core().currentTerm()).isEqualTo(term + 4);
    }

    @Test
    @DisplayName("does not keep anybody from following a leader that is a stranger")
    void followsAStranger() {
        TestServer server = Setup.cluster(3).server(2);

        server.receives(new Heartbeat(5, id(9), id(2), 0, 1));

        assertThat(server.core().leader()).contains(id(9));
    }

    @Test
    @DisplayName("is told to a removed server that asks for votes, which then falls silent")
    void silencesTheRemoved() {
        TestServer removed = Setup.cluster(3).server(3);
        removed.waitsForDeadline();
        removed.takeSent();

        removed.receives(new PreVoteReply(1, ONE, THREE, 1, false, 7));
        for (int i = 0; i < 10; i++) {
            removed.waitsForDeadline();
        }

        assertThat(removed.takeSent()).isEmpty();
    }

    @Test
    @DisplayName("is told to a removed server that asks for votes without a pre-vote, by those who do not listen to it")
    void silencesTheRemovedThatShouts() {
        TestServer voter = Setup.of(of(1, 2)).server(2);
        voter.receives(new AppendEntries(1, ONE, TWO, LogPosition.ZERO, List.of(entry(1, 1, of(1, 2))), 1));
        voter.persists();
        voter.takeSent();
        TestServer removed = Setup.cluster(3).withoutPreVote().candidate(3);

        voter.receives(new RequestVote(removed.core().currentTerm(), THREE, TWO, LogPosition.ZERO));
        List<RequestVoteReply> answers = voter.takeSent(RequestVoteReply.class);
        answers.forEach(answer -> removed.receives(
                new RequestVoteReply(answer.term(), TWO, THREE, false, answer.storeId(), answer.removedAt())));
        removed.takeSent();
        for (int i = 0; i < 10; i++) {
            removed.waitsForDeadline();
        }

        assertThat(voter.core().currentTerm()).isEqualTo(1);
        assertThat(answers)
                .singleElement()
                .satisfies(answer -> assertThat(answer.removedAt()).isEqualTo(1));
        assertThat(removed.takeSent()).isEmpty();
    }

    @Test
    @DisplayName("is told to a removed server that has it in its log and has forgotten that it is committed")
    void silencesTheRemovedAfterARestart() {
        TestServer removed = Setup.cluster(3).server(3);
        removed.receives(new AppendEntries(1, ONE, THREE, LogPosition.ZERO, List.of(entry(1, 1, of(1, 2))), 1));
        removed.persists();
        removed.restarts(1);
        removed.waitsForDeadline();
        assertThat(removed.takeSent(PreVote.class)).isNotEmpty();

        removed.receives(new PreVoteReply(1, ONE, THREE, 1, false, 1));
        for (int i = 0; i < 10; i++) {
            removed.waitsForDeadline();
        }

        assertThat(removed.takeSent()).isEmpty();
    }

    @Test
    @DisplayName("does not silence a server that knows of a later one")
    void knowsBetter() {
        TestServer server = Setup.cluster(3).server(3);
        server.receives(new AppendEntries(
                1, ONE, THREE, LogPosition.ZERO, List.of(run(1, 1, "x"), entry(2, 1, of(1, 2, 3, 4))), 0));
        server.persists();
        server.waitsForDeadline();
        server.takeSent();

        server.receives(new PreVoteReply(1, ONE, THREE, 1, false, 1));

        assertThat(server.core().role()).isEqualTo(RaftRole.PRE_CANDIDATE);
    }

    @Test
    @DisplayName("that brings a silent server back lets it speak again")
    void speaksAgainWhenSpokenTo() {
        TestServer removed = Setup.cluster(3).server(3);
        removed.waitsForDeadline();
        removed.receives(new PreVoteReply(1, ONE, THREE, 1, false, 7));
        removed.receives(new Heartbeat(1, ONE, THREE, 0, 1));
        removed.takeSent();

        removed.waitsForDeadline();

        assertThat(removed.takeSent(PreVote.class)).isNotEmpty();
    }

    @Test
    @DisplayName("is no reason to refuse a pre-vote: who was asked may know less")
    void refusesNobodyForBeingUnknown() {
        TestServer voter = Setup.cluster(2).server(2);

        voter.receives(new PreVote(1, THREE, TWO, LogPosition.ZERO));

        assertThat(voter.takeSent()).containsExactly(new PreVoteReply(1, TWO, THREE, 1, true, 0));
    }

    @Test
    @DisplayName("lets a learner neither vote nor ask")
    void learnersAreSilent() {
        TestServer learner =
                Setup.of(Setup.membership(Set.of(1L, 2L), Set.of(), Set.of(3L))).server(3);
        TestServer candidate = Setup.of(learner.core().membership()).candidate(1);
        candidate.takeSent();

        learner.waits(5 * ELECTION_TIMEOUT);
        candidate.receives(new RequestVoteReply(2, THREE, ONE, true));

        assertThat(learner.takeSent()).isEmpty();
        assertThat(learner.core().role()).isEqualTo(RaftRole.LEARNER);
        assertThat(candidate.core().role()).isEqualTo(RaftRole.CANDIDATE);
        assertThat(candidate.takeSent(RequestVote.class)).isEmpty();
    }
}
