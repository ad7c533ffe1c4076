package io.balsa.raft.testkit.oracle;

import static io.balsa.raft.testkit.oracle.Stage.N1;
import static io.balsa.raft.testkit.oracle.Stage.N2;
import static io.balsa.raft.testkit.oracle.Stage.N3;
import static io.balsa.raft.testkit.oracle.Stage.assertViolates;
import static io.balsa.raft.testkit.oracle.Stage.change;
import static io.balsa.raft.testkit.oracle.Stage.entries;
import static io.balsa.raft.testkit.oracle.Stage.entry;
import static io.balsa.raft.testkit.oracle.Stage.noOp;
import static io.balsa.raft.testkit.oracle.Stage.snapshot;
import static io.balsa.raft.testkit.oracle.Stage.state;
import static io.balsa.raft.testkit.oracle.Stage.voters;
import static org.assertj.core.api.Assertions.assertThat;

import io.balsa.raft.cluster.NodeId;
import io.balsa.raft.core.Input;
import io.balsa.raft.message.AppendEntriesAccepted;
import io.balsa.raft.message.InstallSnapshot;
import io.balsa.raft.message.InstallSnapshotReply;
import io.balsa.raft.message.SnapshotBytes;
import io.balsa.raft.storage.HardState;
import io.balsa.raft.storage.SnapshotInfo;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;

@DisplayName("The oracle objects, of snapshots, to")
class SnapshotOracleTest {

    private static final byte[] RESULT = {1};

    private final Stage stage = Stage.of(3, 0);
    private final SnapshotInfo upTo2 = snapshot(2, 1, 0, stage.founding);
    private final SnapshotInfo upTo4 = snapshot(4, 1, 0, stage.founding);

    /** Server 1 leads term 1; a no-op and three commands are committed, on servers 1 and 2; 3 has voted and has nothing. */
    @BeforeEach
    void commit() {
        stage.elect(N1, 1, N1, N2, N3);
        stage.step(N1).appends(entries(2, 4, 1)).synced();
        stage.step(N2).appends(noOp(1, 1), entries(2, 4, 1)).synced();
        stage.step(N1).commits(4).unsynced();
        stage.step(N2).commits(4).unsynced();
    }

    private void applies(NodeId id, long from, long to) {
        for (long index = from; index <= to; index++) {
            stage.oracle.onApplied(id, entries(2, 4, 1), index, RESULT);
        }
    }

    /** Server 3 has got the snapshot, installed it, and is restored from it. */
    private void install(SnapshotInfo snapshot) {
        stage.receives(N3, snapshot);
        stage.step(N3).installs(snapshot).synced();
        stage.oracle.onRestored(N3, snapshot);
    }

    private static InstallSnapshot piece(SnapshotInfo snapshot) {
        return new InstallSnapshot(1, N1, N3, snapshot, 0, SnapshotBytes.NONE);
    }

    @Test
    @DisplayName("nothing that is right: taken, sent, installed, restored, gone on from, found again")
    void allowsWhatIsRight() {
        applies(N1, 2, 2);
        stage.snaps(N1, upTo2);
        stage.step(N1).drops(2).unsynced();
        stage.oracle.onSent(piece(upTo2));
        stage.oracle.onSent(new InstallSnapshotReply(1, N3, N1, upTo2.last(), 0));
        install(upTo2);
        stage.oracle.onSent(new AppendEntriesAccepted(1, N3, N1, 2));
        stage.replicate(entries(3, 4, 1), N3);
        stage.step(N3).commits(4).unsynced();
        applies(N3, 3, 4);
        stage.step(N1).appends(entry(5, 1, "x")).synced();
        stage.replicate(entry(5, 1, "x"), N3);
        stage.step(N1).commits(5).unsynced(); // on 1 and 3, which have no entry 1
        stage.restartsAfter(N3, upTo2, state(1, N1), entries(3, 4, 1), entry(5, 1, "x"));
        stage.oracle.onRestored(N3, upTo2);
        stage.restartsAfter(N1, upTo2, state(1, N1), entries(3, 4, 1), entry(5, 1, "x"));
        stage.oracle.fullCheck();

        assertThat(stage.oracle.committed()).isEqualTo(5);
    }

    @Nested
    @DisplayName("what is taken:")
    class Taken {

        @Test
        @DisplayName("S5: one that says to cover more, or less, than the state machine had applied")
        void wrongLabel() {
            applies(N1, 2, 3);

            assertViolates("S5", () -> stage.snaps(N1, upTo4));
            assertViolates("S5", () -> stage.snaps(N1, upTo2));
        }

        @Test
        @DisplayName(
                "nothing, where it was captured in time, and more was applied since, or what follows is no command")
        void allowsLate() {
            stage.step(N1).appends(noOp(5, 1)).synced();
            stage.replicate(noOp(5, 1), N2);
            stage.step(N1).commits(5).unsynced();
            applies(N1, 2, 2);
            stage.oracle.onCaptured(N1);
            applies(N1, 3, 4);
            stage.oracle.onSnapshotTaken(N1, upTo2);
            stage.snaps(N1, snapshot(5, 1, 0, stage.founding));
        }

