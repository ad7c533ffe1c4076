package io.balsa.raft.thesis;

import static io.balsa.raft.core.Setup.append;
import static io.balsa.raft.core.Setup.at;
import static io.balsa.raft.core.Setup.run;
import static org.assertj.core.api.Assertions.assertThat;

import io.balsa.raft.cluster.NodeId;
import io.balsa.raft.cluster.RaftRole;
import io.balsa.raft.core.Input;
import io.balsa.raft.core.Ready;
import io.balsa.raft.core.Setup;
import io.balsa.raft.core.TestServer;
import io.balsa.raft.message.AppendEntriesAccepted;
import io.balsa.raft.message.AppendEntriesRejected;
import io.balsa.raft.message.Heartbeat;
import io.balsa.raft.message.HeartbeatReply;
import io.balsa.raft.message.Message;
import io.balsa.raft.message.PreVote;
import io.balsa.raft.message.PreVoteReply;
import io.balsa.raft.message.RequestVote;
import io.balsa.raft.message.RequestVoteReply;
import io.balsa.raft.storage.HardState;
import io.balsa.raft.storage.LogPosition;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** What must be on the disk before anything is said about it. */
@DisplayName("Section 3.8: a server")
class Section3_8_PersistenceTest {

    private static final NodeId ONE = NodeId.of(1);
    private static final NodeId TWO = NodeId.of(2);
    private static final NodeId THREE = NodeId.of(3);

    static Stream<Message> whatIsAnsweredByAPromise() {
        return Stream.of(
                new RequestVote(7, ONE, TWO, at(2, 1)),
                new RequestVote(7, ONE, TWO, LogPosition.ZERO),
                append(7, at(1, 1), 0, run(2, 7, "x")),
                append(7, at(9, 7), 0));
    }

    @ParameterizedTest
    @MethodSource("whatIsAnsweredByAPromise")
    @DisplayName("persists its term, vote and log before it answers votes and entries")
    void answersWhenPersisted(Message request) {
        TestServer server = Setup.cluster(3).log(1, 1).server(2);

        server.receives(request);
        int before = server.takeSent().size();
        server.persists();

        assertThat(before).isZero();
        assertThat(server.takeSent())
                .hasOnlyElementsOfTypes(
                        RequestVoteReply.class, AppendEntriesAccepted.class, AppendEntriesRejected.class)
                .hasSize(1);
    }

    @Test
    @DisplayName("persists its term and its vote for itself before it asks for votes")
    void asksWhenPersisted() {
        TestServer server = Setup.cluster(3).withoutPreVote().server(2);

        server.waitsForDeadline();
        int before = server.takeSent().size();
        server.persists();

        assertThat(before).isZero();
        assertThat(server.takeSent(RequestVote.class)).hasSize(2);
    }

    @Test
    @DisplayName("counts its own vote only when it is on the disk")
    void countsItsOwnVoteWhenPersisted() {
        TestServer server = Setup.cluster(3).withoutPreVote().server(2);
        server.waitsForDeadline();

        server.receives(new RequestVoteReply(2, ONE, TWO, true));
        RaftRole before = server.core().role();
        server.persists();

        assertThat(before).isEqualTo(RaftRole.CANDIDATE);
        assertThat(server.core().role()).isEqualTo(RaftRole.LEADER);
    }

    @Test
    @DisplayName("begins no new term while the vote of its own is not even on its disk")
    void waitsForASlowDisk() {
        TestServer server = Setup.cluster(1).server(1);
        server.waitsForDeadline();
        long term = server.core().currentTerm();

        server.waitsForDeadline();
        server.waitsForDeadline();
        long termAfterwards = server.core().currentTerm();
        server.persists();

        assertThat(termAfterwards).isEqualTo(term);
        assertThat(server.core().role()).isEqualTo(RaftRole.LEADER);
    }

    @Test
    @DisplayName("does not take the write of an earlier vote for that of its own")
    void countsItsOwnVoteWithItsOwnWrite() {
        TestServer server = Setup.cluster(3).withoutPreVote().server(2);
        server.waitsForDeadline();
        server.receives(new RequestVoteReply(4, ONE, TWO, false));
        server.waitsForDeadline();
        server.receives(new RequestVoteReply(5, ONE, TWO, true));

        server.persists(1);

        assertThat(server.core().currentTerm()).isEqualTo(5);
        assertThat(server.core().role()).isEqualTo(RaftRole.CANDIDATE);
    }

    @Test
    @DisplayName("answers heartbeats and pre-votes at once: they promise nothing")
    void answersHeartbeatsAtOnce() {
        TestServer server = Setup.cluster(3).server(2);

        server.receives(new PreVote(1, THREE, TWO, LogPosition.ZERO));
        server.receives(new Heartbeat(7, ONE, TWO, 0, 4));

        assertThat(server.isWriting()).isTrue();
        assertThat(server.takeSent())
                .containsExactly(new PreVoteReply(1, TWO, THREE, 1, true), new HeartbeatReply(7, TWO, ONE, 4));
    }

    @Test
    @DisplayName("says at once what needs no write")
    void repeatsItselfAtOnce() {
        TestServer server = Setup.cluster(3).log(1, 1).server(2);

        server.receives(append(1, at(2, 1), 0));

        assertThat(server.takeSent()).containsExactly(new AppendEntriesAccepted(1, TWO, ONE, 2));
    }

