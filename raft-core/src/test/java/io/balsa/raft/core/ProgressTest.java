package io.balsa.raft.core;

import static org.assertj.core.api.Assertions.assertThat;

import io.balsa.raft.cluster.Member;
import io.balsa.raft.cluster.Membership;
import io.balsa.raft.cluster.NodeId;
import io.balsa.raft.storage.LogPosition;
import io.balsa.raft.storage.SnapshotInfo;
import java.util.List;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/** What a leader may send to one follower. */
@DisplayName("A follower as its leader knows it")
class ProgressTest {

    private static final SnapshotInfo SNAPSHOT =
            new SnapshotInfo(new LogPosition(8, 1), 0, Membership.ofVoters(List.of(Member.of(1, "n1"))), 100, 0);

    private static Progress probing(long nextIndex) {
        return new Progress(
                NodeId.of(2), nextIndex, 0, Setup.cluster(3).inflight(2, 100).settings());
    }

    private static Progress replicating(long matchIndex) {
        Progress follower = probing(matchIndex + 1);
        follower.accepted(matchIndex);
        return follower;
    }

    @Test
    @DisplayName("gets one message while it is probed, and no more until it answers")
    void probesWithOneMessage() {
        Progress follower = probing(5);

        follower.sent(7, 10);

        assertThat(follower.isPaused()).isTrue();
        assertThat(follower.nextIndex()).isEqualTo(5);
    }

    @Test
    @DisplayName("gets a stream once it has accepted")
    void replicatesWhenAccepted() {
        Progress follower = probing(5);
        follower.sent(7, 10);

        follower.accepted(7);

        assertThat(follower.mode()).isEqualTo(Progress.Mode.REPLICATE);
        assertThat(follower.nextIndex()).isEqualTo(8);
        assertThat(follower.isPaused()).isFalse();
    }

    @Test
    @DisplayName("gets no more messages than may be on their way")
    void isPausedWhenFull() {
        Progress follower = replicating(4);

        follower.sent(5, 10);
        boolean withOne = follower.isPaused();
        follower.sent(6, 10);

        assertThat(withOne).isFalse();
        assertThat(follower.isPaused()).isTrue();
        follower.accepted(5);
        assertThat(follower.isPaused()).isFalse();
    }

    @Test
    @DisplayName("gets no more bytes than may be on their way")
    void isPausedWhenHeavy() {
        Progress follower = replicating(4);

        follower.sent(5, 100);

        assertThat(follower.isPaused()).isTrue();
    }

    @Test
    @DisplayName("is probed again from the agreement when it rejects")
    void probesAgain() {
        Progress follower = replicating(4);
        follower.sent(9, 10);

        boolean news = follower.rejected(9, 6);

        assertThat(news).isTrue();
        assertThat(follower.mode()).isEqualTo(Progress.Mode.PROBE);
        assertThat(follower.nextIndex()).isEqualTo(7);
        assertThat(follower.inflightMessages()).isZero();
    }

    @Test
    @DisplayName("goes back by one at least, and never below what it has")
    void goesBackWithinBounds() {
        Progress above = probing(9);
        Progress below = replicating(4);
        below.sent(9, 10);

        above.rejected(8, 20);
        below.rejected(9, 1);

        assertThat(above.nextIndex()).isEqualTo(8);
        assertThat(below.nextIndex()).isEqualTo(5);
    }

    @Test
    @DisplayName("is not moved by a rejection that is old")
    void ignoresAnOldRejection() {
        Progress probing = probing(9);
        Progress replicating = replicating(4);

        assertThat(probing.rejected(5, 1)).isFalse();
        assertThat(replicating.rejected(4, 1)).isFalse();
        assertThat(replicating.mode()).isEqualTo(Progress.Mode.REPLICATE);
    }

    @Test
    @DisplayName("has stalled if it answers nothing while something is on its way")
    void stalls() {
        Progress follower = replicating(4);
        follower.sent(5, 10);

        boolean unanswered = follower.answersNothing();
        follower.accepted(5);

        assertThat(unanswered).isTrue();
        assertThat(follower.answersNothing()).isFalse();
    }

    @Test
    @DisplayName("gets nothing while old entries are loaded for it, nor twice the same load")
    void waitsForALoad() {
        Progress follower = replicating(4);

        follower.awaitLoad();

        assertThat(follower.isPaused()).isTrue();
        assertThat(follower.loadDone()).isTrue();
        assertThat(follower.loadDone()).isFalse();
        assertThat(follower.isPaused()).isFalse();
    }

    @Test
    @DisplayName("gets nothing while it needs a snapshot, and is probed when it has what it needed")
    void needsASnapshot() {
        Progress follower = probing(3);

        follower.becomeSnapshot(SNAPSHOT, 0);
        boolean paused = follower.isPaused();
        follower.accepted(8);
        follower.leaveSnapshot();

        assertThat(paused).isTrue();
        assertThat(follower.mode()).isEqualTo(Progress.Mode.PROBE);
        assertThat(follower.nextIndex()).isEqualTo(9);
    }

    @Test
    @DisplayName("confirms rounds that only grow")
    void confirmsRounds() {
        Progress follower = probing(3);

        follower.confirm(7, false);
        follower.confirm(5, false);

        assertThat(follower.confirmedRound()).isEqualTo(7);
    }
}
