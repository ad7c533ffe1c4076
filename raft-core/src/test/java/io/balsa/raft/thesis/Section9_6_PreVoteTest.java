package io.balsa.raft.thesis;

import static io.balsa.raft.core.Setup.ELECTION_TIMEOUT;
import static io.balsa.raft.core.Setup.append;
import static io.balsa.raft.core.Setup.at;
import static org.assertj.core.api.Assertions.assertThat;

import io.balsa.raft.cluster.NodeId;
import io.balsa.raft.cluster.RaftRole;
import io.balsa.raft.core.Setup;
import io.balsa.raft.core.TestServer;
import io.balsa.raft.message.Heartbeat;
import io.balsa.raft.message.HeartbeatReply;
import io.balsa.raft.message.PreVote;
import io.balsa.raft.message.PreVoteReply;
import io.balsa.raft.message.RequestVote;
import io.balsa.raft.message.RequestVoteReply;
import io.balsa.raft.storage.LogPosition;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** PreVote, and with it the stickiness of section 4.2.3 and the stepping down of section 6.2. */
@DisplayName("Section 9.6, 4.2.3, 6.2")
class Section9_6_PreVoteTest {

    private static final NodeId ONE = NodeId.of(1);
    private static final NodeId TWO = NodeId.of(2);
    private static final NodeId THREE = NodeId.of(3);

    private static TestServer preCandidate() {
        TestServer server = Setup.cluster(3).log(1, 1).server(2);
        server.waitsForDeadline();
        return server;
    }

    private static TestServer followerThatHears(NodeId leader) {
        TestServer server = Setup.cluster(3).log(1, 1).server(2);
        server.receives(new Heartbeat(1, leader, TWO, 0, 1));
        server.takeSent();
        return server;
    }

    // --- 9.6 ---

    @Test
    @DisplayName("a server asks before it increments its term, and writes nothing for it")
    void asksFirst() {
        TestServer server = preCandidate();

        assertThat(server.core().role()).isEqualTo(RaftRole.PRE_CANDIDATE);
        assertThat(server.core().currentTerm()).isEqualTo(1);
        assertThat(server.isWriting()).isFalse();
        assertThat(server.takeSent())
                .containsExactly(new PreVote(1, TWO, ONE, at(2, 1)), new PreVote(1, TWO, THREE, at(2, 1)));
    }

    @Test
    @DisplayName("a server increments its term when a majority would vote for it")
    void becomesACandidate() {
        TestServer server = preCandidate();

        server.receives(new PreVoteReply(1, ONE, TWO, 1, true));

        assertThat(server.core().role()).isEqualTo(RaftRole.CANDIDATE);
        assertThat(server.core().currentTerm()).isEqualTo(2);
    }

    @Test
    @DisplayName("a server that a majority would not vote for goes on waiting")
    void staysAFollower() {
        TestServer server = preCandidate();

        server.receives(new PreVoteReply(1, ONE, TWO, 1, false));
        server.receives(new PreVoteReply(1, THREE, TWO, 1, false));

        assertThat(server.core().role()).isEqualTo(RaftRole.FOLLOWER);
        assertThat(server.core().currentTerm()).isEqualTo(1);
    }

    @Test
    @DisplayName("a server asks again if nobody answers")
    void asksAgain() {
        TestServer server = preCandidate();
        server.takeSent();

        server.waitsForDeadline();

        assertThat(server.takeSent(PreVote.class)).hasSize(2);
        assertThat(server.core().currentTerm()).isEqualTo(1);
    }

    @Test
    @DisplayName("the answer to an earlier question does not count")
    void dropsAnOldAnswer() {
        TestServer server = preCandidate();
        server.receives(new RequestVoteReply(5, ONE, TWO, false));
        server.waitsForDeadline();

        server.receives(new PreVoteReply(1, ONE, TWO, 1, true));

        assertThat(server.core().currentTerm()).isEqualTo(5);
        assertThat(server.core().role()).isEqualTo(RaftRole.PRE_CANDIDATE);
    }

    @ParameterizedTest(name = "term {0}, last {1}/{2}: {3}")
    @DisplayName("a server would vote for a log that is as up-to-date as its own, in a term that is not over")
    @CsvSource({"3, 2, 2, true", "4, 2, 2, true", "2, 2, 2, false", "3, 1, 2, false", "9, 9, 1, false"})
    void wouldVote(long term, long index, long lastTerm, boolean granted) {
        TestServer voter = Setup.cluster(3).log(1, 2).currentTerm(3).server(2);

        voter.receives(new PreVote(term, ONE, TWO, at(index, lastTerm)));

        assertThat(voter.takeSent()).containsExactly(new PreVoteReply(3, TWO, ONE, term, granted));
    }

    @Test
    @DisplayName("who is asked keeps its term and its vote")
    void promisesNothing() {
        TestServer voter = Setup.cluster(3).currentTerm(3).server(2);

        voter.receives(new PreVote(9, ONE, TWO, LogPosition.ZERO));
        voter.receives(new PreVote(9, THREE, TWO, LogPosition.ZERO));

        assertThat(voter.takeSent(PreVoteReply.class)).allMatch(PreVoteReply::granted);
        assertThat(voter.core().currentTerm()).isEqualTo(3);
        assertThat(voter.core().votedFor()).isEmpty();
    }

