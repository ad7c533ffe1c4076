package io.balsa.raft.runtime;

import static io.balsa.raft.runtime.SteppedNode.ONE;
import static io.balsa.raft.runtime.SteppedNode.THREE;
import static io.balsa.raft.runtime.SteppedNode.TWO;
import static io.balsa.raft.runtime.SteppedNode.bytes;
import static org.assertj.core.api.Assertions.assertThat;

import io.balsa.raft.RaftConfig;
import io.balsa.raft.SnapshotConfig;
import io.balsa.raft.message.AppendEntriesAccepted;
import io.balsa.raft.message.AppendEntriesRejected;
import io.balsa.raft.message.InstallSnapshot;
import io.balsa.raft.message.InstallSnapshotReply;
import io.balsa.raft.message.RequestVoteReply;
import io.balsa.raft.storage.LogPosition;
import io.balsa.raft.storage.SnapshotInfo;
import io.balsa.raft.transport.Lane;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

@DisplayName("A leader that no longer has what a follower needs")
class SendingSnapshotsTest {

    private static final RaftConfig CONFIG = SteppedNode.config()
            .snapshots(SnapshotConfig.builder()
                    .everyEntries(0)
                    .everyBytes(0)
                    .trailingEntries(0)
                    .pieceBytes(1024)
                    .build())
            .build();

    private final SteppedNode leader = new SteppedNode(3, CONFIG).start().lead();
    private SnapshotInfo snapshot;

    SendingSnapshotsTest() {
        leader.recorder.takesSnapshots = true;
        for (int i = 0; i < 3; i++) {
            commit();
        }
        snapshot = take();
    }

    private void commit() {
        var unused = leader.node.propose(bytes(1000));
        leader.agents.runAll();
        leader.acknowledge();
    }

    private SnapshotInfo take() {
        var future = leader.node.snapshots().trigger();
        leader.agents.runAll();
        return future.join();
    }

    /** Server three turns out to have nothing. */
    @BeforeEach
    void aFollowerIsFarBehind() {
        leader.transport.takeSent();
        leader.receive(new AppendEntriesRejected(
                leader.status().term(), THREE, ONE, leader.status().lastIndex(), LogPosition.ZERO));
        leader.receive(new AppendEntriesRejected(leader.status().term(), THREE, ONE, 0, LogPosition.ZERO));
        leader.advance(Duration.ofMillis(100));
    }

    @AfterEach
    void close() {
        leader.close();
    }

    private List<InstallSnapshot> pieces() {
        return leader.transport.takeSent().stream()
                .filter(InstallSnapshot.class::isInstance)
                .map(InstallSnapshot.class::cast)
                .toList();
    }

    private void answer(long received) {
        leader.receive(new InstallSnapshotReply(leader.status().term(), THREE, ONE, snapshot.last(), received));
    }

    @Test
    @DisplayName("asks first how much of its snapshot it has, then sends a piece at a time, from one open snapshot")
    void pieceByPiece() {
        assertThat(pieces()).singleElement().satisfies(first -> {
            assertThat(first.snapshot()).isEqualTo(snapshot);
            assertThat(first.data().size()).isZero();
        });
        long sent = 0;
        while (sent < snapshot.sizeBytes()) {
            answer(sent);
            InstallSnapshot piece = pieces().get(0);
            assertThat(piece.offset()).isEqualTo(sent);
            assertThat(piece.data().size()).isLessThanOrEqualTo(1024);
            sent += piece.data().size();
        }

        assertThat(leader.trace).containsOnlyOnce("open snapshot " + snapshot.last());
        assertThat(leader.trace).containsOnlyOnce("close snapshot " + snapshot.last());
        leader.receive(new AppendEntriesAccepted(leader.status().term(), THREE, ONE, snapshot.index()));
        leader.advance(Duration.ofMillis(100));
        assertThat(leader.node.members().get(2).lag()).hasValue(0);
    }

    @Test
    @DisplayName("sends what is left of the snapshot that it began with, although there is a newer one")
    void olderSnapshot() {
        answer(0);
        pieces();
        for (int i = 0; i < 3; i++) {
            commit();
            take();
        }

        answer(1024);

        assertThat(pieces()).anySatisfy(piece -> {
            assertThat(piece.snapshot()).isEqualTo(snapshot);
            assertThat(piece.offset()).isEqualTo(1024);
        });
    }

    @Test
    @DisplayName("lets go of its snapshot when nobody wants the rest of it")
    void nobodyWantsIt() {
        answer(0);
        assertThat(leader.trace).doesNotContain("close snapshot " + snapshot.last());

        leader.receive(new RequestVoteReply(leader.status().term() + 1, THREE, ONE, false));
        leader.advance(Duration.ofMillis(100));

        assertThat(leader.trace).contains("close snapshot " + snapshot.last());
    }

    @Test
    @DisplayName("goes on leading when its snapshot cannot be read, and tries again")
    void cannotBeRead() {
        leader.storage.fail("piece at");
        answer(0);
        assertThat(leader.status().isLeader()).isTrue();
        leader.storage.fail("nothing");
        pieces();

        leader.receive(new AppendEntriesAccepted(
                leader.status().term(), TWO, ONE, leader.status().lastIndex()));
        leader.advance(Duration.ofMillis(900));
        leader.receive(new AppendEntriesAccepted(
                leader.status().term(), TWO, ONE, leader.status().lastIndex()));
        leader.advance(Duration.ofMillis(200));

        assertThat(leader.status().isLeader()).isTrue();
        assertThat(pieces()).anyMatch(piece -> piece.data().size() > 0);
    }

    @Test
    @DisplayName("sends it in the lane that delays nothing else")
    void lanes() {
        answer(0);
        assertThat(leader.transport.lanesOf(InstallSnapshot.class)).containsOnly(Lane.BULK);
        assertThat(leader.transport.lanesOf(io.balsa.raft.message.Heartbeat.class))
                .containsOnly(Lane.URGENT);
    }
}
