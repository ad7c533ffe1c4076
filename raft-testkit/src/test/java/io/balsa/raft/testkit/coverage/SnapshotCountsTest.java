package io.balsa.raft.testkit.coverage;

import static io.balsa.raft.cluster.RaftRole.FOLLOWER;
import static io.balsa.raft.cluster.RaftRole.LEADER;
import static io.balsa.raft.testkit.coverage.WatchedCluster.entries;
import static org.assertj.core.api.Assertions.assertThat;

import io.balsa.raft.RaftConfig;
import io.balsa.raft.cluster.ChangeRefusal;
import io.balsa.raft.cluster.NodeId;
import io.balsa.raft.core.Input;
import io.balsa.raft.core.RaftCore;
import io.balsa.raft.message.InstallSnapshot;
import io.balsa.raft.message.SnapshotBytes;
import io.balsa.raft.storage.HardState;
import io.balsa.raft.storage.LogPosition;
import io.balsa.raft.storage.SnapshotInfo;
import java.nio.ByteBuffer;
import java.util.Optional;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

@DisplayName("A coverage watch counts, of snapshots,")
class SnapshotCountsTest {

    private static final NodeId N1 = NodeId.of(1);
    private static final NodeId N2 = NodeId.of(2);
    private static final NodeId N3 = NodeId.of(3);

    private final WatchedCluster cluster = new WatchedCluster();

    private long count(Counter counter) {
        return cluster.count(counter);
    }

    private SnapshotInfo snapshot(long index, long term) {
        return new SnapshotInfo(new LogPosition(index, term), 0, cluster.membership, 20, 1);
    }

    private InstallSnapshot piece(long term, NodeId from, SnapshotInfo of, int offset, int length) {
        return new InstallSnapshot(term, from, N3, of, offset, SnapshotBytes.of(ByteBuffer.allocate(length)));
    }

    /** Server 1 leads term 1 and has committed so many entries. */
    private void committed(long index) {
        cluster.want(1, LEADER, 1)
                .becomes()
                .append(entries(1, index, 1))
                .commit(index)
                .unsynced();
    }

    @Test
    @DisplayName("those that were taken, and those that were installed")
    void takenAndInstalled() {
        committed(9);
        RaftCore core = cluster.core(3, 1, 0);
        cluster.watch.onStep(N1, core, new Input.SnapshotTaken(snapshot(5, 1)));
        cluster.watch.onStep(N3, core, new Input.SnapshotReceived(snapshot(5, 1)));
        cluster.want(3, FOLLOWER, 1).install(snapshot(5, 1)).commit(5).synced();
        cluster.want(3, FOLLOWER, 1).append(entries(6, 9, 1)).commit(9).synced();

        assertThat(count(Counter.SNAPSHOTS_TAKEN)).isEqualTo(1);
        assertThat(count(Counter.SNAPSHOTS_INSTALLED)).isEqualTo(1);
        assertThat(count(Counter.TRUNCATIONS)).isZero();
    }

    @Test
    @DisplayName("those that were sent to their end, each once")
    void sent() {
        SnapshotInfo snapshot = snapshot(5, 1);
        cluster.watch.onSent(piece(1, N1, snapshot, 0, 0));
        cluster.watch.onSent(piece(1, N1, snapshot, 0, 10));
        assertThat(count(Counter.SNAPSHOTS_SENT)).isZero();

        cluster.watch.onSent(piece(1, N1, snapshot, 10, 10));
        cluster.watch.onSent(piece(1, N1, snapshot, 10, 10)); // again, as no answer came
        assertThat(count(Counter.SNAPSHOTS_SENT)).isEqualTo(1);
        assertThat(count(Counter.SNAPSHOTS_RESUMED)).isZero();
    }

    @Test
    @DisplayName("those with which another leader went on, or the same after the follower had crashed")
    void resumed() {
        SnapshotInfo snapshot = snapshot(5, 1);
        cluster.watch.onSent(piece(1, N1, snapshot, 0, 5));
        cluster.watch.onSent(piece(2, N2, snapshot, 5, 5));
        cluster.watch.onSent(piece(2, N2, snapshot, 10, 5));
        assertThat(count(Counter.SNAPSHOTS_RESUMED)).isEqualTo(1);

        cluster.starts(3, HardState.INITIAL);
        cluster.watch.onSent(piece(2, N2, snapshot, 15, 5));
        cluster.starts(3, HardState.INITIAL);
        cluster.watch.onSent(piece(2, N2, snapshot, 0, 5)); // from the beginning
        assertThat(count(Counter.SNAPSHOTS_RESUMED)).isEqualTo(2);
    }

