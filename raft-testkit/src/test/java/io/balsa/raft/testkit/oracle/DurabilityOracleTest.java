package io.balsa.raft.testkit.oracle;

import static io.balsa.raft.testkit.oracle.Stage.N1;
import static io.balsa.raft.testkit.oracle.Stage.N2;
import static io.balsa.raft.testkit.oracle.Stage.N3;
import static io.balsa.raft.testkit.oracle.Stage.assertViolates;
import static io.balsa.raft.testkit.oracle.Stage.entries;
import static io.balsa.raft.testkit.oracle.Stage.entry;
import static io.balsa.raft.testkit.oracle.Stage.noOp;
import static io.balsa.raft.testkit.oracle.Stage.state;
import static org.assertj.core.api.Assertions.assertThatCode;

import io.balsa.raft.message.AppendEntriesAccepted;
import io.balsa.raft.message.AppendEntriesRejected;
import io.balsa.raft.message.HeartbeatReply;
import io.balsa.raft.message.PreVote;
import io.balsa.raft.message.PreVoteReply;
import io.balsa.raft.message.RequestVote;
import io.balsa.raft.message.RequestVoteReply;
import io.balsa.raft.storage.HardState;
import io.balsa.raft.storage.LogPosition;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;

@DisplayName("The oracle objects, of durability, to")
class DurabilityOracleTest {

    private final Stage stage = Stage.of(3, 0);

    /** Server 1 leads term 2; its no-op is on its disk. */
    @BeforeEach
    void elect() {
        stage.elect(N1, 2, N1, N2);
    }

    @Nested
    @DisplayName("D1:")
    class Terms {

        @Test
        @DisplayName("a term that goes back")
        void termGoesBack() {
            assertViolates("D1", () -> stage.step(N2).term(1).unsynced());
        }

        @Test
        @DisplayName("a term that is to be written and is below the one before")
        void termIsWrittenBack() {
            assertViolates("D1", () -> stage.step(N2).votes(1, N3).term(2).unsynced());
        }

        @Test
        @DisplayName("a commit index that goes back")
        void commitGoesBack() {
            stage.replicate(noOp(1, 2), N2);
            stage.step(N1).commits(1).unsynced();

            assertViolates("D1", () -> stage.step(N1).commits(0).unsynced());
        }

        @Test
        @DisplayName("a term that is forgotten by a restart")
        void termIsForgotten() {
            assertViolates("D1", () -> stage.restarts(N2, HardState.INITIAL));
        }
    }

    @Nested
    @DisplayName("D2:")
    class Votes {

        @Test
        @DisplayName("a second vote in a term")
        void votesTwice() {
            assertViolates("D2", () -> stage.step(N2).votes(2, N3).unsynced());
        }

        @Test
        @DisplayName("a vote that is forgotten by a restart")
        void forgetsItsVote() {
            assertViolates("D2", () -> stage.restarts(N2, new HardState(2, Optional.empty())));
        }
    }

    @Nested
    @DisplayName("D3:")
    class Promised {

        private static final LogPosition END = new LogPosition(1, 2);

        @Test
        @DisplayName("a granted vote that is not on the disk")
        void vote() {
            stage.step(N3).votes(2, N1).unsynced();

            assertViolates("D3", () -> stage.oracle.onSent(new RequestVoteReply(2, N3, N1, true)));
        }

        @Test
        @DisplayName("a granted vote, where the disk has one for another")
        void otherVote() {
            assertViolates("D3", () -> stage.oracle.onSent(new RequestVoteReply(2, N2, N3, true)));
        }

        @Test
        @DisplayName("a request for votes before the own vote is on the disk")
        void request() {
            stage.step(N3).votes(3, N3).unsynced();

            assertViolates("D3", () -> stage.oracle.onSent(new RequestVote(3, N3, N1, END)));
        }

        @Test
        @DisplayName("any answer that is to be counted on, in a term that is not on the disk")
        void term() {
            stage.step(N3).votes(2, N1).unsynced();

            assertViolates("D3", () -> stage.oracle.onSent(new RequestVoteReply(2, N3, N2, false)));
            assertViolates("D3", () -> stage.oracle.onSent(new AppendEntriesRejected(2, N3, N1, 1, LogPosition.ZERO)));
            assertViolates("D3", () -> stage.oracle.onSent(new AppendEntriesAccepted(2, N3, N1, 0)));
        }

        @Test
        @DisplayName("an acknowledgement of entries that are not on the disk")
        void entriesAreMissing() {
            stage.step(N2).appends(noOp(1, 2)).unsynced();

            assertViolates("D3", () -> stage.oracle.onSent(new AppendEntriesAccepted(2, N2, N1, 1)));
        }

        @Test
        @DisplayName("an acknowledgement of other entries than the leader's")
        void entriesAreOthers() {
            stage.step(N2).appends(entry(1, 1, "old")).synced();

            assertViolates("D3", () -> stage.oracle.onSent(new AppendEntriesAccepted(2, N2, N1, 1)));
        }

        @Test
        @DisplayName("a core that counts on its disk before the disk has it")
        void ownDisk() {
            stage.step(N1).appends(entry(2, 2, "x")).unsynced();

            assertViolates("D3", () -> stage.step(N1).believesDurable(2).unsynced());
        }

        @Test
        @DisplayName("a core that takes entries that were replaced for those that are on the disk")
        void replacedOnDisk() {
            stage.step(N2).appends(entry(1, 1, "old")).synced();
            stage.step(N2).appends(noOp(1, 2)).unsynced();

            assertViolates("D3", () -> stage.step(N2).believesDurable(1).unsynced());
        }

