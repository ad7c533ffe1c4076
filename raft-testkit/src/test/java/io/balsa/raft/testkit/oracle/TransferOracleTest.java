package io.balsa.raft.testkit.oracle;

import static io.balsa.raft.testkit.oracle.Stage.N1;
import static io.balsa.raft.testkit.oracle.Stage.N2;
import static io.balsa.raft.testkit.oracle.Stage.N3;
import static io.balsa.raft.testkit.oracle.Stage.N4;
import static io.balsa.raft.testkit.oracle.Stage.assertViolates;
import static io.balsa.raft.testkit.oracle.Stage.entry;
import static io.balsa.raft.testkit.oracle.Stage.noOp;
import static org.assertj.core.api.Assertions.assertThat;

import io.balsa.raft.cluster.ChangeRefusal;
import io.balsa.raft.cluster.NodeId;
import io.balsa.raft.cluster.RaftRole;
import io.balsa.raft.core.Input;
import io.balsa.raft.core.Notice;
import io.balsa.raft.message.RequestVote;
import io.balsa.raft.message.TimeoutNow;
import io.balsa.raft.storage.LogPosition;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;

@DisplayName("The oracle objects, of transfers and leases, to")
class TransferOracleTest {

    private static final LogPosition END = new LogPosition(2, 1);
    private static final byte[] RESULT = {1};

    private final Stage stage = Stage.of(3, 1);

    /** Server 1 leads term 1, and entries 1 and 2 are on the disks of 1, 2 and 4, which is a learner, and committed. */
    @BeforeEach
    void commit() {
        stage.elect(N1, 1, N1, N2);
        stage.step(N1).appends(entry(2, 1, "x")).synced();
        stage.step(N2).appends(noOp(1, 1), entry(2, 1, "x")).synced();
        stage.step(N4)
                .term(1)
                .role(RaftRole.LEARNER)
                .appends(noOp(1, 1), entry(2, 1, "x"))
                .synced();
        stage.step(N1).commits(2).unsynced();
    }

    private void isToHandOver() {
        stage.oracle.onStep(N1, new Input.TransferRequested(7, Optional.of(N2)));
        stage.step(N1).unsynced();
    }

    private void asks(NodeId target) {
        TimeoutNow request = new TimeoutNow(1, N1, target);
        stage.step(N1).says(request).unsynced();
        stage.oracle.onSent(request);
    }

    @Nested
    @DisplayName("transfers:")
    class Transfers {

        @Test
        @DisplayName("nothing that is right: to one that has everything, which asks for votes at once and leads")
        void allowed() {
            isToHandOver();
            asks(N2);
            stage.step(N2).votes(2, N2).role(RaftRole.CANDIDATE).synced();
            stage.oracle.onSent(new RequestVote(2, N2, N3, END, true));
            stage.step(N3).votes(2, N2).role(RaftRole.FOLLOWER).synced();
            stage.step(N2).leads().appends(noOp(3, 2)).unsynced();

            assertThat(stage.oracle.leaders()).isEqualTo(2);
        }

        @Test
        @DisplayName("L2: a leader that goes on taking commands")
        void takesCommands() {
            isToHandOver();

            assertViolates("L2", () -> stage.step(N1).appends(entry(3, 1, "y")).unsynced());
        }

        @Test
        @DisplayName("nothing, where it takes commands in the breath in which it gives up, and after it")
        void allowsCommandsAfterwards() {
            isToHandOver();
            stage.step(N1)
                    .notes(new Notice.ChangeRefused(7, ChangeRefusal.TRANSFER_TIMED_OUT))
                    .appends(entry(3, 1, "y"))
                    .unsynced();
            stage.step(N1).appends(entry(4, 1, "z")).unsynced();
        }

        @Test
        @DisplayName("L4: one that is asked to lead, but lacks something, or has no vote")
        void unfit() {
            assertViolates("L4", () -> asks(N3));
            assertViolates("L4", () -> asks(N4));
            stage.step(N1).appends(entry(3, 1, "y")).unsynced();
            assertViolates("L4", () -> asks(N2));
        }

