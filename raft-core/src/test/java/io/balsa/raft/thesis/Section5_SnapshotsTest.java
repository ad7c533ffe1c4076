package io.balsa.raft.thesis;

import static io.balsa.raft.core.Setup.ELECTION_TIMEOUT;
import static io.balsa.raft.core.Setup.HEARTBEAT;
import static io.balsa.raft.core.Setup.acknowledge;
import static io.balsa.raft.core.Setup.at;
import static io.balsa.raft.core.Setup.propose;
import static org.assertj.core.api.Assertions.assertThat;

import io.balsa.raft.cluster.Member;
import io.balsa.raft.cluster.MembershipChange;
import io.balsa.raft.cluster.NodeId;
import io.balsa.raft.core.Input;
import io.balsa.raft.core.Load;
import io.balsa.raft.core.Setup;
import io.balsa.raft.core.TestServer;
import io.balsa.raft.message.AppendEntries;
import io.balsa.raft.message.AppendEntriesRejected;
import io.balsa.raft.message.HeartbeatReply;
import io.balsa.raft.message.InstallSnapshot;
import io.balsa.raft.message.InstallSnapshotReply;
import io.balsa.raft.storage.LogPosition;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/** Section 5.1 to 5.3, at the server that takes snapshots and sends them. */
@DisplayName("Section 5: whoever takes and sends snapshots")
class Section5_SnapshotsTest {

    private static final NodeId ONE = NodeId.of(1);
    private static final NodeId THREE = NodeId.of(3);
    private static final LogPosition SNAPSHOT = at(4, 2);

    /** Leads term 2, with four committed entries; server 3 has not answered. */
    private static TestServer leader(Setup setup) {
        TestServer leader = setup.log(1, 1, 1).elected(1);
        acknowledge(leader, 2, 4);
        return leader;
    }

    /** Its log begins after its snapshot of 250 bytes; server 3 needs that, and is asked how much of it it has. */
    private static TestServer feeding() {
        TestServer leader = leader(Setup.cluster(3).snapshots(0, 100, 0));
        leader.takesSnapshot(4, 250);
        leader.takeSent();
        leader.receives(new AppendEntriesRejected(2, THREE, ONE, 3, LogPosition.ZERO));
        return leader;
    }

    /** Server 3 has so many bytes. */
    private static void has(TestServer leader, long bytes) {
        leader.receives(new InstallSnapshotReply(2, THREE, ONE, SNAPSHOT, bytes));
    }

    /** Where the pieces begin that were sent, and how long they are. */
    private static List<String> pieces(TestServer leader) {
        return leader.takeSent(InstallSnapshot.class).stream()
                .map(piece -> piece.offset() + "+" + piece.data().size())
                .toList();
    }

    /** Somebody else is heard, so that it goes on leading. */
    private static void waits(TestServer leader, long nanos) {
        for (long left = nanos; left > 0; left -= ELECTION_TIMEOUT / 2) {
            leader.waits(Math.min(left, ELECTION_TIMEOUT / 2));
            leader.receives(new HeartbeatReply(2, NodeId.of(2), ONE, 1));
        }
    }

    @Test
    @DisplayName("lets go of the entries that its snapshot covers")
    void compacts() {
        TestServer leader = leader(Setup.cluster(3));

        leader.takesSnapshot(3, 10);

        assertThat(leader.core().baseIndex()).isEqualTo(3);
        assertThat(leader.durable().baseIndex()).isZero();
        assertThat(leader.written().baseIndex()).isEqualTo(3);
        assertThat(leader.core().lastIndex()).isEqualTo(4);
    }

    @Test
    @DisplayName("keeps some entries that the snapshot covers, for followers that lag a little")
    void keepsTrailingEntries() {
        TestServer leader = leader(Setup.cluster(3).snapshots(2, 100, 0));

        leader.takesSnapshot(3, 10);

        assertThat(leader.core().baseIndex()).isEqualTo(1);
    }

    @Test
    @DisplayName("sends no snapshot to a follower that can be served from the log")
    void prefersTheLog() {
        TestServer leader = leader(Setup.cluster(3).snapshots(3, 100, 0));
        leader.takesSnapshot(4, 10);
        leader.takeSent();

        leader.receives(new AppendEntriesRejected(2, THREE, ONE, 3, at(1, 1)));
        leader.reads();

        assertThat(leader.takeSent())
                .singleElement()
                .isInstanceOfSatisfying(
                        AppendEntries.class,
                        request -> assertThat(request.previous()).isEqualTo(at(1, 1)));
    }

