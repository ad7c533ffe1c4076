package io.balsa.raft.thesis;

import static io.balsa.raft.core.Setup.acknowledge;
import static io.balsa.raft.core.Setup.append;
import static io.balsa.raft.core.Setup.at;
import static io.balsa.raft.core.Setup.propose;
import static io.balsa.raft.core.Setup.run;
import static org.assertj.core.api.Assertions.assertThat;

import io.balsa.raft.cluster.NodeId;
import io.balsa.raft.core.Input;
import io.balsa.raft.core.Notice;
import io.balsa.raft.core.Setup;
import io.balsa.raft.core.TestServer;
import io.balsa.raft.message.Heartbeat;
import io.balsa.raft.message.HeartbeatReply;
import io.balsa.raft.message.ReadReply;
import io.balsa.raft.message.ReadRequest;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/** Reads: at the leader, and at followers that ask it. */
@DisplayName("Section 6.4: a read")
class Section6_4_ReadsTest {

    private static final NodeId ONE = NodeId.of(1);
    private static final NodeId TWO = NodeId.of(2);
    private static final NodeId THREE = NodeId.of(3);

    private static void read(TestServer server, long id) {
        server.happens(new Input.ReadRequested(id));
    }

    private static long lastRound(TestServer leader) {
        List<Heartbeat> heartbeats = leader.takeSent(Heartbeat.class);
        return heartbeats.get(heartbeats.size() - 1).round();
    }

    private static void confirm(TestServer leader, NodeId follower, long round) {
        leader.receives(new HeartbeatReply(leader.core().currentTerm(), follower, leader.self(), round));
    }

    private static List<Notice> answers(TestServer server) {
        return server.takeNotices().stream()
                .filter(notice -> notice instanceof Notice.ReadReady || notice instanceof Notice.ReadFailed)
                .toList();
    }

    private static TestServer follower() {
        TestServer follower = Setup.cluster(3).log(1, 1).server(2);
        follower.receives(append(1, at(2, 1), 1));
        follower.takeSent();
        return follower;
    }

    @Test
    @DisplayName("is served when a majority has answered a round of heartbeats that began after it came")
    void isConfirmedByAMajority() {
        TestServer leader = Setup.cluster(5).leader(1);

        read(leader, 8);
        long round = lastRound(leader);
        confirm(leader, TWO, round);
        List<Notice> withOneAnswer = answers(leader);
        confirm(leader, THREE, round);

        assertThat(withOneAnswer).isEmpty();
        assertThat(answers(leader)).containsExactly(new Notice.ReadReady(8, 1));
    }

    @Test
    @DisplayName("is not confirmed by a round that began before it came")
    void neverReusesARound() {
        TestServer leader = Setup.cluster(3).leader(1);
        leader.waits(Setup.HEARTBEAT);
        long before = lastRound(leader);

        read(leader, 8);
        confirm(leader, TWO, before);
        confirm(leader, THREE, before);

        assertThat(answers(leader)).isEmpty();
    }

    @Test
    @DisplayName("is not confirmed by the round of an earlier read")
    void twoReadsHaveTwoRounds() {
        TestServer leader = Setup.cluster(3).leader(1);
        read(leader, 8);
        long first = lastRound(leader);

        read(leader, 9);
        confirm(leader, TWO, first);

        assertThat(answers(leader)).containsExactly(new Notice.ReadReady(8, 1));
    }

    @Test
    @DisplayName("is not confirmed by the answer to a heartbeat that its leader sent when it led an earlier term")
    void isNotConfirmedByTheRoundOfAnEarlierTerm() {
        TestServer leader = Setup.cluster(3).leader(1);
        TestServer follower =
                Setup.cluster(3).currentTerm(leader.core().currentTerm()).server(2);
        follower.receives(new Heartbeat(leader.core().currentTerm() - 1, ONE, TWO, 0, 1_000));
        follower.takeSent(HeartbeatReply.class).forEach(leader::receives);

        read(leader, 8);

        assertThat(answers(leader)).isEmpty();
    }