        @Test
        @DisplayName("L4: one that claims to be asked to lead")
        void falseClaim() {
            asks(N2);
            stage.step(N3).votes(2, N3).role(RaftRole.CANDIDATE).synced();

            assertViolates("L4", () -> stage.oracle.onSent(new RequestVote(2, N3, N1, LogPosition.ZERO, true)));
            stage.oracle.onSent(new RequestVote(2, N3, N1, LogPosition.ZERO, false));
        }

        @Test
        @DisplayName("S1: who asks another to lead, and does not lead")
        void doesNotLead() {
            assertViolates("S1", () -> stage.oracle.onSent(new TimeoutNow(1, N2, N1)));
        }
    }

    @Nested
    @DisplayName("R3:")
    class Leases {

        private void isLeased(long read, long index) {
            stage.oracle.onStep(N1, new Input.ReadRequested(read, true));
            stage.step(N1).notes(new Notice.LeaseReady(read, index, 99)).unsynced();
        }

        /** Server 2 leads term 2, and has committed something, with server 3. */
        private void anotherCommits() {
            stage.step(N2).commits(2).unsynced();
            stage.elect(N2, 2, N2, N3);
            stage.step(N3).appends(noOp(1, 1), entry(2, 1, "x"), noOp(3, 2)).synced();
            stage.step(N2).commits(3).unsynced();
        }

        @Test
        @DisplayName("no read by a lease that is right")
        void allowed() {
            isLeased(1, 2);
            stage.oracle.onApplied(N1, entry(2, 1, "x"), 2, RESULT);
            stage.oracle.onLeaseRead(N1, 2);
        }

        @Test
        @DisplayName("a read at less than was committed when it was asked for")
        void tooEarly() {
            assertViolates("R3", () -> isLeased(1, 1));
        }

        @Test
        @DisplayName("a lease in a term after which something is committed")
        void laterLeader() {
            anotherCommits();
            stage.oracle.onStep(N1, new Input.ReadRequested(1, true));

            assertViolates(
                    "R3",
                    () -> stage.step(N1).notes(new Notice.LeaseReady(1, 3, 99)).unsynced());
        }

        @Test
        @DisplayName(
                "a read that is served when something is committed in a later term; unless the clocks are to blame")
        void servedLate() {
            stage.oracle.onApplied(N1, entry(2, 1, "x"), 2, RESULT);
            isLeased(1, 2);
            anotherCommits();

            assertViolates("R3", () -> stage.oracle.onLeaseRead(N1, 2));
            stage.oracle.expectUnsafeClocks();
            stage.oracle.onLeaseRead(N1, 2);
        }

        @Test
        @DisplayName("nothing, where the leader knows that it leads no more, or has handed over, since it was asked")
        void allowsWhatWasAskedBefore() {
            stage.oracle.onApplied(N1, entry(2, 1, "x"), 2, RESULT);
            isLeased(1, 2);
            asks(N2);
            anotherCommits();
            stage.oracle.onLeaseRead(N1, 2);
            stage.step(N1).term(2).role(RaftRole.FOLLOWER).unsynced();
            stage.oracle.onLeaseRead(N1, 2);
        }

        @Test
        @DisplayName("a lease after the leader has asked another to lead, for the rest of the term")
        void handedOver() {
            asks(N2);

            assertViolates("R3", () -> isLeased(1, 2));
        }

        @Test
        @DisplayName("a read that is served where less is applied")
        void notApplied() {
            isLeased(1, 2);

            assertViolates("R3", () -> stage.oracle.onLeaseRead(N1, 2));
        }

        @Test
        @DisplayName("a read by a lease that never was")
        void noLease() {
            assertViolates("R3", () -> stage.oracle.onLeaseRead(N1, 2));
        }
    }
}
