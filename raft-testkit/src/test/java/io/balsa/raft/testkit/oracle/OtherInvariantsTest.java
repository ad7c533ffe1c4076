package io.balsa.raft.testkit.oracle;

import static io.balsa.raft.testkit.oracle.Stage.N1;
import static io.balsa.raft.testkit.oracle.Stage.N2;
import static io.balsa.raft.testkit.oracle.Stage.N3;
import static io.balsa.raft.testkit.oracle.Stage.N4;
import static io.balsa.raft.testkit.oracle.Stage.assertViolates;
import static io.balsa.raft.testkit.oracle.Stage.entries;
import static io.balsa.raft.testkit.oracle.Stage.entry;
import static io.balsa.raft.testkit.oracle.Stage.noOp;
import static org.assertj.core.api.Assertions.assertThatCode;

import io.balsa.raft.RaftConfig;
import io.balsa.raft.cluster.NodeId;
import io.balsa.raft.cluster.RaftRole;
import io.balsa.raft.core.Input;
import io.balsa.raft.core.Notice;
import io.balsa.raft.message.AppendEntries;
import io.balsa.raft.message.AppendEntriesAccepted;
import io.balsa.raft.message.AppendEntriesRejected;
import io.balsa.raft.message.HeartbeatReply;
import io.balsa.raft.message.PreVote;
import io.balsa.raft.message.ReadReply;
import io.balsa.raft.storage.EntryRun;
import io.balsa.raft.storage.LogPosition;
import java.util.List;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;

@DisplayName("The oracle objects, of reads, learners, bounds and lives, to")
class OtherInvariantsTest {

    @Nested
    @DisplayName("R2:")
    class Reads {

        private final Stage stage = Stage.of(3, 0);

        private void committed(long index) {
            stage.elect(N1, 1, N1, N2);
            stage.replicate(noOp(1, 1), N2);
            stage.step(N1).appends(entries(2, index, 1)).synced();
            stage.replicate(entries(2, index, 1), N2);
            stage.step(N1).commits(index).unsynced();
        }

        @Test
        @DisplayName("no read at what was committed when it was asked, by a leader or by a follower")
        void allowed() {
            committed(3);
            stage.oracle.onStep(N1, new Input.ReadRequested(1));
            stage.oracle.onStep(N2, new Input.ReadRequested(1));

            assertThatCode(() -> {
                        stage.step(N1).notes(new Notice.ReadReady(1, 3)).unsynced();
                        stage.step(N1).says(new ReadReply(1, N1, N2, 77, 3)).unsynced();
                        stage.step(N2).notes(new Notice.ReadReady(1, 3)).unsynced();
                    })
                    .doesNotThrowAnyException();
        }

        @Test
        @DisplayName("a read index below what was committed when the read was asked")
        void tooEarly() {
            committed(3);
            stage.oracle.onStep(N2, new Input.ReadRequested(1));

            assertViolates(
                    "R2", () -> stage.step(N2).notes(new Notice.ReadReady(1, 2)).unsynced());
        }

        @Test
        @DisplayName("an answer to what was not asked, or was answered before")
        void unasked() {
            committed(3);
            stage.oracle.onStep(N1, new Input.ReadRequested(1));
            stage.step(N1).notes(new Notice.ReadReady(1, 3)).unsynced();

            assertViolates(
                    "R2", () -> stage.step(N1).notes(new Notice.ReadReady(1, 3)).unsynced());
        }

        @Test
        @DisplayName("a leader that answers before it has committed an entry of its term")
        void beforeOwnCommit() {
            committed(3);
            stage.step(N2).commits(3).unsynced();
            stage.elect(N2, 2, N2, N3);
            stage.oracle.onStep(N2, new Input.ReadRequested(1));

            assertViolates(
                    "R2", () -> stage.step(N2).notes(new Notice.ReadReady(1, 3)).unsynced());
            assertViolates(
                    "R2",
                    () -> stage.step(N2).says(new ReadReply(2, N2, N3, 77, 3)).unsynced());
        }

        @Test
        @DisplayName("a leader that promises more to a follower than it knows to be committed")
        void tooMuch() {
            committed(3);

            assertViolates(
                    "R2",
                    () -> stage.step(N1).says(new ReadReply(1, N1, N2, 77, 4)).unsynced());
        }
    }

    @Nested
    @DisplayName("M5:")
    class Learners {

        private final Stage stage = Stage.of(3, 1); // 4 is a learner

        @Test
        @DisplayName("a learner that campaigns")
        void campaigns() {
            assertViolates(
                    "M5", () -> stage.step(N4).role(RaftRole.PRE_CANDIDATE).unsynced());
        }

        @Test
        @DisplayName("a learner that asks for votes")
        void asks() {
            stage.step(N4).role(RaftRole.LEARNER).unsynced();

            assertViolates("M5", () -> stage.oracle.onSent(new PreVote(1, N4, N1, LogPosition.ZERO)));
        }

        @Test
        @DisplayName("a learner's vote that makes a leader")
        void votes() {
            stage.step(N4).votes(1, N1).role(RaftRole.LEARNER).synced();

            assertViolates("M5", () -> stage.elect(N1, 1, N1));
        }

        @Test
        @DisplayName("a learner's disk that makes a commitment")
        void counts() {
            stage.elect(N1, 1, N1, N2);
            stage.step(N4).term(1).role(RaftRole.LEARNER).appends(noOp(1, 1)).synced();

            assertViolates("M5", () -> stage.step(N1).commits(1).unsynced());
        }