    @Test
    @DisplayName("is confirmed by a later round as well")
    void aLaterRoundWillDo() {
        TestServer leader = Setup.cluster(3).leader(1);
        read(leader, 8);
        leader.waits(Setup.HEARTBEAT);

        confirm(leader, TWO, lastRound(leader));

        assertThat(answers(leader)).containsExactly(new Notice.ReadReady(8, 1));
    }

    @Test
    @DisplayName("shares a round with all that came since the last one")
    void readsShareARound() {
        TestServer leader = Setup.cluster(3).leader(1);

        leader.step(new Input.ReadRequested(8));
        leader.step(new Input.ReadRequested(9));
        leader.work();

        assertThat(leader.takeSent(Heartbeat.class)).hasSize(2);
    }

    @Test
    @DisplayName("gets the commit index of the moment when its round begins")
    void getsTheCommitIndex() {
        TestServer leader = Setup.cluster(3).leader(1);
        propose(leader, "x");
        leader.persists();
        acknowledge(leader, 2, 2);
        leader.takeSent();

        read(leader, 8);
        confirm(leader, TWO, lastRound(leader));

        assertThat(answers(leader)).containsExactly(new Notice.ReadReady(8, 2));
    }

    @Test
    @DisplayName("is not confirmed by answers of learners")
    void learnersConfirmNothing() {
        TestServer leader = Setup.of(Setup.membership(Set.of(1L, 2L), Set.of(), Set.of(3L, 4L)))
                .leader(1);
        read(leader, 8);
        long round = lastRound(leader);

        confirm(leader, THREE, round);
        confirm(leader, NodeId.of(4), round);

        assertThat(answers(leader)).isEmpty();
    }

    @Test
    @DisplayName("waits until the leader has committed an entry of its own term")
    void waitsForTheNoOp() {
        TestServer leader = Setup.cluster(3).log(1, 1).elected(1);
        read(leader, 8);
        confirm(leader, TWO, 99);
        List<Notice> before = answers(leader);

        acknowledge(leader, 2, 3);
        confirm(leader, TWO, lastRound(leader));

        assertThat(before).isEmpty();
        assertThat(answers(leader)).containsExactly(new Notice.ReadReady(8, 3));
    }

    @Test
    @DisplayName("fails when its leader steps down")
    void failsWhenTheLeaderStepsDown() {
        TestServer leader = Setup.cluster(3).leader(1);
        read(leader, 8);

        leader.receives(new Heartbeat(9, TWO, ONE, 0, 1));

        assertThat(answers(leader)).containsExactly(new Notice.ReadFailed(8, Notice.Refusal.NOT_LEADER));
    }

    @Test
    @DisplayName("fails when its leader steps down before its round has begun")
    void failsBeforeItsRound() {
        TestServer leader = Setup.cluster(3).log(1).elected(1);
        read(leader, 8);

        leader.waits(2 * Setup.ELECTION_TIMEOUT);

        assertThat(answers(leader)).containsExactly(new Notice.ReadFailed(8, Notice.Refusal.NOT_LEADER));
    }

    @Test
    @DisplayName("is served at once by a server that is alone")
    void aloneNeedsNobody() {
        TestServer server = Setup.cluster(1).server(1);
        server.waitsForDeadline();
        server.persists();
        server.persists();

        read(server, 8);

        assertThat(answers(server)).containsExactly(new Notice.ReadReady(8, 1));
    }

    @Test
    @DisplayName("fails at a server that knows no leader")
    void failsWithoutALeader() {
        TestServer server = Setup.cluster(3).server(2);

        read(server, 8);

        assertThat(answers(server)).containsExactly(new Notice.ReadFailed(8, Notice.Refusal.NOT_LEADER));
    }