    @Test
    @DisplayName("first asks a follower that needs what the log no longer has how much of the snapshot it has")
    void asksFirst() {
        assertThat(pieces(feeding())).containsExactly("0+0");
    }

    @Test
    @DisplayName("sends a piece when the one before has arrived")
    void sendsPieceByPiece() {
        TestServer leader = feeding();
        leader.takeSent();

        has(leader, 0);
        leader.reads();
        leader.reads();
        assertThat(pieces(leader)).containsExactly("0+100");
        has(leader, 100);
        leader.reads();
        assertThat(pieces(leader)).containsExactly("100+100");
        has(leader, 200);
        leader.reads();
        assertThat(pieces(leader)).containsExactly("200+50");
    }

    @Test
    @DisplayName("goes on where an earlier attempt was interrupted")
    void resumes() {
        TestServer leader = feeding();
        leader.takeSent();

        has(leader, 170);
        leader.reads();

        assertThat(pieces(leader)).containsExactly("170+80");
    }

    @Test
    @DisplayName("sends a piece again that was not answered for an election timeout")
    void repeatsALostPiece() {
        TestServer leader = feeding();
        has(leader, 0);
        leader.reads();
        leader.takeSent();

        waits(leader, ELECTION_TIMEOUT);
        leader.reads();

        assertThat(pieces(leader)).containsExactly("0+100");
    }

    @Test
    @DisplayName("goes on although a late answer comes while a piece is being read")
    void survivesALateAnswer() {
        TestServer leader = feeding();
        has(leader, 200);
        leader.takeSent();

        has(leader, 100);
        leader.reads();
        leader.reads();

        assertThat(pieces(leader)).containsExactly("100+100");
    }

    @Test
    @DisplayName("sends the entries after the snapshot when that is installed")
    void sendsWhatFollows() {
        TestServer leader = feeding();
        propose(leader, "x");
        leader.takeSent();

        acknowledge(leader, 3, 4);

        assertThat(leader.takeSent(AppendEntries.class))
                .singleElement()
                .satisfies(request -> assertThat(request.previous()).isEqualTo(SNAPSHOT));
    }

    @Test
    @DisplayName("keeps the entries after a snapshot that is on its way")
    void keepsWhatFollows() {
        TestServer leader = feeding();
        propose(leader, "x", "y");
        acknowledge(leader, 2, 6);
        leader.persists();

        leader.takesSnapshot(6, 10);

        assertThat(leader.core().baseIndex()).isEqualTo(4);
    }

    @Test
    @DisplayName("does not keep them for a follower that gets nowhere")
    void losesPatience() {
        TestServer leader = feeding();
        propose(leader, "x", "y");
        acknowledge(leader, 2, 6);
        leader.persists();
        leader.takesSnapshot(6, 10);

        waits(leader, 20 * ELECTION_TIMEOUT);

        assertThat(leader.core().baseIndex()).isEqualTo(6);
    }

    @Test
    @DisplayName(
            "keeps what a follower still needs after its snapshot as long as it comes closer to the end of the log")
    void keepsWhatARejoiningFollowerNeeds() {
        TestServer leader = feeding();
        propose(leader, "5", "6", "7", "8");
        acknowledge(leader, 2, 8);
        leader.persists();
        acknowledge(leader, 3, 4);
        leader.takesSnapshot(8, 10);
        long installed = leader.core().baseIndex();

        waits(leader, 19 * ELECTION_TIMEOUT);
        acknowledge(leader, 3, 6);
        waits(leader, 19 * ELECTION_TIMEOUT);
        long closer = leader.core().baseIndex();
        waits(leader, 2 * ELECTION_TIMEOUT);
        long patienceOver = leader.core().baseIndex();

        assertThat(List.of(installed, closer, patienceOver)).containsExactly(4L, 6L, 8L);
        assertThat(leader.takeSent(InstallSnapshot.class))
                .noneMatch(piece -> piece.snapshot().index() == 8);
    }

