package io.balsa.raft.thesis;

import static io.balsa.raft.core.Setup.at;
import static io.balsa.raft.core.Setup.run;
import static io.balsa.raft.thesis.Operator.member;
import static io.balsa.raft.thesis.Operator.voters;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.balsa.raft.cluster.Membership;
import io.balsa.raft.cluster.NodeId;
import io.balsa.raft.cluster.RaftRole;
import io.balsa.raft.core.SafetyViolation;
import io.balsa.raft.core.Setup;
import io.balsa.raft.core.TestServer;
import io.balsa.raft.message.AppendEntries;
import io.balsa.raft.message.AppendEntriesAccepted;
import io.balsa.raft.message.AppendEntriesRejected;
import io.balsa.raft.message.InstallSnapshot;
import io.balsa.raft.message.InstallSnapshotReply;
import io.balsa.raft.message.RequestVoteReply;
import io.balsa.raft.message.SnapshotBytes;
import io.balsa.raft.message.TimeoutNow;
import io.balsa.raft.storage.EntryKind;
import io.balsa.raft.storage.EntryRun;
import io.balsa.raft.storage.LogPosition;
import io.balsa.raft.storage.SnapshotInfo;
import java.nio.ByteBuffer;
import java.util.List;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/** Figure 5.3, at the server that receives a snapshot. */
@DisplayName("Figure 5.3: a server that receives InstallSnapshot")
class Section5_InstallSnapshotTest {

    private static final NodeId ONE = NodeId.of(1);
    private static final NodeId TWO = NodeId.of(2);
    private static final Membership LATER = Membership.ofVoters(List.of(member(1), member(2), member(3), member(4)));

    /** Stands for everything up to 5/2, and is six bytes long. */
    private static final SnapshotInfo SNAPSHOT = new SnapshotInfo(at(5, 2), 3, LATER, 6, 0);

    private static TestServer server(long... terms) {
        return Setup.cluster(3).log(terms).currentTerm(2).server(2);
    }

    private static void receives(TestServer server, SnapshotInfo snapshot, int offset, int length) {
        SnapshotBytes data = SnapshotBytes.of(ByteBuffer.allocate(length));
        server.receives(new InstallSnapshot(2, ONE, TWO, snapshot, offset, data));
        server.storesPieces();
    }

    private static InstallSnapshotReply has(long bytes) {
        return new InstallSnapshotReply(2, TWO, ONE, SNAPSHOT.last(), bytes);
    }

    private static EntryRun entry(long index, Membership membership) {
        return EntryRun.of(index, 2, EntryKind.MEMBERSHIP, List.of(membership.encode()));
    }

    @Test
    @DisplayName("stores the pieces, and says how much it has")
    void storesPieces() {
        TestServer server = server();

        receives(server, SNAPSHOT, 0, 0);
        receives(server, SNAPSHOT, 0, 4);
        receives(server, SNAPSHOT, 1, 4);

        assertThat(server.takeSent()).containsExactly(has(0), has(4), has(4));
        assertThat(server.core().lastIndex()).isZero();
    }

    @Test
    @DisplayName("stores one piece at a time, and lets the others be sent again")
    void storesOnePieceAtATime() {
        TestServer server = server();
        SnapshotBytes data = SnapshotBytes.of(ByteBuffer.allocate(2));
        server.receives(new InstallSnapshot(2, ONE, TWO, SNAPSHOT, 0, data));
        server.receives(new InstallSnapshot(2, ONE, TWO, SNAPSHOT, 2, data));

        server.storesPieces();

        assertThat(server.takeSent()).containsExactly(has(2));
    }

    @Test
    @DisplayName("acknowledges all that the snapshot stands for when the installation is durable, and not before")
    void acknowledgesWhenDurable() {
        TestServer server = server();

        receives(server, SNAPSHOT, 0, 6);
        assertThat(server.takeSent()).isEmpty();
        server.persists();

        assertThat(server.takeSent()).containsExactly(new AppendEntriesAccepted(2, TWO, ONE, 5));
        assertThat(server.core().commitIndex()).isEqualTo(5);
        assertThat(server.handedOut()).isEqualTo(5);
    }

    @Test
    @DisplayName("goes on with the entries after it")
    void goesOnAfterIt() {
        TestServer server = server();
        receives(server, SNAPSHOT, 0, 6);

        server.receives(new AppendEntries(2, ONE, TWO, at(5, 2), List.of(run(6, 2, "x")), 6));

        assertThat(server.core().commitIndex()).isEqualTo(6);
        assertThat(server.written().lastIndex()).isEqualTo(6);
    }