    @Test
    @DisplayName("pieces that came too late to be of use")
    void stale() {
        RaftCore core = cluster.core(3, 2, 0);
        cluster.watch.onStep(N3, core, new Input.Received(piece(2, N1, snapshot(5, 1), 0, 5)));
        assertThat(count(Counter.SNAPSHOTS_STALE)).isZero();

        cluster.watch.onStep(N3, core, new Input.Received(piece(1, N1, snapshot(5, 1), 0, 5)));
        assertThat(count(Counter.SNAPSHOTS_STALE)).isEqualTo(1);
    }

    @Test
    @DisplayName("what the log was like that they were to stand for: longer, or other than what is committed")
    void onWhatLog() {
        committed(9);
        cluster.watch.onStep(N3, cluster.core(3, 1, 3), new Input.SnapshotReceived(snapshot(5, 1)));
        assertThat(count(Counter.SNAPSHOTS_ON_LONGER_LOG)).isZero();
        assertThat(count(Counter.SNAPSHOTS_ON_CONFLICTING_LOG)).isZero();

        cluster.watch.onStep(N3, cluster.core(3, 1, 8), new Input.SnapshotReceived(snapshot(5, 1)));
        assertThat(count(Counter.SNAPSHOTS_ON_LONGER_LOG)).isEqualTo(1);
        assertThat(count(Counter.SNAPSHOTS_ON_CONFLICTING_LOG)).isZero();

        cluster.watch.onStep(N3, cluster.core(3, 2, 3), new Input.SnapshotReceived(snapshot(5, 1)));
        cluster.watch.onStep(N3, cluster.core(3, 2, 8), new Input.SnapshotReceived(snapshot(5, 1)));
        assertThat(count(Counter.SNAPSHOTS_ON_LONGER_LOG)).isEqualTo(2);
        assertThat(count(Counter.SNAPSHOTS_ON_CONFLICTING_LOG)).isEqualTo(2);
    }

    @Test
    @DisplayName("crashes between a durable snapshot and the cut of the log that is due")
    void beforeTheCut() {
        long kept = RaftConfig.defaults().snapshots().trailingEntries();
        committed(kept + 9);
        SnapshotInfo snapshot = snapshot(kept + 9, 1);
        cluster.watch.onSnapshotPublished(N1, snapshot);
        cluster.watch.onStep(N1, cluster.core(1, 1, 0), new Input.SnapshotTaken(snapshot));
        cluster.want(1, LEADER, 1).drop(9).commit(kept + 9).unsynced();
        assertThat(cluster.watch.isBeforeLogCut(N1)).isTrue();
        cluster.watch.onLogCut(N1);
        cluster.watch.onCrash(N1);
        cluster.watch.onSnapshotPublished(N2, snapshot(9, 1)); // fewer entries than are kept anyway
        cluster.watch.onCrash(N2);
        assertThat(count(Counter.CRASHES_BEFORE_LOG_TRUNCATION)).isZero();

        cluster.watch.onSnapshotPublished(N1, snapshot);
        cluster.watch.onCrash(N1);
        assertThat(count(Counter.CRASHES_BEFORE_LOG_TRUNCATION)).isEqualTo(1);
    }

    @Test
    @DisplayName("no lost suffix, where a restart begins after one")
    void restarts() {
        committed(9);
        cluster.startsAfter(3, snapshot(5, 1), new HardState(1, Optional.empty()), entries(6, 9, 1));

        assertThat(count(Counter.RESTARTS_LOST_SUFFIX)).isZero();
        assertThat(count(Counter.RESTARTS)).isEqualTo(1);
    }

    @Test
    @DisplayName("refusals, and reads by a lease")
    void told() {
        cluster.watch.onSnapshotRefused(ChangeRefusal.SNAPSHOT_IN_PROGRESS);
        cluster.watch.onLeaseRead();

        assertThat(cluster.watch.coverage().of(Mark.CHANGE_REFUSAL_SNAPSHOT_IN_PROGRESS))
                .isEqualTo(1);
        assertThat(count(Counter.READS_BY_LEASE)).isEqualTo(1);
    }
}