    @Test
    @DisplayName("a refusal carries a later term, and who asked takes it")
    void learnsALaterTerm() {
        TestServer server = preCandidate();

        server.receives(new PreVoteReply(6, ONE, TWO, 1, false));

        assertThat(server.core().currentTerm()).isEqualTo(6);
        assertThat(server.core().role()).isEqualTo(RaftRole.FOLLOWER);
    }

    @Test
    @DisplayName("who hears a leader would not vote")
    void refusesWhileItHearsALeader() {
        TestServer voter = followerThatHears(ONE);

        voter.waits(ELECTION_TIMEOUT - 1);
        voter.receives(new PreVote(1, THREE, TWO, at(9, 1)));

        assertThat(voter.takeSent()).containsExactly(new PreVoteReply(1, TWO, THREE, 1, false));
    }

    @Test
    @DisplayName("who heard no leader within the minimum election timeout would vote")
    void grantsWhenTheLeaderIsSilent() {
        TestServer voter = followerThatHears(ONE);

        voter.waits(ELECTION_TIMEOUT);
        voter.takeSent();
        voter.receives(new PreVote(1, THREE, TWO, at(9, 1)));

        assertThat(voter.takeSent()).containsExactly(new PreVoteReply(1, TWO, THREE, 1, true));
    }

    @Test
    @DisplayName("a leader would not vote for another")
    void aLeaderRefuses() {
        TestServer leader = Setup.cluster(3).leader(1);

        leader.receives(new PreVote(8, THREE, ONE, at(9, 8)));

        assertThat(leader.takeSent(PreVoteReply.class)).noneMatch(PreVoteReply::granted);
        assertThat(leader.core().role()).isEqualTo(RaftRole.LEADER);
    }

    @Test
    @DisplayName("who hears of its leader again asks no more")
    void returnsToItsLeader() {
        TestServer server = preCandidate();

        server.receives(append(1, at(2, 1), 0));

        assertThat(server.core().role()).isEqualTo(RaftRole.FOLLOWER);
        assertThat(server.core().leader()).contains(ONE);
    }

    // --- 4.2.3 ---

    @Test
    @DisplayName("who hears a leader does not update its term or grant its vote to a candidate")
    void ignoresADisruptiveCandidate() {
        TestServer voter = followerThatHears(ONE);

        voter.receives(new RequestVote(7, THREE, TWO, at(9, 6)));

        assertThat(voter.core().currentTerm()).isEqualTo(1);
        assertThat(voter.takeSent()).isEmpty();
    }

    @Test
    @DisplayName("who has heard no leader for an election timeout listens to candidates")
    void listensToACandidate() {
        TestServer voter = followerThatHears(ONE);

        voter.waits(ELECTION_TIMEOUT);
        voter.receives(new RequestVote(7, THREE, TWO, at(9, 6)));
        voter.persists();

        assertThat(voter.takeSent(RequestVoteReply.class)).containsExactly(new RequestVoteReply(7, TWO, THREE, true));
    }

    @Test
    @DisplayName("a leader is not voted out of office")
    void aLeaderIgnoresCandidates() {
        TestServer leader = Setup.cluster(3).leader(1);

        leader.receives(new RequestVote(7, THREE, ONE, at(9, 6)));

        assertThat(leader.core().role()).isEqualTo(RaftRole.LEADER);
    }

    @Test
    @DisplayName("a candidate is not held up by a leader of the past")
    void aCandidateListensToCandidates() {
        TestServer candidate = Setup.cluster(3).candidate(2);

        candidate.receives(new RequestVote(7, THREE, TWO, at(9, 6)));

        assertThat(candidate.core().currentTerm()).isEqualTo(7);
        assertThat(candidate.core().votedFor()).contains(THREE);
    }

    // --- 6.2 ---

    @Test
    @DisplayName("a leader that hears no majority for an election timeout steps down")
    void aDeafLeaderStepsDown() {
        TestServer leader = Setup.cluster(3).leader(1);

        leader.waits(ELECTION_TIMEOUT);

        assertThat(leader.core().role()).isEqualTo(RaftRole.FOLLOWER);
        assertThat(leader.core().currentTerm()).isEqualTo(2);
    }

    @Test
    @DisplayName("a leader that hears a majority stays, however silent the others are")
    void aLeaderNeedsOnlyAMajority() {
        TestServer leader = Setup.cluster(3).leader(1);

        for (int i = 0; i < 20; i++) {
            leader.waits(ELECTION_TIMEOUT - 1);
            leader.receives(new HeartbeatReply(2, TWO, ONE, 1));
        }

        assertThat(leader.core().role()).isEqualTo(RaftRole.LEADER);
    }

    @Test
    @DisplayName("a leader is due when it would step down, if no heartbeat is due before")
    void isToldInTime() {
        TestServer leader = Setup.cluster(3).leader(1);

        for (int i = 0; i < 20 && leader.core().role() == RaftRole.LEADER; i++) {
            leader.waitsForDeadline();
        }

        assertThat(leader.core().role()).isEqualTo(RaftRole.FOLLOWER);
        assertThat(leader.nowNanos()).isLessThanOrEqualTo(3 * ELECTION_TIMEOUT);
    }

    @Test
    @DisplayName("a leader without CheckQuorum stays")
    void staysWithoutCheckQuorum() {
        TestServer leader = Setup.cluster(3).withoutCheckQuorum().leader(1);

        leader.waits(50 * ELECTION_TIMEOUT);

        assertThat(leader.core().role()).isEqualTo(RaftRole.LEADER);
    }
}
