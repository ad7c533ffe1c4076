package io.balsa.raft.testkit.coverage;

import static io.balsa.raft.cluster.RaftRole.CANDIDATE;
import static io.balsa.raft.cluster.RaftRole.FOLLOWER;
import static io.balsa.raft.cluster.RaftRole.LEADER;
import static io.balsa.raft.testkit.coverage.WatchedCluster.TIMEOUT;
import static io.balsa.raft.testkit.coverage.WatchedCluster.entries;
import static org.assertj.core.api.Assertions.assertThat;

import io.balsa.raft.cluster.NodeId;
import io.balsa.raft.core.Input;
import io.balsa.raft.core.Notice;
import io.balsa.raft.core.RaftCore;
import io.balsa.raft.message.Heartbeat;
import io.balsa.raft.message.PreVote;
import io.balsa.raft.message.RequestVoteReply;
import io.balsa.raft.storage.EntryRun;
import io.balsa.raft.storage.HardState;
import io.balsa.raft.storage.LogPosition;
import java.util.Optional;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

@DisplayName("A coverage watch counts")
class CoverageWatchTest {

    private static final NodeId N1 = NodeId.of(1);
    private static final NodeId N2 = NodeId.of(2);
    private static final NodeId N3 = NodeId.of(3);

    private final WatchedCluster cluster = new WatchedCluster();

    private long count(Counter counter) {
        return cluster.count(counter);
    }

    @Test
    @DisplayName("elections won and lost: a candidacy that ends otherwise than in office is lost")
    void elections() {
        cluster.want(1, CANDIDATE, 1).becomes().unsynced();
        cluster.want(1, CANDIDATE, 2).becomes().unsynced();
        cluster.want(1, LEADER, 2).becomes().unsynced();
        cluster.want(2, CANDIDATE, 3).becomes().unsynced();
        cluster.want(2, FOLLOWER, 3).becomes().unsynced();

        assertThat(count(Counter.ELECTIONS_WON)).isEqualTo(1);
        assertThat(count(Counter.ELECTIONS_LOST)).isEqualTo(2);
    }

    @Test
    @DisplayName("a split vote where a voter had voted for another, and nobody won that term")
    void splitVotes() {
        for (long term : new long[] {1, 2}) {
            cluster.want(1, CANDIDATE, term).vote(1).becomes().synced();
            cluster.want(2, CANDIDATE, term).vote(2).becomes().synced();
            cluster.watch.onSent(new RequestVoteReply(term, N1, N2, false));
            cluster.watch.onSent(new RequestVoteReply(term, N2, N1, false));
        }
        cluster.want(1, LEADER, 2).becomes().unsynced();
        cluster.watch.onSent(new RequestVoteReply(2, N3, N2, false)); // because its log is longer: it has not voted
        cluster.watch.finish();

        assertThat(count(Counter.SPLIT_VOTES)).isEqualTo(1);
    }

    @Test
    @DisplayName("a leader that follows in its own term, which only CheckQuorum does")
    void checkQuorum() {
        cluster.want(1, LEADER, 1).becomes().unsynced();
        cluster.want(1, FOLLOWER, 1).becomes().unsynced();
        cluster.want(2, LEADER, 2).becomes().unsynced();
        cluster.want(2, FOLLOWER, 3).becomes().unsynced();

        assertThat(count(Counter.CHECK_QUORUM_STEP_DOWNS)).isEqualTo(1);
    }

    @Test
    @DisplayName(
            "a change of leaders while proposals are in flight, whether the old one has crashed, stepped down or goes on")
    void changesInFlight() {
        cluster.want(1, LEADER, 1)
                .becomes()
                .note(new Notice.Appended(1, 1, 1, 2))
                .unsynced();
        cluster.want(2, LEADER, 2)
                .becomes()
                .note(new Notice.Appended(1, 3, 2, 1))
                .unsynced(); // 1 goes on
        cluster.watch.onCrash(N2);
        cluster.want(3, LEADER, 3)
                .becomes()
                .note(new Notice.Appended(1, 4, 3, 1))
                .unsynced(); // 2 has crashed
        cluster.want(3, LEADER, 3).commit(4).unsynced();
        cluster.want(4, LEADER, 4)
                .becomes()
                .note(new Notice.Appended(1, 5, 4, 1))
                .unsynced(); // nothing was in flight
        cluster.want(4, FOLLOWER, 5).becomes().unsynced();
        cluster.want(5, LEADER, 6).becomes().unsynced(); // 4 has stepped down

        assertThat(count(Counter.LEADER_CHANGES_IN_FLIGHT)).isEqualTo(3);
    }