    @Test
    @DisplayName("at a follower gets its index from the leader")
    void followersAsk() {
        TestServer follower = follower();
        read(follower, 8);
        ReadRequest question = follower.takeSent(ReadRequest.class).get(0);

        follower.receives(new ReadReply(1, ONE, TWO, question.id(), 2));

        assertThat(question.to()).isEqualTo(ONE);
        assertThat(answers(follower)).containsExactly(new Notice.ReadReady(8, 2));
    }

    @Test
    @DisplayName("at a follower tells it as well what is committed of what it has")
    void theAnswerCommits() {
        TestServer follower = follower();
        read(follower, 8);
        ReadRequest question = follower.takeSent(ReadRequest.class).get(0);

        follower.receives(new ReadReply(1, ONE, TWO, question.id(), 2));

        assertThat(follower.core().commitIndex()).isEqualTo(2);
    }

    @Test
    @DisplayName("commits nothing that is not known to be in the leader's log")
    void theAnswerCommitsNoTailOfADeposedLeader() {
        TestServer follower = Setup.cluster(3).log(1, 1, 1).currentTerm(2).server(2);
        follower.receives(append(2, at(1, 1), 0));
        follower.takeSent();
        read(follower, 8);
        ReadRequest question = follower.takeSent(ReadRequest.class).get(0);

        follower.receives(new ReadReply(2, ONE, TWO, question.id(), 3));

        assertThat(follower.core().commitIndex()).isEqualTo(1);
    }

    @Test
    @DisplayName("of a follower is answered by the leader when its round is confirmed")
    void theLeaderAnswersFollowers() {
        TestServer leader = Setup.cluster(3).leader(1);

        leader.receives(new ReadRequest(2, TWO, ONE, 44));
        confirm(leader, THREE, lastRound(leader));

        assertThat(leader.takeSent(ReadReply.class)).containsExactly(new ReadReply(2, ONE, TWO, 44, 1));
    }

    @Test
    @DisplayName("of a stranger is not answered")
    void strangersAreNotAnswered() {
        TestServer leader = Setup.cluster(3).leader(1);

        leader.receives(new ReadRequest(2, NodeId.of(9), ONE, 44));

        assertThat(leader.takeSent()).isEmpty();
    }

    @Test
    @DisplayName("is asked for again if no answer comes, under the same name")
    void asksAgain() {
        TestServer follower = follower();
        read(follower, 8);
        ReadRequest first = follower.takeSent(ReadRequest.class).get(0);

        follower.waits(2 * Setup.HEARTBEAT);

        assertThat(follower.takeSent(ReadRequest.class)).containsExactly(first);
    }

    @Test
    @DisplayName("is given up when the leader does not answer in time")
    void givesUp() {
        TestServer follower = follower();
        read(follower, 8);

        for (int i = 0; i < 20; i++) {
            follower.waits(Setup.HEARTBEAT);
            follower.receives(new Heartbeat(1, ONE, TWO, 0, i));
        }

        assertThat(answers(follower)).containsExactly(new Notice.ReadFailed(8, Notice.Refusal.TIMED_OUT));
    }

    @Test
    @DisplayName("at a follower fails when there is another term")
    void failsInAnotherTerm() {
        TestServer follower = follower();
        read(follower, 8);

        follower.receives(new Heartbeat(2, THREE, TWO, 0, 1));

        assertThat(answers(follower)).containsExactly(new Notice.ReadFailed(8, Notice.Refusal.NOT_LEADER));
    }

    @Test
    @DisplayName("is not answered by the answer to a question of an earlier life")
    void namesDifferAfterARestart() {
        TestServer follower = follower();
        read(follower, 8);
        ReadRequest before = follower.takeSent(ReadRequest.class).get(0);
        follower.restarts(77);
        follower.receives(append(1, at(2, 1), 1, run(3, 1, "x")));
        read(follower, 8);

        follower.receives(new ReadReply(1, ONE, TWO, before.id(), 1));

        assertThat(answers(follower)).isEmpty();
    }
}