        @Test
        @DisplayName("S5: one of a state machine that was not captured")
        void notCaptured() {
            applies(N1, 2, 2);

            assertViolates("S5", () -> stage.oracle.onSnapshotTaken(N1, upTo2));
        }

        @Test
        @DisplayName("S6: one of what is not committed")
        void uncommitted() {
            applies(N1, 2, 4);
            stage.step(N1).appends(entry(5, 1, "x")).synced();

            assertViolates("S6", () -> stage.snaps(N1, snapshot(5, 1, 0, stage.founding)));
            assertViolates("S6", () -> stage.snaps(N1, snapshot(4, 2, 0, stage.founding)));
        }

        @Test
        @DisplayName("M8: one with another membership than that as of its end, be it later or earlier")
        void wrongMembership() {
            stage.step(N1)
                    .appends(change(5, 1, voters(1, 2, 3, 4)), entry(6, 1, "x"))
                    .synced();
            stage.step(N2)
                    .appends(change(5, 1, voters(1, 2, 3, 4)), entry(6, 1, "x"))
                    .synced();
            stage.step(N3)
                    .appends(noOp(1, 1), entries(2, 4, 1), change(5, 1, voters(1, 2, 3, 4)), entry(6, 1, "x"))
                    .synced();
            stage.step(N1).commits(6).unsynced();
            applies(N1, 2, 4);

            assertViolates("M8", () -> stage.snaps(N1, snapshot(4, 1, 0, voters(1, 2, 3, 4))));
            stage.oracle.onApplied(N1, entry(6, 1, "x"), 6, RESULT);
            assertViolates("M8", () -> stage.snaps(N1, snapshot(6, 1, 0, stage.founding)));
            assertViolates("M8", () -> stage.snaps(N1, snapshot(6, 1, 4, voters(1, 2, 3, 4))));
            stage.snaps(N1, snapshot(6, 1, 5, voters(1, 2, 3, 4)));
        }
    }

    @Nested
    @DisplayName("what is installed:")
    class Installed {

        @Test
        @DisplayName("D3: one that is not on the disk, whether it is counted on, installed or sent")
        void notDurable() {
            assertViolates("D3", () -> stage.oracle.onStep(N3, new Input.SnapshotReceived(upTo2)));
            assertViolates("D3", () -> stage.step(N3).installs(upTo2).unsynced());
            assertViolates("D3", () -> stage.oracle.onSent(piece(upTo2)));
        }

        @Test
        @DisplayName("S6 and M8: one of what is not committed, or with another membership")
        void wrong() {
            assertViolates("S6", () -> stage.receives(N3, snapshot(5, 1, 0, stage.founding)));
            assertViolates("M8", () -> stage.receives(N3, snapshot(4, 1, 0, voters(1, 2))));
        }

        @Test
        @DisplayName("D5: one that is older than what is committed")
        void old() {
            stage.receives(N2, upTo2);

            assertViolates("D5", () -> stage.step(N2).installs(upTo2).unsynced());
        }

        @Test
        @DisplayName("S2: one that takes the place of a leader's log")
        void onLeader() {
            stage.restarts(N2, state(1, N1), noOp(1, 1), entries(2, 4, 1));
            stage.elect(N2, 2, N2, N3);
            stage.receives(N2, upTo4);

            assertViolates("S2", () -> stage.step(N2).installs(upTo4).unsynced());
        }

        @Test
        @DisplayName("D5: entries that take the place of what it stands for")
        void entriesBelow() {
            install(upTo4);

            assertViolates("D5", () -> stage.step(N3).appends(entry(4, 1, "y")).unsynced());
        }

        @Test
        @DisplayName("D6: entries that leave a gap after it")
        void gap() {
            install(upTo2);

            assertViolates("D6", () -> stage.step(N3).appends(entry(4, 1, "c4")).unsynced());
        }

        @Test
        @DisplayName("D3: an acknowledgement of entries after it that are not on the disk")
        void acknowledged() {
            stage.receives(N3, upTo2);
            stage.step(N3)
                    .installs(upTo2)
                    .appends(entries(3, 4, 1))
                    .believesDurable(2)
                    .unsynced();

            assertViolates("D3", () -> stage.oracle.onSent(new AppendEntriesAccepted(1, N3, N1, 4)));
        }

        @Test
        @DisplayName("D1: a state machine that goes back to one")
        void restoredBack() {
            applies(N1, 2, 3);
            stage.oracle.onCaptured(N1);
            stage.receives(N1, upTo2);

            assertViolates("D1", () -> stage.oracle.onRestored(N1, upTo2));
        }