    @Test
    @DisplayName("truncations by what they dropped, and none where a log only grows")
    void truncations() {
        cluster.want(1, FOLLOWER, 1).append(entries(1, 12, 1)).unsynced();
        cluster.want(1, FOLLOWER, 1).append(entries(13, 14, 1)).unsynced();
        cluster.want(1, FOLLOWER, 2).append(entries(14, 14, 2)).unsynced();
        cluster.want(1, FOLLOWER, 3).append(entries(3, 3, 3)).unsynced();

        assertThat(count(Counter.TRUNCATIONS)).isEqualTo(2);
        assertThat(count(Counter.LONG_TRUNCATIONS)).isEqualTo(1);
    }

    @Test
    @DisplayName("the entries of earlier terms that one of the leader's own commits")
    void committedIndirectly() {
        cluster.want(1, LEADER, 3)
                .append(entries(1, 2, 1))
                .append(entries(3, 3, 2))
                .append(entries(4, 4, 3))
                .unsynced();
        cluster.want(1, LEADER, 3).commit(4).unsynced();
        cluster.want(2, FOLLOWER, 3).commit(4).unsynced();

        assertThat(count(Counter.COMMITTED_INDIRECTLY)).isEqualTo(3);
    }

    @Test
    @DisplayName("figure 8 once: an entry that was on the disks of a majority is overwritten on one after the other")
    void figure8() {
        for (long id : new long[] {1, 2, 3}) {
            cluster.want(id, FOLLOWER, 4)
                    .append(entries(1, 1, 1))
                    .append(entries(2, 2, 2))
                    .synced();
        }
        cluster.want(2, FOLLOWER, 5).append(entries(2, 2, 3)).synced();
        cluster.want(3, FOLLOWER, 5).append(entries(2, 2, 3)).synced();

        assertThat(count(Counter.FIGURE_8)).isEqualTo(1);
    }

    @Test
    @DisplayName("no figure 8 where a minority had the entry, or a majority but not at once or not on disk")
    void notFigure8() {
        cluster.want(1, FOLLOWER, 4).append(entries(1, 1, 2)).synced();
        cluster.want(2, FOLLOWER, 4).append(entries(1, 1, 2)).synced();
        cluster.want(4, FOLLOWER, 4).append(entries(1, 1, 2)).unsynced();
        cluster.want(2, FOLLOWER, 5).append(entries(1, 1, 3)).synced();
        cluster.want(3, FOLLOWER, 4).append(entries(1, 1, 2)).synced();
        cluster.want(3, FOLLOWER, 5).append(entries(1, 1, 3)).synced();

        assertThat(count(Counter.FIGURE_8)).isZero();
    }

    @Test
    @DisplayName("messages by how many terms the receiver is ahead of them")
    void lateness() {
        RaftCore core = cluster.core(1, 3, 0);
        for (long term : new long[] {3, 2, 1}) {
            cluster.step(core, new Input.Received(new Heartbeat(term, N2, N1, 0, 1)));
        }

        assertThat(count(Counter.MESSAGES_A_TERM_LATE)).isEqualTo(2);
        assertThat(count(Counter.MESSAGES_TERMS_LATE)).isEqualTo(1);
        assertThat(cluster.watch.coverage().of(Mark.RECEIVED_HEARTBEAT)).isEqualTo(3);
    }