        @Test
        @DisplayName("nothing that is said when it is on the disk, nor what promises nothing")
        void allowed() {
            stage.replicate(noOp(1, 2), N2);
            stage.step(N3).votes(7, N3).unsynced();

            assertThatCode(() -> {
                        stage.oracle.onSent(new RequestVote(2, N1, N2, LogPosition.ZERO));
                        stage.oracle.onSent(new RequestVoteReply(2, N2, N1, true));
                        stage.oracle.onSent(new AppendEntriesAccepted(2, N2, N1, 1));
                        stage.oracle.onSent(new HeartbeatReply(7, N3, N1, 1));
                        stage.oracle.onSent(new PreVote(7, N3, N1, END));
                        stage.oracle.onSent(new PreVoteReply(7, N3, N1, 7, true));
                    })
                    .doesNotThrowAnyException();
        }
    }

    @Nested
    @DisplayName("D4:")
    class Acknowledged {

        @Test
        @DisplayName("acknowledged entries that are lost by a restart")
        void areLost() {
            stage.replicate(noOp(1, 2), N2);
            stage.oracle.onSent(new AppendEntriesAccepted(2, N2, N1, 1));

            assertViolates("D4", () -> stage.restarts(N2, state(2, N1)));
        }

        @Test
        @DisplayName("no such entries that a later leader has replaced")
        void areReplaced() {
            stage.replicate(noOp(1, 2), N2);
            stage.oracle.onSent(new AppendEntriesAccepted(2, N2, N1, 1));
            stage.step(N2).votes(3, N3).appends(entry(1, 3, "later")).unsynced();

            assertThatCode(() -> {
                        stage.restarts(N2, state(3, N3), entry(1, 3, "later"));
                        stage.restarts(N2, state(3, N3), entry(1, 3, "later"));
                    })
                    .doesNotThrowAnyException();
        }
    }

    @Nested
    @DisplayName("D5 and D6:")
    class Order {

        @Test
        @DisplayName("committed entries that are replaced")
        void replacesCommitted() {
            stage.replicate(noOp(1, 2), N2);
            stage.step(N1).commits(1).unsynced();
            stage.step(N2).commits(1).unsynced();

            assertViolates(
                    "D5", () -> stage.step(N2).term(3).appends(entry(1, 3, "y")).unsynced());
        }

        @Test
        @DisplayName("a gap in a log")
        void gap() {
            assertViolates("D6", () -> stage.step(N2).appends(entry(2, 2, "x")).unsynced());
        }

        @Test
        @DisplayName("an entry of a lower term than the one before it")
        void termsGoBack() {
            stage.step(N2).appends(noOp(1, 2)).unsynced();

            assertViolates("D6", () -> stage.step(N2).appends(entry(2, 1, "x")).unsynced());
        }

        @Test
        @DisplayName("an entry of a term that the server has not seen")
        void termToCome() {
            assertViolates("D6", () -> stage.step(N2).appends(noOp(1, 3)).unsynced());
        }

        @Test
        @DisplayName("a commit index past the end of the log")
        void commitsPastTheEnd() {
            assertViolates("D6", () -> stage.step(N2).commits(1).unsynced());
        }

        @Test
        @DisplayName("a log that ends elsewhere than what was written")
        void endsElsewhere() {
            assertViolates("D6", () -> stage.step(N2).endsAt(1).unsynced());
        }
    }

    @Nested
    @DisplayName("D7:")
    class Found {

        @BeforeEach
        void write() {
            stage.step(N1).appends(entries(2, 3, 2)).synced();
            stage.step(N1).appends(entries(4, 5, 2), entry(6, 2, "x")).unsynced();
        }

        @Test
        @DisplayName("nothing that was synced, or that and the beginning of what was written after it")
        void allowed() {
            assertThatCode(() -> {
                        stage.restarts(N1, state(2, N1), noOp(1, 2), entries(2, 3, 2), entries(4, 5, 2));
                        stage.restarts(N1, state(2, N1), noOp(1, 2), entries(2, 5, 2));
                    })
                    .doesNotThrowAnyException();
        }

        @Test
        @DisplayName("synced entries that are gone, though nobody was told of them")
        void syncedIsGone() {
            assertViolates("D7", () -> stage.restarts(N1, state(2, N1), noOp(1, 2), entry(2, 2, "c2")));
        }

        @Test
        @DisplayName("entries that were found once and are gone at the next start")
        void foundIsGone() {
            stage.restarts(N1, state(2, N1), noOp(1, 2), entries(2, 5, 2));

            assertViolates("D7", () -> stage.restarts(N1, state(2, N1), noOp(1, 2), entries(2, 3, 2)));
        }

        @Test
        @DisplayName("part of what is written at once")
        void half() {
            assertViolates("D7", () -> stage.restarts(N1, state(2, N1), noOp(1, 2), entries(2, 4, 2)));
        }

        @Test
        @DisplayName("entries that were never written")
        void neverWritten() {
            assertViolates("D7", () -> stage.restarts(N1, state(2, N1), noOp(1, 2), entries(2, 7, 2)));
        }

        @Test
        @DisplayName("a term that was never written")
        void stateNeverWritten() {
            assertViolates("D7", () -> stage.restarts(N1, state(5, N1), noOp(1, 2), entries(2, 3, 2)));
        }
    }
}
