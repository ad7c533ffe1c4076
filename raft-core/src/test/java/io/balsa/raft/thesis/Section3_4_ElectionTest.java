package io.balsa.raft.thesis;

import static io.balsa.raft.core.Setup.ELECTION_TIMEOUT;
import static io.balsa.raft.core.Setup.append;
import static io.balsa.raft.core.Setup.at;
import static org.assertj.core.api.Assertions.assertThat;

import io.balsa.raft.cluster.NodeId;
import io.balsa.raft.cluster.RaftRole;
import io.balsa.raft.core.Input;
import io.balsa.raft.core.RaftCore;
import io.balsa.raft.core.Setup;
import io.balsa.raft.core.TestDisk;
import io.balsa.raft.core.TestServer;
import io.balsa.raft.message.Heartbeat;
import io.balsa.raft.message.Message;
import io.balsa.raft.message.PreVote;
import io.balsa.raft.message.PreVoteReply;
import io.balsa.raft.message.RequestVote;
import io.balsa.raft.message.RequestVoteReply;
import io.balsa.raft.storage.LogPosition;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/** Leader election, without PreVote, which has a section of its own. */
@DisplayName("Section 3.4: in an election")
class Section3_4_ElectionTest {

    private static final NodeId ONE = NodeId.of(1);
    private static final NodeId TWO = NodeId.of(2);
    private static final NodeId THREE = NodeId.of(3);

    private static RequestVoteReply vote(long term, NodeId from, NodeId to) {
        return new RequestVoteReply(term, from, to, true);
    }

    @Test
    @DisplayName("a follower that hears nothing increments its term, votes for itself and asks all others")
    void beginsAnElection() {
        TestServer server = Setup.cluster(3).log(1, 2).withoutPreVote().server(2);

        server.waitsForDeadline();
        server.persists();

        assertThat(server.core().role()).isEqualTo(RaftRole.CANDIDATE);
        assertThat(server.durable().hardState().votedFor()).contains(TWO);
        assertThat(server.takeSent())
                .containsExactly(new RequestVote(3, TWO, ONE, at(2, 2)), new RequestVote(3, TWO, THREE, at(2, 2)));
    }

    @Test
    @DisplayName("timeouts are chosen randomly from a fixed interval")
    void drawsTimeouts() {
        Set<Long> timeouts = new TreeSet<>();

        for (int seed = 0; seed < 200; seed++) {
            timeouts.add(new RaftCore(
                            TWO,
                            Setup.cluster(3).settings(),
                            new TestDisk(LogPosition.ZERO)
                                    .stored(
                                            TWO,
                                            Setup.cluster(3).server(2).core().membership()),
                            new Random(seed),
                            0)
                    .nextDeadlineNanos());
        }

        assertThat(timeouts).hasSizeGreaterThan(190);
        assertThat(timeouts).allMatch(timeout -> timeout >= ELECTION_TIMEOUT && timeout < 2 * ELECTION_TIMEOUT);
    }

    @Test
    @DisplayName("a server remains a follower as long as it hears a leader")
    void heartbeatsPreventAnElection() {
        TestServer server = Setup.cluster(3).server(2);

        for (int i = 0; i < 50; i++) {
            server.waits(ELECTION_TIMEOUT - 1);
            server.receives(new Heartbeat(1, ONE, TWO, 0, i));
        }

        assertThat(server.takeSent(PreVote.class)).isEmpty();
    }

    @Test
    @DisplayName("a refused AppendEntries shows that there is a leader, too")
    void refusedEntriesPreventAnElection() {
        TestServer server = Setup.cluster(3).server(2);

        for (int i = 0; i < 50; i++) {
            server.waits(ELECTION_TIMEOUT - 1);
            server.receives(append(1, at(9, 1), 0));
        }

        assertThat(server.takeSent(PreVote.class)).isEmpty();
    }

    @Test
    @DisplayName("who grants a vote waits an election timeout from then on")
    void aGrantedVotePostponesTheOwnElection() {
        TestServer server = Setup.cluster(3).server(2);

        server.waits(ELECTION_TIMEOUT - 1);
        server.receives(new RequestVote(2, ONE, TWO, LogPosition.ZERO));

        assertThat(server.core().nextDeadlineNanos() - server.nowNanos()).isGreaterThanOrEqualTo(ELECTION_TIMEOUT);
    }