    @Test
    @DisplayName("discards its whole log if that conflicts with the snapshot, however long it is")
    void discardsAConflictingLog() {
        TestServer server = server(1, 1, 1, 1, 1, 1, 1);

        receives(server, SNAPSHOT, 0, 6);
        server.persists();

        assertThat(server.core().lastIndex()).isEqualTo(5);
        assertThat(server.core().termAt(5)).isEqualTo(2);
        assertThat(server.durable().baseIndex()).isEqualTo(5);
        assertThat(server.durable().terms()).isEmpty();
    }

    @Test
    @DisplayName("discards a write under way with it, which proves nothing any more when it is done")
    void forgetsWritesUnderWay() {
        TestServer server = server(1, 1);
        server.receives(new AppendEntries(2, ONE, TWO, at(2, 1), List.of(run(3, 1, "a", "b", "c", "d", "e")), 0));

        receives(server, SNAPSHOT, 0, 6);
        server.receives(new AppendEntries(2, ONE, TWO, at(5, 2), List.of(run(6, 2, "x", "y")), 0));
        server.takeSent();
        server.persists(1);

        assertThat(server.core().durableIndex()).isEqualTo(5);
        server.persists();
        assertThat(server.core().durableIndex()).isEqualTo(7);
    }

    @Test
    @DisplayName("keeps the entries that follow the snapshot's last entry if it has that, and needs no snapshot")
    void keepsWhatFollows() {
        TestServer server = server(1, 1, 1, 1, 2, 2, 2);

        receives(server, SNAPSHOT, 0, 0);
        server.persists();

        assertThat(server.core().lastIndex()).isEqualTo(7);
        assertThat(server.core().commitIndex()).isEqualTo(5);
        assertThat(server.takeSent()).containsExactly(new AppendEntriesAccepted(2, TWO, ONE, 5));
    }

    @Test
    @DisplayName("keeps the entries that came while the snapshot was on its way")
    void keepsWhatCameMeanwhile() {
        TestServer server = server(1, 1, 1, 1);
        receives(server, SNAPSHOT, 0, 4);
        server.receives(new AppendEntries(2, ONE, TWO, at(4, 1), List.of(run(5, 2, "x", "y")), 0));

        server.receives(new InstallSnapshot(2, ONE, TWO, SNAPSHOT, 4, SnapshotBytes.of(ByteBuffer.allocate(2))));
        server.storesPieces();

        assertThat(server.core().lastIndex()).isEqualTo(6);
        assertThat(server.core().commitIndex()).isEqualTo(5);
    }

    @Test
    @DisplayName("does not go back to an older snapshot than what it has committed")
    void doesNotGoBack() {
        TestServer server = server(1, 1);
        server.receives(new AppendEntries(2, ONE, TWO, at(2, 1), List.of(run(3, 2, "a", "b", "c", "d")), 6));
        server.persists();
        server.takeSent();

        receives(server, new SnapshotInfo(at(4, 2), 0, LATER, 6, 0), 0, 6);

        assertThat(server.takeSent()).containsExactly(new AppendEntriesAccepted(2, TWO, ONE, 6));
        assertThat(server.core().lastIndex()).isEqualTo(6);
        assertThat(server.core().baseIndex()).isZero();
    }

    @Test
    @DisplayName("stops if the snapshot ends with another entry than the one that is committed there")
    void stopsForAnotherHistory() {
        TestServer server = server(1, 1);
        server.receives(new AppendEntries(2, ONE, TWO, at(2, 1), List.of(run(3, 2, "a", "b", "c", "d")), 6));
        SnapshotInfo other = new SnapshotInfo(at(4, 1), 0, LATER, 6, 0);

        assertThatThrownBy(() -> receives(server, other, 0, 6)).isInstanceOf(SafetyViolation.class);
    }

    // --- that others can be given (section 5.2) ---

    /** Its log has the snapshot's last entry by the time the last piece is stored; its state machine may lag. */
    private static TestServer withEntriesAndSnapshot() {
        TestServer server = server(1, 1, 1, 1);
        receives(server, SNAPSHOT, 0, 4);
        server.receives(new InstallSnapshot(2, ONE, TWO, SNAPSHOT, 4, SnapshotBytes.of(ByteBuffer.allocate(2))));
        server.receives(new AppendEntries(2, ONE, TWO, at(4, 1), List.of(run(5, 2, "x", "y")), 6));
        server.storesPieces();
        server.persists();
        return server;
    }

    @Test
    @DisplayName("lets go of no entries for a snapshot that its state machine does not come from")
    void keepsEntriesThatItMayHaveToApply() {
        TestServer server = withEntriesAndSnapshot();
        assertThat(server.core().baseIndex()).isZero();

        server.takesSnapshot(3, 10);

        assertThat(server.core().baseIndex()).isEqualTo(3);
    }

