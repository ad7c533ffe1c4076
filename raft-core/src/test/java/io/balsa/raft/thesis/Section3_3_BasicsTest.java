package io.balsa.raft.thesis;

import static io.balsa.raft.core.Setup.append;
import static io.balsa.raft.core.Setup.at;
import static io.balsa.raft.core.Setup.run;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.balsa.raft.cluster.NodeId;
import io.balsa.raft.cluster.RaftRole;
import io.balsa.raft.core.SafetyViolation;
import io.balsa.raft.core.Setup;
import io.balsa.raft.core.TestServer;
import io.balsa.raft.message.AppendEntriesAccepted;
import io.balsa.raft.message.AppendEntriesRejected;
import io.balsa.raft.message.Heartbeat;
import io.balsa.raft.message.HeartbeatReply;
import io.balsa.raft.message.Message;
import io.balsa.raft.message.PreVoteReply;
import io.balsa.raft.message.RequestVote;
import io.balsa.raft.message.RequestVoteReply;
import io.balsa.raft.storage.HardState;
import io.balsa.raft.storage.LogPosition;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The rules for all servers: terms, and what a server does with those of others. */
@DisplayName("Section 3.3: a server")
class Section3_3_BasicsTest {

    private static final NodeId ONE = NodeId.of(1);
    private static final NodeId TWO = NodeId.of(2);

    @Test
    @DisplayName("starts as a follower")
    void startsAsAFollower() {
        TestServer server = Setup.cluster(3).currentTerm(4).server(2);

        assertThat(server.core().role()).isEqualTo(RaftRole.FOLLOWER);
        assertThat(server.core().currentTerm()).isEqualTo(4);
        assertThat(server.core().leader()).isEmpty();
    }

    @Test
    @DisplayName("updates its current term if it is smaller than the other's, and remembers no vote for the new one")
    void takesALaterTerm() {
        TestServer server = Setup.cluster(3).currentTerm(4).server(2);

        server.receives(new Heartbeat(5, ONE, TWO, 0, 1));
        server.persists();

        assertThat(server.durable().hardState()).isEqualTo(new HardState(5, Optional.empty()));
        assertThat(server.core().leader()).contains(ONE);
    }

    static Stream<Message> repliesOfTermNine() {
        return Stream.of(
                new AppendEntriesRejected(9, ONE, TWO, 0, LogPosition.ZERO),
                new AppendEntriesAccepted(9, ONE, TWO, 0),
                new HeartbeatReply(9, ONE, TWO, 1),
                new RequestVoteReply(9, ONE, TWO, false));
    }

    @ParameterizedTest
    @MethodSource("repliesOfTermNine")
    @DisplayName("that leads reverts to follower when it discovers that its term is out of date")
    void leaderStepsDown(Message reply) {
        TestServer server = Setup.cluster(3).leader(2);

        server.receives(reply);

        assertThat(server.core().role()).isEqualTo(RaftRole.FOLLOWER);
        assertThat(server.core().currentTerm()).isEqualTo(9);
    }

    @ParameterizedTest
    @MethodSource("repliesOfTermNine")
    @DisplayName("that is a candidate reverts to follower when it discovers that its term is out of date")
    void candidateStepsDown(Message reply) {
        TestServer server = Setup.cluster(3).candidate(2);

        server.receives(reply);

        assertThat(server.core().role()).isEqualTo(RaftRole.FOLLOWER);
        assertThat(server.core().currentTerm()).isEqualTo(9);
    }

    @Test
    @DisplayName("rejects AppendEntries with a stale term and says which term it is")
    void rejectsStaleAppendEntries() {
        TestServer server = Setup.cluster(3).log(1, 1).currentTerm(5).server(2);

        server.receives(append(4, at(1, 1), 2, run(2, 4, "x")));

        assertThat(server.takeSent())
                .containsExactly(
                        new AppendEntriesRejected(5, TWO, ONE, AppendEntriesRejected.STALE_TERM, LogPosition.ZERO));
        assertThat(server.written().terms()).containsExactly(1L, 1L);
        assertThat(server.core().commitIndex()).isZero();
    }

    @Test
    @DisplayName("rejects RequestVote with a stale term and says which term it is, but refuses no vote in that")
    void rejectsStaleRequestVote() {
        TestServer server = Setup.cluster(3).currentTerm(5).server(2);

        server.receives(new RequestVote(4, ONE, TWO, at(9, 4)));

        assertThat(server.takeSent()).containsExactly(new PreVoteReply(5, TWO, ONE, 4, false));
    }

    @Test
    @DisplayName("answers a heartbeat with a stale term by its own term, and does not follow")
    void rejectsStaleHeartbeat() {
        TestServer server = Setup.cluster(3).currentTerm(5).server(2);

        server.receives(new Heartbeat(4, ONE, TWO, 0, 3));

        assertThat(server.takeSent()).containsExactly(new HeartbeatReply(5, TWO, ONE, HeartbeatReply.STALE_TERM));
        assertThat(server.core().leader()).isEmpty();
    }

    @Test
    @DisplayName("drops a reply of an earlier term")
    void dropsAStaleReply() {
        TestServer leader = Setup.cluster(3).log(1, 1).elected(1);

        leader.receives(new AppendEntriesAccepted(1, TWO, ONE, 3));

        assertThat(leader.core().commitIndex()).isZero();
    }

    @Test
    @DisplayName("ignores what is meant for another server")
    void ignoresWhatIsForOthers() {
        TestServer server = Setup.cluster(3).server(2);

        server.receives(new Heartbeat(5, ONE, NodeId.of(3), 0, 1));

        assertThat(server.core().currentTerm()).isEqualTo(1);
        assertThat(server.takeSent()).isEmpty();
    }

    @Test
    @DisplayName("stops when it sees two leaders of one term")
    void seesTwoLeaders() {
        TestServer server = Setup.cluster(3).server(2);
        server.receives(new Heartbeat(5, ONE, TWO, 0, 1));

        assertThatThrownBy(() -> server.receives(new Heartbeat(5, NodeId.of(3), TWO, 0, 1)))
                .isInstanceOf(SafetyViolation.class);
    }

    @Test
    @DisplayName("that leads stops when another leads the same term")
    void seesAnotherLeader() {
        TestServer leader = Setup.cluster(3).leader(1);
        Message usurper = new Heartbeat(leader.core().currentTerm(), TWO, ONE, 0, 1);

        assertThatThrownBy(() -> leader.receives(usurper)).isInstanceOf(SafetyViolation.class);
    }

    @Test
    @DisplayName("gives the same outputs for the same inputs")
    void isDeterministic() {
        List<Message> first = electionOf(Setup.cluster(5).server(3));

        List<Message> second = electionOf(Setup.cluster(5).server(3));

        assertThat(first).isEqualTo(second).isNotEmpty();
    }

    private static List<Message> electionOf(TestServer server) {
        server.waitsForDeadline();
        server.waitsForDeadline();
        return server.takeSent();
    }
}