    @Test
    @DisplayName("keeps nothing for a follower that has caught up once")
    void forgetsARejoiningFollowerThatHasCaughtUp() {
        TestServer leader = feeding();
        acknowledge(leader, 3, 4);
        propose(leader, "5", "6");
        acknowledge(leader, 2, 6);
        leader.persists();

        leader.takesSnapshot(6, 10);

        assertThat(leader.core().baseIndex()).isEqualTo(6);
    }

    @Test
    @DisplayName("sends its newest snapshot to a follower that has installed an older one too late")
    void sendsANewerOneAfterAnOlderOne() {
        TestServer leader = feeding();
        propose(leader, "x", "y");
        acknowledge(leader, 2, 6);
        leader.persists();
        leader.takesSnapshot(6, 10);
        waits(leader, 20 * ELECTION_TIMEOUT);
        leader.takeSent();

        acknowledge(leader, 3, 4);

        assertThat(leader.takeSent(InstallSnapshot.class))
                .singleElement()
                .satisfies(piece -> assertThat(piece.snapshot().index()).isEqualTo(6));
    }

    @Test
    @DisplayName("finds out that what it sent was lost, though the log begins after that by now")
    void noticesLossBelowTheLog() {
        TestServer leader = leader(Setup.cluster(3).snapshots(0, 100, 0).inflight(1, 1_000));
        acknowledge(leader, 3, 4);
        propose(leader, "lost");
        propose(leader, "x");
        leader.persists();
        acknowledge(leader, 2, 6);
        leader.takesSnapshot(6, 10);
        leader.takeSent();

        leader.waits(HEARTBEAT);
        leader.receives(new HeartbeatReply(2, THREE, ONE, 1));

        assertThat(leader.takeSent(InstallSnapshot.class))
                .extracting(InstallSnapshot::to)
                .containsExactly(THREE);
    }

    @Test
    @DisplayName("begins with its newest snapshot when the one on its way is gone")
    void beginsAgainWithTheNewest() {
        TestServer leader = feeding();
        propose(leader, "x");
        acknowledge(leader, 2, 5);
        leader.persists();
        has(leader, 100);
        leader.takesSnapshot(5, 80);
        leader.takeSent();

        leader.reads();

        assertThat(leader.takeSent(InstallSnapshot.class))
                .singleElement()
                .satisfies(piece -> assertThat(piece.snapshot().index()).isEqualTo(5));
    }

    @Test
    @DisplayName("does not read again at once what could not be read")
    void doesNotHammerAFailingDisk() {
        TestServer leader = feeding();
        has(leader, 100);

        leader.loads().forEach(load -> leader.step(new Input.PieceLoaded((Load.Piece) load, Optional.empty())));
        leader.work();
        int before = leader.loads().size();
        waits(leader, ELECTION_TIMEOUT);

        assertThat(before).isEqualTo(1);
        assertThat(leader.loads()).hasSize(2);
    }

    @Test
    @DisplayName("sends no faster than it may")
    void keepsToTheRate() {
        TestServer leader = leader(Setup.cluster(3).snapshots(0, 100, 10_000));
        leader.takesSnapshot(4, 250);
        leader.receives(new AppendEntriesRejected(2, THREE, ONE, 3, LogPosition.ZERO));
        has(leader, 0);
        leader.reads();
        leader.takeSent();

        has(leader, 100);
        leader.reads();
        assertThat(pieces(leader)).isEmpty();
        leader.waits(10_000_000); // 100 bytes at 10,000 a second
        leader.reads();

        assertThat(pieces(leader)).containsExactly("100+100");
    }

    @Test
    @DisplayName("gives a snapshot the membership as of its last entry, not a later one")
    void labelsWithTheMembershipOfThatTime() {
        TestServer leader = leader(Setup.cluster(3).snapshots(100, 100, 0));
        leader.takeSent();
        leader.happens(new Input.ChangeRequested(1, MembershipChange.begin().addLearner(Member.of(4, "n4"))));
        assertThat(leader.core().membershipIndex()).isEqualTo(5);

        leader.takesSnapshot(4, 10);

        assertThat(leader.durable().snapshot()).hasValueSatisfying(snapshot -> {
            assertThat(snapshot.membershipIndex()).isZero();
            assertThat(snapshot.membership().contains(NodeId.of(4))).isFalse();
        });
    }
}