        @Test
        @DisplayName("S5: a state machine that is restored from one that the server does not have")
        void restoredFromNothing() {
            assertViolates("S5", () -> stage.oracle.onRestored(N1, upTo4));
        }

        @Test
        @DisplayName("S5: a state machine that is not restored, and goes on after it")
        void notRestored() {
            stage.receives(N3, upTo2);
            stage.step(N3).installs(upTo2).appends(entries(3, 4, 1)).synced();
            stage.step(N3).commits(4).unsynced();

            assertViolates("S5", () -> applies(N3, 3, 3));
        }
    }

    @Nested
    @DisplayName("what is dropped:")
    class Dropped {

        @Test
        @DisplayName("D6: entries that no durable snapshot covers")
        void uncovered() {
            applies(N1, 2, 2);
            stage.snaps(N1, upTo2);

            assertViolates("D6", () -> stage.step(N1).drops(3).unsynced());
        }

        @Test
        @DisplayName("D1: a log that begins earlier than it did")
        void beginsEarlier() {
            applies(N1, 2, 2);
            stage.snaps(N1, upTo2);
            stage.step(N1).drops(2).unsynced();

            assertViolates("D1", () -> stage.step(N1).begins(1).unsynced());
        }
    }

    @Nested
    @DisplayName("what is found after a restart:")
    class Found {

        @Test
        @DisplayName("D1: an older snapshot than there was, or none; unless damage has cost it")
        void isLost() {
            applies(N1, 2, 4);
            stage.snaps(N1, upTo4);

            assertViolates("D1", () -> stage.restarts(N1, state(1, N1), noOp(1, 1), entries(2, 4, 1)));
            stage.oracle.onDamaged(N1);
            stage.restarts(N1, state(1, N1), noOp(1, 1), entries(2, 4, 1));
        }

        @Test
        @DisplayName("nothing, where a snapshot was made durable, and the process ended before anybody heard of it")
        void unheardOf() {
            applies(N1, 2, 4);
            stage.restartsWith(N1, upTo4, state(1, N1), noOp(1, 1), entries(2, 4, 1));
            stage.oracle.onRestored(N1, upTo4);
            stage.oracle.fullCheck();
        }

        @Test
        @DisplayName("S6 and M8: a snapshot of what is not committed, or with another membership")
        void isWrong() {
            assertViolates("S6", () -> stage.restartsAfter(N3, snapshot(5, 1, 0, stage.founding), state(1, N1)));
            assertViolates("M8", () -> stage.restartsAfter(N3, snapshot(4, 1, 0, voters(2, 3)), state(1, N1)));
        }

        @Test
        @DisplayName("nothing, where the log was dropped for a snapshot that it did not reach")
        void logIsShort() {
            stage.step(N3).appends(noOp(1, 1)).synced();
            stage.oracle.onSnapshotReceived(N3, upTo4);
            stage.restartsAfter(N3, upTo4, state(1, N1));
            stage.oracle.onRestored(N3, upTo4);
            stage.oracle.fullCheck();
        }

        @Test
        @DisplayName("nothing, where the log was dropped for a snapshot that it contradicted")
        void logContradicts() {
            Stage other = Stage.of(3, 0);
            other.elect(N3, 1, N3, N2);
            other.step(N3).appends(entries(2, 4, 1)).synced();
            other.elect(N1, 2, N1, N2);
            other.replicate(noOp(1, 2), N2);
            other.step(N1).commits(1).unsynced();
            SnapshotInfo upTo1 = snapshot(1, 2, 0, other.founding);
            other.oracle.onSnapshotReceived(N3, upTo1);
            other.step(N3).unsynced(); // its core has not heard of it yet, and may go on as before
            other.restartsAfter(N3, upTo1, new HardState(2, Optional.empty()));
            other.oracle.fullCheck();
        }

        @Test
        @DisplayName("D7: a log that was dropped for a snapshot though it has what that covers")
        void droppedInVain() {
            applies(N2, 2, 2);
            stage.snaps(N2, upTo2);

            assertViolates("D7", () -> stage.restartsAfter(N2, upTo2, state(1, N1)));
        }

        @Test
        @DisplayName("D7: a log that begins after entries that nobody had let go of")
        void beginsLate() {
            applies(N2, 2, 2);
            stage.snaps(N2, upTo2);

            assertViolates("D7", () -> stage.restartsAfter(N2, upTo2, state(1, N1), entries(3, 4, 1)));
        }

        @Test
        @DisplayName("D4: entries after a snapshot that were acknowledged and are gone")
        void acknowledgedIsGone() {
            install(upTo2);
            stage.replicate(entries(3, 4, 1), N3);
            stage.oracle.onSent(new AppendEntriesAccepted(1, N3, N1, 4));

            assertViolates("D4", () -> stage.restartsAfter(N3, upTo2, state(1, N1)));
        }
    }
}
