package io.balsa.raft.thesis;

import static io.balsa.raft.core.Setup.append;
import static io.balsa.raft.core.Setup.at;
import static io.balsa.raft.core.Setup.run;
import static org.assertj.core.api.Assertions.assertThat;

import io.balsa.raft.cluster.NodeId;
import io.balsa.raft.cluster.RaftRole;
import io.balsa.raft.core.Setup;
import io.balsa.raft.core.TestServer;
import io.balsa.raft.message.AppendEntries;
import io.balsa.raft.message.AppendEntriesAccepted;
import io.balsa.raft.message.AppendEntriesRejected;
import io.balsa.raft.message.Heartbeat;
import io.balsa.raft.message.PreVote;
import io.balsa.raft.message.PreVoteReply;
import io.balsa.raft.message.RequestVote;
import io.balsa.raft.message.RequestVoteReply;
import io.balsa.raft.message.TimeoutNow;
import io.balsa.raft.storage.LogPosition;
import java.util.List;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;

/** Others count on what a server has acknowledged, whether its disk still has it or not (correctness: durability). */
@DisplayName("A server that has lost acknowledged entries to damage")
class MendingTest {

    private static final NodeId ONE = NodeId.of(1);
    private static final NodeId TWO = NodeId.of(2);
    private static final NodeId THREE = NodeId.of(3);

    /** Had entries 1 and 2 of term 1, and entry 3 of term 2; is in term 2, and has lost all from an index on. */
    private static TestServer damaged(long fromIndex) {
        TestServer server =
                Setup.cluster(3).withoutPreVote().log(1, 1, 2).currentTerm(2).server(2);
        server.isDamaged(fromIndex, 7);
        return server;
    }

    private static boolean votesFor(TestServer server, long term, LogPosition last) {
        server.receives(new RequestVote(term, THREE, TWO, last, true)); // as it may have heard a leader just now
        server.persists();
        return server.takeSent(RequestVoteReply.class).get(0).granted();
    }

    @Nested
    @DisplayName("takes no part in elections:")
    class Elections {

        @Test
        @DisplayName("it votes for nobody, not even for whoever has more than it ever had")
        void votesForNobody() {
            TestServer server = damaged(2);

            assertThat(votesFor(server, 3, at(1, 1))).isFalse();
            assertThat(votesFor(server, 4, at(9, 3))).isFalse();
            assertThat(server.core().currentTerm()).isEqualTo(4);
        }

        @Test
        @DisplayName("it does not say that it would")
        void wouldNotEither() {
            TestServer server = damaged(2);

            server.receives(new PreVote(3, THREE, TWO, at(9, 3)));

            assertThat(server.takeSent(PreVoteReply.class).get(0).granted()).isFalse();
        }

        @Test
        @DisplayName("it does not ask for votes, not even when the leader wants it to")
        void doesNotAsk() {
            TestServer server = damaged(2);
            server.waitsForDeadline();
            server.receives(new Heartbeat(2, ONE, TWO, 0, 1));
            server.receives(new TimeoutNow(2, ONE, TWO));
            server.waitsForDeadline();
            server.persists();

            assertThat(server.takeSent(RequestVote.class)).isEmpty();
            assertThat(server.core().role()).isEqualTo(RaftRole.FOLLOWER);
        }

        @Test
        @DisplayName("not even in a cluster that consists of it alone, which would go on without what it had committed")
        void notAlone() {
            TestServer server = Setup.cluster(1).log(1, 1, 2).currentTerm(2).server(1);
            server.isDamaged(2, 7);

            server.waitsForDeadline();
            server.waitsForDeadline();
            server.persists();

            assertThat(server.core().role()).isEqualTo(RaftRole.FOLLOWER);
        }
    }

    @Nested
    @DisplayName("is whole again")
    class WholeAgain {

        @Test
        @DisplayName("when a leader has given it back what it had, and not before")
        void givenBack() {
            TestServer server = damaged(2);

            server.receives(append(2, at(1, 1), 0, run(2, 1, "x")));
            assertThat(votesFor(server, 3, at(9, 2))).as("entry 3 is missing").isFalse();
            server.receives(append(3, at(2, 1), 0, run(3, 2, "y")));
            server.persists();

            assertThat(votesFor(server, 4, at(9, 3))).isTrue();
        }