    @Test
    @DisplayName("who refuses a vote waits no longer than before")
    void aRefusedVoteChangesNothing() {
        TestServer server = Setup.cluster(3).log(1).server(2);
        long deadline = server.core().nextDeadlineNanos();

        server.waits(ELECTION_TIMEOUT - 1);
        server.receives(new RequestVote(2, ONE, TWO, LogPosition.ZERO));

        assertThat(server.core().nextDeadlineNanos()).isEqualTo(deadline);
    }

    @Test
    @DisplayName("a candidate wins with votes of a majority of all servers")
    void winsWithAMajority() {
        TestServer server = Setup.cluster(5).candidate(2);

        server.receives(vote(2, ONE, TWO));
        RaftRole withTwoVotes = server.core().role();
        server.receives(vote(2, THREE, TWO));

        assertThat(withTwoVotes).isEqualTo(RaftRole.CANDIDATE);
        assertThat(server.core().role()).isEqualTo(RaftRole.LEADER);
    }

    @Test
    @DisplayName("a vote that is repeated counts once")
    void countsEachVoterOnce() {
        TestServer server = Setup.cluster(5).candidate(2);

        server.receives(vote(2, ONE, TWO));
        server.receives(vote(2, ONE, TWO));
        server.receives(vote(2, ONE, TWO));

        assertThat(server.core().role()).isEqualTo(RaftRole.CANDIDATE);
    }

    @Test
    @DisplayName("a vote of an earlier term does not count")
    void dropsAnOldVote() {
        TestServer server = Setup.cluster(3).withoutPreVote().candidate(2);
        server.waitsForDeadline();
        server.persists();

        server.receives(vote(2, ONE, TWO));

        assertThat(server.core().role()).isEqualTo(RaftRole.CANDIDATE);
        assertThat(server.core().currentTerm()).isEqualTo(3);
    }

    @Test
    @DisplayName("the answer to a pre-vote does not count as a vote")
    void aPreVoteIsNoVote() {
        TestServer server = Setup.cluster(3).candidate(2);

        server.receives(new PreVoteReply(2, ONE, TWO, 2, true));

        assertThat(server.core().role()).isEqualTo(RaftRole.CANDIDATE);
    }

    @Test
    @DisplayName("a vote of a learner or of a stranger does not count")
    void countsOnlyVoters() {
        TestServer server = Setup.of(Setup.membership(Set.of(1L, 2L, 3L), Set.of(), Set.of(4L)))
                .candidate(2);

        server.receives(vote(2, NodeId.of(4), TWO));
        server.receives(vote(2, NodeId.of(5), TWO));

        assertThat(server.core().role()).isEqualTo(RaftRole.CANDIDATE);
    }

    @Test
    @DisplayName("a joint membership needs a majority of either half")
    void needsBothMajorities() {
        TestServer server = Setup.of(Setup.membership(Set.of(1L, 2L, 3L), Set.of(3L, 4L, 5L), Set.of()))
                .candidate(3);

        server.receives(vote(2, ONE, THREE));
        server.receives(vote(2, TWO, THREE));
        RaftRole withOneHalf = server.core().role();
        server.receives(vote(2, NodeId.of(5), THREE));

        assertThat(withOneHalf).isEqualTo(RaftRole.CANDIDATE);
        assertThat(server.core().role()).isEqualTo(RaftRole.LEADER);
    }

    @Test
    @DisplayName("each server votes for at most one candidate in a term, first come first served")
    void votesOnce() {
        TestServer server = Setup.cluster(3).server(2);

        server.receives(new RequestVote(2, ONE, TWO, LogPosition.ZERO));
        server.receives(new RequestVote(2, THREE, TWO, LogPosition.ZERO));
        server.persists();

        assertThat(server.takeSent())
                .containsExactly(new RequestVoteReply(2, TWO, ONE, true), new RequestVoteReply(2, TWO, THREE, false));
    }

    @Test
    @DisplayName("the same candidate gets the same answer when it asks again")
    void repeatsItsVote() {
        TestServer server = Setup.cluster(3).server(2);

        server.receives(new RequestVote(2, ONE, TWO, LogPosition.ZERO));
        server.receives(new RequestVote(2, ONE, TWO, LogPosition.ZERO));
        server.persists();

        assertThat(server.takeSent(RequestVoteReply.class)).hasSize(2).allMatch(RequestVoteReply::granted);
    }