    @Test
    @DisplayName("never counts an overwritten entry when its write completes late")
    void anOldWriteDoesNotSpeakForNewEntries() {
        TestServer server = Setup.cluster(3).log(1).server(2);
        server.receives(append(2, at(1, 1), 0, run(2, 2, "a", "b", "c")));
        server.receives(new AppendEntriesFromThree(3).request());

        server.persists(1);
        long afterTheOldWrite = server.core().durableIndex();
        server.persists(1);

        assertThat(afterTheOldWrite).isEqualTo(1);
        assertThat(server.core().durableIndex()).isEqualTo(3);
    }

    /** Server 3 leads a later term and replaces what server 1 sent. */
    private record AppendEntriesFromThree(long term) {
        Message request() {
            return new io.balsa.raft.message.AppendEntries(
                    term, THREE, TWO, at(1, 1), java.util.List.of(run(2, term, "x", "y")), 0);
        }
    }

    @Test
    @DisplayName("that is alone commits its no-op only when it is on the disk, not with the write of its vote")
    void aVoteOnTheDiskIsNoEntryOnTheDisk() {
        TestServer server = Setup.cluster(1).server(1);
        server.waitsForDeadline();
        server.persists();

        long withoutTheNoOp = server.core().commitIndex();
        server.persists();

        assertThat(withoutTheNoOp).isZero();
        assertThat(server.core().commitIndex()).isEqualTo(1);
    }

    @Test
    @DisplayName("drops the acknowledgement of entries that are overwritten before they are handed to the disk")
    void dropsAcknowledgementsWithinOneReady() {
        TestServer server = Setup.cluster(3).log(1).server(2);

        server.step(new Input.Received(append(2, at(1, 1), 0, run(2, 2, "a", "b"))));
        server.step(new Input.Received(new AppendEntriesFromThree(3).request()));
        Ready ready = server.core().takeReady();

        assertThat(ready.messagesAfterSync()).containsExactly(new AppendEntriesAccepted(3, TWO, THREE, 3));
        assertThat(ready.entries()).containsExactly(run(2, 3, "x", "y"));
    }

    @Test
    @DisplayName("drops a promise of an earlier term that was not said in time")
    void dropsPromisesOfAnEarlierTerm() {
        TestServer server = Setup.cluster(3).server(2);

        server.step(new Input.Received(new RequestVote(2, ONE, TWO, LogPosition.ZERO)));
        server.step(new Input.Received(new RequestVote(3, THREE, TWO, LogPosition.ZERO)));
        Ready ready = server.core().takeReady();

        assertThat(ready.messagesAfterSync()).containsExactly(new RequestVoteReply(3, TWO, THREE, true));
        assertThat(ready.hardState()).contains(new HardState(3, Optional.of(THREE)));
    }

    @Test
    @DisplayName("writes what is left of a run whose end was overwritten before it was written")
    void writesTheRestOfARun() {
        TestServer server = Setup.cluster(3).log(1).server(2);

        server.step(new Input.Received(append(2, at(1, 1), 0, run(2, 2, "a", "b", "c"))));
        server.step(new Input.Received(append(3, at(2, 2), 0, run(3, 3, "x"))));
        server.work();
        server.persists();

        assertThat(server.durable().terms()).containsExactly(1L, 2L, 3L);
    }

    @Test
    @DisplayName("remembers its vote when it is started again")
    void remembersItsVote() {
        TestServer server = Setup.cluster(3).server(2);
        server.receives(new RequestVote(2, ONE, TWO, LogPosition.ZERO));
        server.persists();

        server.restarts(1);
        server.receives(new RequestVote(2, THREE, TWO, LogPosition.ZERO));

        assertThat(server.takeSent()).containsExactly(new RequestVoteReply(2, TWO, THREE, false));
    }

    @Test
    @DisplayName("is as if it had never voted if it crashes before its vote is on the disk")
    void forgetsWhatItNeverSaid() {
        TestServer server = Setup.cluster(3).server(2);
        server.receives(new RequestVote(2, ONE, TWO, LogPosition.ZERO));

        server.restarts(1);
        server.receives(new RequestVote(2, THREE, TWO, LogPosition.ZERO));
        server.persists();

        assertThat(server.takeSent()).containsExactly(new RequestVoteReply(2, TWO, THREE, true));
    }

    @Test
    @DisplayName("begins with commit index zero and hands out all that is committed again")
    void appliesAgain() {
        TestServer server = Setup.cluster(3).log(1, 1).server(2);
        server.receives(append(1, at(2, 1), 2, run(3, 1, "x")));
        server.persists();

        server.restarts(1);
        long afterRestart = server.core().commitIndex();
        server.receives(append(1, at(3, 1), 3));

        assertThat(afterRestart).isZero();
        assertThat(server.handedOut()).isEqualTo(3);
    }

    @Test
    @DisplayName("that has a snapshot begins with what the snapshot stands for as committed")
    void beginsAfterTheSnapshot() {
        TestServer server = Setup.cluster(3).base(5, 1).log(1).server(2);

        assertThat(server.core().commitIndex()).isEqualTo(5);
        assertThat(server.core().lastIndex()).isEqualTo(6);
    }
}