        @Test
        @DisplayName("when a leader of a later term has given it a shorter log: its own would have had to yield, too")
        void replaced() {
            TestServer server = damaged(2);

            server.receives(append(3, at(1, 1), 0, run(2, 3, "z")));
            server.persists();

            assertThat(votesFor(server, 4, at(2, 3))).isTrue();
        }

        @Test
        @DisplayName("only then, also if it is started again in between")
        void restartedInBetween() {
            TestServer server = damaged(2);
            server.receives(append(2, at(1, 1), 0, run(2, 1, "x")));
            server.persists();

            server.restarts(8);
            assertThat(votesFor(server, 3, at(9, 2))).isFalse();
            server.receives(append(3, at(2, 1), 0, run(3, 2, "y")));
            server.persists();
            server.restarts(9);

            assertThat(votesFor(server, 4, at(9, 3))).isTrue();
        }
    }

    @Nested
    @DisplayName("tells the leader")
    class Telling {

        @Test
        @DisplayName("what it still has, when it refuses entries and when it answers a heartbeat")
        void says() {
            TestServer server = damaged(2);

            server.receives(append(2, at(3, 2), 0));
            server.receives(new Heartbeat(2, ONE, TWO, 0, 1));
            server.persists();

            assertThat(server.takeSent(AppendEntriesRejected.class))
                    .containsExactly(
                            new AppendEntriesRejected(2, TWO, ONE, 3, at(1, 1), true),
                            new AppendEntriesRejected(2, TWO, ONE, 2, at(1, 1), true));
        }

        @Test
        @DisplayName("nothing of the kind once it is whole")
        void isSilentThen() {
            TestServer server = damaged(3);
            server.receives(append(2, at(2, 1), 0, run(3, 2, "y")));
            server.persists();
            server.takeSent();

            server.receives(new Heartbeat(2, ONE, TWO, 0, 1));
            server.persists();

            assertThat(server.takeSent(AppendEntriesRejected.class)).isEmpty();
        }

        @Test
        @DisplayName("and acknowledges what its disk has, and nothing more")
        void acknowledges() {
            TestServer server = damaged(2);

            server.receives(append(2, at(1, 1), 0, run(2, 1, "x")));
            server.persists();

            assertThat(server.takeSent(AppendEntriesAccepted.class))
                    .extracting(AppendEntriesAccepted::matchIndex)
                    .containsExactly(2L);
        }
    }

    /** Leads in term 2 with entry 1 of term 1 and entry 2 of its own; servers 2 and 3 have acknowledged both. */
    @Nested
    @DisplayName("and its leader")
    class ItsLeader {

        private final TestServer leader = Setup.cluster(3).log(1).leader(1);
        private final long term = leader.core().currentTerm();
        private final long last = leader.core().lastIndex();

        ItsLeader() {
            Setup.acknowledgeAll(leader);
            leader.takeSent();
        }

        private void isTold(LogPosition hint) {
            leader.receives(new AppendEntriesRejected(term, TWO, ONE, hint.index() + 1, hint, true));
        }

        private List<AppendEntries> sentTo(NodeId follower) {
            leader.work();
            return leader.takeSent(AppendEntries.class).stream()
                    .filter(sent -> sent.to().equals(follower))
                    .toList();
        }

        @Test
        @DisplayName("sends again from there, although it was acknowledged, and when nothing new is to be sent")
        void sendsAgain() {
            isTold(at(1, 1));

            assertThat(sentTo(TWO)).extracting(AppendEntries::previous).containsExactly(at(1, 1));
        }

        @Test
        @DisplayName("does not begin anew each time that it is told")
        void sendsOnce() {
            isTold(at(1, 1));
            sentTo(TWO);

            isTold(at(1, 1));

            assertThat(sentTo(TWO)).isEmpty();
        }

        @Test
        @DisplayName("does not count it for what it has lost")
        void doesNotCount() {
            Setup.propose(leader, "x");
            leader.receives(new AppendEntriesAccepted(term, TWO, ONE, last + 1));
            isTold(at(1, 1));

            leader.persists();

            assertThat(leader.core().commitIndex()).isEqualTo(last);
            Setup.acknowledge(leader, 3, last + 1);
            assertThat(leader.core().commitIndex()).isEqualTo(last + 1);
        }
    }
}