    @Test
    @DisplayName("a candidate that hears of a leader of its own term recognizes it")
    void candidateFollowsALeaderOfItsTerm() {
        TestServer server = Setup.cluster(3).candidate(2);

        server.receives(append(2, at(0, 0), 0));

        assertThat(server.core().role()).isEqualTo(RaftRole.FOLLOWER);
        assertThat(server.core().leader()).contains(ONE);
        assertThat(server.core().votedFor()).contains(TWO);
    }

    @Test
    @DisplayName("a candidate that hears of a leader of an earlier term continues")
    void candidateIgnoresALeaderOfAnEarlierTerm() {
        TestServer server = Setup.cluster(3).candidate(2);

        server.receives(append(1, at(0, 0), 0));

        assertThat(server.core().role()).isEqualTo(RaftRole.CANDIDATE);
    }

    @Test
    @DisplayName("a candidate times out when votes are split, and starts another election")
    void triesAgain() {
        TestServer server = Setup.cluster(3).withoutPreVote().candidate(2);

        server.waitsForDeadline();
        server.persists();

        assertThat(server.core().currentTerm()).isEqualTo(3);
        assertThat(server.takeSent(RequestVote.class))
                .extracting(RequestVote::term)
                .contains(3L);
    }

    @Test
    @DisplayName("a candidate that a majority refused gives up")
    void losesAnElection() {
        TestServer server = Setup.cluster(3).candidate(2);

        server.receives(new RequestVoteReply(2, ONE, TWO, false));
        RaftRole withOneRefusal = server.core().role();
        server.receives(new RequestVoteReply(2, THREE, TWO, false));

        assertThat(withOneRefusal).isEqualTo(RaftRole.CANDIDATE);
        assertThat(server.core().role()).isEqualTo(RaftRole.FOLLOWER);
    }

    @Test
    @DisplayName("a vote counts although a refusal came before it, which may have been the answer to the same request")
    void aVoteUndoesARefusal() {
        TestServer server = Setup.cluster(3).candidate(2);

        server.receives(new RequestVoteReply(2, ONE, TWO, false));
        server.receives(vote(2, ONE, TWO));

        assertThat(server.core().role()).isEqualTo(RaftRole.LEADER);
    }

    @Test
    @DisplayName("who refuses a vote of an earlier term has not refused one of its own term")
    void aStaleRequestIsNoLostVote() {
        TestServer voter = Setup.cluster(3).currentTerm(2).server(1);
        voter.receives(new RequestVote(1, TWO, ONE, LogPosition.ZERO));
        voter.persists();
        List<Message> late = voter.takeSent();
        TestServer candidate = Setup.cluster(3).candidate(2);

        late.forEach(candidate::receives);
        candidate.receives(new RequestVoteReply(2, THREE, TWO, false));

        assertThat(late)
                .singleElement()
                .satisfies(answer ->
                        assertThat(answer.term()).isEqualTo(candidate.core().currentTerm()));
        assertThat(candidate.core().role()).isEqualTo(RaftRole.CANDIDATE);
    }

    @Test
    @DisplayName("the winner sends heartbeats to all others at once")
    void announcesItself() {
        TestServer server = Setup.cluster(3).candidate(2);
        server.takeSent();

        server.receives(vote(2, ONE, TWO));

        assertThat(server.takeSent(Heartbeat.class)).extracting(Heartbeat::to).containsExactly(ONE, THREE);
    }

    @Test
    @DisplayName("a leader sends heartbeats to all others in every heartbeat interval")
    void showsThatItIsThere() {
        TestServer leader = Setup.cluster(3).leader(1);

        leader.waits(Setup.HEARTBEAT);

        assertThat(leader.takeSent(Heartbeat.class)).extracting(Heartbeat::to).containsExactly(TWO, THREE);
    }

    @Test
    @DisplayName("a learner never starts one")
    void learnersDoNotCampaign() {
        TestServer learner =
                Setup.of(Setup.membership(Set.of(1L), Set.of(), Set.of(2L))).server(2);

        learner.waits(10 * ELECTION_TIMEOUT);

        assertThat(learner.core().role()).isEqualTo(RaftRole.LEARNER);
        assertThat(learner.takeSent()).isEmpty();
    }

    @Test
    @DisplayName("a single server elects itself without waiting, and commits alone")
    void leadsAlone() {
        TestServer server = Setup.cluster(1).log(1).server(1);

        server.waitsForDeadline();
        server.persists();
        server.happens(new Input.Proposed(1, List.of(new byte[] {1})));
        server.persists();

        assertThat(server.nowNanos()).isZero();
        assertThat(server.core().commitIndex()).isEqualTo(3);
    }
}