        @Test
        @DisplayName("no learner that learns")
        void allowed() {
            stage.elect(N1, 1, N1, N2);
            stage.replicate(noOp(1, 1), N2);
            stage.step(N1).commits(1).unsynced();

            assertThatCode(() -> {
                        stage.step(N4)
                                .term(1)
                                .role(RaftRole.LEARNER)
                                .appends(noOp(1, 1))
                                .synced();
                        stage.step(N4).commits(1).unsynced();
                        stage.oracle.fullCheck();
                    })
                    .doesNotThrowAnyException();
        }
    }

    @Nested
    @DisplayName("A1:")
    class Lives {

        private final Stage stage = Stage.of(3, 0);

        @Test
        @DisplayName("anything that a dead server does")
        void deadIsDead() {
            stage.elect(N1, 1, N1, N2);
            stage.oracle.onCrash(N1);

            assertViolates("A1", () -> stage.oracle.onSent(new HeartbeatReply(1, N1, N2, 1)));
            assertViolates("A1", () -> stage.oracle.onApplied(N1, noOp(1, 1), 1, new byte[0]));
            assertViolates("A1", () -> stage.oracle.onDurable(N1, 9));
            assertViolates("A1", () -> stage.oracle.onStep(N1, new Input.TimePassed(1)));
            assertViolates("A1", () -> stage.step(N1).unsynced());
        }

        @Test
        @DisplayName("a server that was never started")
        void unborn() {
            assertViolates("A1", () -> stage.oracle.onSent(new HeartbeatReply(1, NodeId.of(9), N2, 1)));
        }
    }

    @Nested
    @DisplayName("A3:")
    class Bounds {

        private final Stage stage = Stage.of(
                3,
                0,
                RaftConfig.builder()
                        .maxInflightMessages(2)
                        .maxBatchBytes(1024)
                        .maxInflightBytes(2048)
                        .maxCommandBytes(1024)
                        .maxPendingBytes(1100)
                        .build());
        private long last = 1;

        private AppendEntries next(EntryRun... runs) {
            LogPosition previous = new LogPosition(last, 1);
            last = runs[runs.length - 1].lastIndex();
            return new AppendEntries(1, N1, N2, previous, List.of(runs), 0);
        }

        private EntryRun large(long index, int bytes) {
            return entry(index, 1, "x".repeat(bytes));
        }

        private void hears(AppendEntriesAccepted reply) {
            stage.oracle.onStep(N1, new Input.Received(reply));
        }

        @Test
        @DisplayName("more messages on their way to a follower than may be")
        void messages() {
            stage.elect(N1, 1, N1, N2);
            stage.step(N1)
                    .says(next(entry(2, 1, "a")))
                    .says(next(entry(3, 1, "b")))
                    .unsynced();

            assertViolates(
                    "A3", () -> stage.step(N1).says(next(entry(4, 1, "c"))).unsynced());
        }

        @Test
        @DisplayName("more bytes on their way to a follower than may be")
        void bytes() {
            stage.elect(N1, 1, N1, N2);
            stage.step(N1).says(next(large(2, 2048))).unsynced();

            assertViolates(
                    "A3", () -> stage.step(N1).says(next(entry(3, 1, "b"))).unsynced());
        }

        @Test
        @DisplayName("more runs in one message than fit")
        void batch() {
            stage.elect(N1, 1, N1, N2);

            assertViolates(
                    "A3",
                    () -> stage.step(N1)
                            .says(next(large(2, 600), large(3, 600)))
                            .unsynced());
        }

        @Test
        @DisplayName("more bytes that wait to be committed than may be")
        void uncommitted() {
            stage.elect(N1, 1, N1, N2);
            stage.step(N1).appends(large(2, 1090)).unsynced();

            assertViolates("A3", () -> stage.step(N1).appends(entry(3, 1, "x")).unsynced());
        }

        @Test
        @DisplayName("nothing that was acknowledged, refused, sent again or committed before")
        void allowed() {
            stage.elect(N1, 1, N1, N2);

            assertThatCode(() -> {
                        stage.step(N1)
                                .says(next(entry(2, 1, "a")))
                                .says(next(entry(3, 1, "b")))
                                .unsynced();
                        hears(new AppendEntriesAccepted(1, N2, N1, 2));
                        stage.step(N1).says(next(entry(4, 1, "c"))).unsynced();
                        last = 2;
                        stage.step(N1)
                                .says(next(entry(3, 1, "b")))
                                .says(next(entry(4, 1, "c")))
                                .unsynced();
                        stage.oracle.onStep(
                                N1, new Input.Received(new AppendEntriesRejected(1, N2, N1, 2, LogPosition.ZERO)));
                        last = 1;
                        stage.step(N1).says(next(large(2, 2048))).unsynced();
                        stage.oracle.onStep(N1, new Input.Unreachable(N2));
                        stage.step(N1).says(next(large(3, 1024))).unsynced();
                        stage.replicate(noOp(1, 1), N2);
                        stage.step(N1).appends(large(2, 1090)).synced();
                        stage.replicate(large(2, 1090), N2);
                        stage.step(N1).commits(2).unsynced();
                        stage.step(N1).appends(large(3, 1090)).synced();
                    })
                    .doesNotThrowAnyException();
        }
    }
}