    @Test
    @DisplayName("gives others the newest snapshot that it has, whoever took it")
    void feedsFromWhatItReceived() {
        TestServer server = withEntriesAndSnapshot();
        server.takesSnapshot(3, 10);
        server.receives(new TimeoutNow(2, ONE, TWO));
        server.persists();
        server.receives(new RequestVoteReply(3, ONE, TWO, true));
        assertThat(server.core().role()).isEqualTo(RaftRole.LEADER);

        server.receives(new AppendEntriesRejected(3, ONE, TWO, 6, LogPosition.ZERO));
        server.receives(new AppendEntriesRejected(3, ONE, TWO, 3, LogPosition.ZERO));

        assertThat(server.takeSent(InstallSnapshot.class))
                .singleElement()
                .satisfies(piece -> assertThat(piece.snapshot()).isEqualTo(SNAPSHOT));
    }

    @Test
    @DisplayName("tells a leader of the past that its term is over, and stores nothing")
    void refusesAnOldLeader() {
        TestServer server = server();

        server.receives(new InstallSnapshot(1, ONE, TWO, SNAPSHOT, 0, SnapshotBytes.NONE));
        server.storesPieces();

        assertThat(server.takeSent()).containsExactly(new InstallSnapshotReply(2, TWO, ONE, LogPosition.ZERO, 0));
        assertThat(server.core().leader()).isEmpty();
    }

    // --- memberships (section 5.1, 4.1) ---

    @Test
    @DisplayName("uses the snapshot's membership, and not one of its discarded log")
    void usesTheMembershipOfTheSnapshot() {
        TestServer server = Setup.cluster(3).currentTerm(2).server(2);
        Membership alone = Membership.ofVoters(List.of(member(2)));
        server.receives(new AppendEntries(2, ONE, TWO, LogPosition.ZERO, List.of(run(1, 1, "x")), 0));
        server.receives(new AppendEntries(
                2, ONE, TWO, at(1, 1), List.of(EntryRun.of(2, 1, EntryKind.MEMBERSHIP, List.of(alone.encode()))), 0));
        assertThat(voters(server)).containsExactly(2L);

        receives(server, SNAPSHOT, 0, 6);

        assertThat(server.core().membership()).isEqualTo(LATER);
        assertThat(server.core().membershipIndex()).isEqualTo(3);
    }

    @Test
    @DisplayName("uses a later membership than the snapshot's if its log has one, also when it starts again")
    void usesALaterMembership() {
        TestServer server = server();
        receives(server, SNAPSHOT, 0, 6);
        Membership latest = Membership.ofVoters(List.of(member(1), member(2)));
        server.receives(new AppendEntries(2, ONE, TWO, at(5, 2), List.of(entry(6, latest)), 5));
        server.persists();
        assertThat(server.core().membership()).isEqualTo(latest);

        server.restarts(1);

        assertThat(server.core().membership()).isEqualTo(latest);
        assertThat(server.core().membershipIndex()).isEqualTo(6);
        assertThat(server.core().commitIndex()).isEqualTo(5);
    }

    @Test
    @DisplayName("goes back to the snapshot's membership when a later one in its log is replaced")
    void fallsBackToTheMembershipOfTheSnapshot() {
        TestServer server = server();
        receives(server, SNAPSHOT, 0, 6);
        server.receives(new AppendEntries(
                2, ONE, TWO, at(5, 2), List.of(entry(6, Membership.ofVoters(List.of(member(2))))), 5));

        server.receives(new AppendEntries(3, NodeId.of(3), TWO, at(5, 2), List.of(run(6, 3, "x")), 5));

        assertThat(server.core().membership()).isEqualTo(LATER);
        assertThat(server.core().membershipIndex()).isEqualTo(3);
    }

    // --- crashes ---

    @Test
    @DisplayName("has installed what it received even if it crashed in between")
    void installsAfterACrash() {
        TestServer server = server(1, 1, 1, 1, 1, 1, 1);
        receives(server, SNAPSHOT, 0, 6);

        server.restarts(1);

        assertThat(server.core().lastIndex()).isEqualTo(5);
        assertThat(server.core().commitIndex()).isEqualTo(5);
        assertThat(server.core().membership()).isEqualTo(LATER);
    }

    @Test
    @DisplayName("knows the term of the snapshot even if it crashed before it had written that")
    void takesOverTheTermAfterACrash() {
        TestServer server = Setup.cluster(3).currentTerm(1).server(2);
        receives(server, SNAPSHOT, 0, 6);
        assertThat(server.durable().hardState().currentTerm()).isEqualTo(1);

        server.restarts(1);
        server.waits(1);
        server.persists();

        assertThat(server.core().currentTerm()).isEqualTo(2);
        assertThat(server.durable().hardState().currentTerm()).isEqualTo(2);
    }
}