    @Test
    @DisplayName("pre-votes that are refused, by the one reason that there was")
    void preVotes() {
        RaftCore core = cluster.core(1, 3, 5);
        cluster.step(core, new Input.Received(new PreVote(2, N3, N1, new LogPosition(9, 3)))); // an old term
        cluster.step(core, new Input.Received(new PreVote(3, N3, N1, new LogPosition(9, 3)))); // granted
        cluster.step(core, new Input.Received(new PreVote(3, N3, N1, new LogPosition(4, 3)))); // behind
        cluster.step(core, new Input.Received(new Heartbeat(3, N2, N1, 0, 1)));
        cluster.step(core, new Input.Received(new PreVote(3, N3, N1, new LogPosition(9, 3)))); // a leader is alive

        assertThat(count(Counter.PRE_VOTES_REFUSED_LOG_BEHIND)).isEqualTo(1);
        assertThat(count(Counter.PRE_VOTES_REFUSED_LEADER_ALIVE)).isEqualTo(1);
    }

    @Test
    @DisplayName("timers that are found to be over for more than an election timeout")
    void lateTimers() {
        RaftCore core = cluster.core(1, 3, 0);
        long due = core.nextDeadlineNanos();
        cluster.step(core, new Input.TimePassed(due));
        cluster.step(core, new Input.TimePassed(core.nextDeadlineNanos() + TIMEOUT));
        assertThat(count(Counter.LATE_TIMERS)).isZero();

        cluster.step(core, new Input.TimePassed(core.nextDeadlineNanos() + TIMEOUT + 1));
        assertThat(count(Counter.LATE_TIMERS)).isEqualTo(1);
    }

    @Test
    @DisplayName("pauses of leaders that last longer than others wait for them")
    void pauses() {
        cluster.want(1, LEADER, 1).becomes().unsynced();
        cluster.watch.onPaused(N1, TIMEOUT);
        cluster.watch.onPaused(N2, TIMEOUT + 1);
        cluster.watch.onPaused(N1, TIMEOUT + 1);

        assertThat(count(Counter.LEADER_PAUSES)).isEqualTo(1);
    }

    @Test
    @DisplayName("restarts, and those that have lost what the storage had taken and not synced")
    void restarts() {
        EntryRun synced = entries(1, 1, 1);
        EntryRun lost = entries(2, 3, 1);
        cluster.want(1, FOLLOWER, 1).append(synced).unsynced();
        cluster.watch.onWritten(N1, synced);
        cluster.watch.onDurable(N1, 1);
        cluster.starts(1, HardState.INITIAL, synced);
        cluster.watch.onWritten(N1, lost);
        cluster.starts(1, HardState.INITIAL, synced, lost);
        assertThat(count(Counter.RESTARTS_LOST_SUFFIX)).isZero();

        cluster.watch.onWritten(N1, lost);
        cluster.starts(1, HardState.INITIAL, synced);
        assertThat(count(Counter.RESTARTS_LOST_SUFFIX)).isEqualTo(1);
        assertThat(count(Counter.RESTARTS)).isEqualTo(3);
    }

    @Test
    @DisplayName("crashes between the write of a term and that of the entries that belong to it")
    void betweenWrites() {
        HardState state = new HardState(1, Optional.of(N2));
        cluster.want(1, FOLLOWER, 1).vote(2).append(entries(1, 1, 1)).unsynced();
        cluster.watch.onCrash(N1); // before both
        cluster.want(1, FOLLOWER, 1).vote(2).append(entries(1, 1, 1)).unsynced();
        cluster.watch.onWritten(N1, state);
        cluster.watch.onWritten(N1, entries(1, 1, 1));
        cluster.watch.onCrash(N1); // after both
        cluster.starts(1, state, entries(1, 1, 1));
        assertThat(count(Counter.CRASHES_BETWEEN_WRITES)).isZero();

        cluster.want(1, FOLLOWER, 2).vote(2).append(entries(2, 2, 2)).unsynced();
        cluster.watch.onWritten(N1, state);
        cluster.watch.onCrash(N1);
        assertThat(count(Counter.CRASHES_BETWEEN_WRITES)).isEqualTo(1);
    }
}
