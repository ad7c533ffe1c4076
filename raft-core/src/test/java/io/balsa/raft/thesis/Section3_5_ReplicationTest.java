package io.balsa.raft.thesis;

import static io.balsa.raft.core.Setup.acknowledge;
import static io.balsa.raft.core.Setup.append;
import static io.balsa.raft.core.Setup.at;
import static io.balsa.raft.core.Setup.propose;
import static io.balsa.raft.core.Setup.run;
import static org.assertj.core.api.Assertions.assertThat;

import io.balsa.raft.cluster.NodeId;
import io.balsa.raft.cluster.RaftRole;
import io.balsa.raft.core.Notice;
import io.balsa.raft.core.Setup;
import io.balsa.raft.core.TestServer;
import io.balsa.raft.message.AppendEntries;
import io.balsa.raft.message.AppendEntriesAccepted;
import io.balsa.raft.message.AppendEntriesRejected;
import io.balsa.raft.message.Heartbeat;
import io.balsa.raft.message.HeartbeatReply;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Log replication: the AppendEntries RPC and what is committed by it. */
@DisplayName("Section 3.5")
class Section3_5_ReplicationTest {

    private static final NodeId ONE = NodeId.of(1);
    private static final NodeId TWO = NodeId.of(2);
    private static final NodeId THREE = NodeId.of(3);

    private static AppendEntriesAccepted accepted(long term, long matchIndex) {
        return new AppendEntriesAccepted(term, TWO, ONE, matchIndex);
    }

    // --- the leader ---

    @Test
    @DisplayName("the leader appends the command to its log and sends it to all others in parallel")
    void replicatesACommand() {
        TestServer leader = Setup.cluster(3).leader(1);

        propose(leader, "x", "y");

        AppendEntries request = new AppendEntries(2, ONE, TWO, at(1, 2), List.of(run(2, 2, "x", "y")), 1);
        assertThat(leader.takeSent())
                .containsExactly(request, new AppendEntries(2, ONE, THREE, request.previous(), request.runs(), 1));
        assertThat(leader.takeNotices()).containsExactly(new Notice.Appended(7, 2, 2, 2));
    }

    @Test
    @DisplayName("who does not lead takes no command")
    void followersRefuseCommands() {
        TestServer follower = Setup.cluster(3).server(2);

        propose(follower, "x");

        assertThat(follower.takeNotices())
                .containsExactly(new Notice.ProposalsRefused(7, 0, Notice.Refusal.NOT_LEADER));
        assertThat(follower.written().lastIndex()).isZero();
    }

    @Test
    @DisplayName("an entry is committed once the leader has replicated it on a majority of the servers")
    void commitsWithAMajority() {
        TestServer leader = Setup.cluster(5).leader(1);
        propose(leader, "x");
        leader.persists();

        acknowledge(leader, 2, 2);
        long withTwo = leader.core().commitIndex();
        acknowledge(leader, 3, 2);

        assertThat(withTwo).isEqualTo(1);
        assertThat(leader.core().commitIndex()).isEqualTo(2);
    }

    @Test
    @DisplayName("the leader counts itself only with what is on its disk")
    void countsItselfWhenPersisted() {
        TestServer leader = Setup.cluster(3).leader(1);
        propose(leader, "x");

        acknowledge(leader, 2, 2);
        long before = leader.core().commitIndex();
        leader.persists();

        assertThat(before).isEqualTo(1);
        assertThat(leader.core().commitIndex()).isEqualTo(2);
    }

    @Test
    @DisplayName("a majority without the leader commits before its own disk has the entry (section 10.2.1)")
    void commitsWithoutItsOwnDisk() {
        TestServer leader = Setup.cluster(3).leader(1);
        propose(leader, "x");

        acknowledge(leader, 2, 2);
        acknowledge(leader, 3, 2);

        assertThat(leader.isWriting()).isTrue();
        assertThat(leader.core().commitIndex()).isEqualTo(2);
    }

    @Test
    @DisplayName("an old acknowledgement takes nothing back")
    void ignoresAnOldAcknowledgement() {
        TestServer leader = Setup.cluster(3).leader(1);
        propose(leader, "x");
        acknowledge(leader, 2, 2);

        acknowledge(leader, 2, 1);
        leader.persists();

        assertThat(leader.core().commitIndex()).isEqualTo(2);
    }

    @Test
    @DisplayName("learners get the entries and never count")
    void learnersDoNotCount() {
        TestServer leader = Setup.of(Setup.membership(Set.of(1L, 2L), Set.of(), Set.of(3L, 4L)))
                .leader(1);
        propose(leader, "x");
        leader.persists();

        acknowledge(leader, 3, 2);
        acknowledge(leader, 4, 2);

        assertThat(leader.takeSent(AppendEntries.class))
                .extracting(AppendEntries::to)
                .contains(THREE);
        assertThat(leader.core().commitIndex()).isEqualTo(1);
    }

    @Test
    @DisplayName("a joint membership commits with a majority of either half")
    void jointCommitNeedsBothMajorities() {
        TestServer leader = Setup.of(Setup.membership(Set.of(1L, 2L, 3L), Set.of(3L, 4L, 5L), Set.of()))
                .elected(1);

        acknowledge(leader, 2, 1);
        acknowledge(leader, 3, 1);
        long withOneHalf = leader.core().commitIndex();
        acknowledge(leader, 5, 1);

        assertThat(withOneHalf).isZero();
        assertThat(leader.core().commitIndex()).isEqualTo(1);
    }

    @Test
    @DisplayName("the uncommitted tail is bounded: what is over is refused, and taken again when there is room")
    void refusesWhatIsTooMuch() {
        TestServer leader = Setup.cluster(3).batch(1).uncommitted(60).leader(1);

        propose(leader, "x", "y", "z");
        List<Notice> crowded = leader.takeNotices();
        acknowledge(leader, 2, 3);
        acknowledge(leader, 3, 3);
        propose(leader, "z");

        assertThat(crowded)
                .containsExactly(
                        new Notice.Appended(7, 2, 2, 2), new Notice.ProposalsRefused(7, 2, Notice.Refusal.OVERLOADED));
        assertThat(leader.takeNotices()).containsExactly(new Notice.Appended(7, 4, 2, 1));
    }

    // --- the follower ---

    @Test
    @DisplayName("the follower refuses entries if it has none with the index and term of the one before them")
    void refusesAGap() {
        TestServer follower = Setup.cluster(3).log(1, 1).server(2);

        follower.receives(append(1, at(3, 1), 0, run(4, 1, "x")));

        assertThat(follower.takeSent()).containsExactly(new AppendEntriesRejected(1, TWO, ONE, 3, at(2, 1)));
        assertThat(follower.written().lastIndex()).isEqualTo(2);
    }

    @Test
    @DisplayName("a refusal names the highest position at which the two logs may still agree")
    void hintsWhereTheLogsMayAgree() {
        TestServer follower = Setup.cluster(3).log(1, 1, 2, 2, 2).server(2);

        follower.receives(append(4, at(5, 1), 0));
        follower.persists();

        assertThat(follower.takeSent(AppendEntriesRejected.class))
                .containsExactly(new AppendEntriesRejected(4, TWO, ONE, 5, at(2, 1)));
    }

    @Test
    @DisplayName("the follower deletes an entry that conflicts with a new one, and all that follow it")
    void replacesAConflictingTail() {
        TestServer follower = Setup.cluster(3).log(1, 1, 2, 2).server(2);

        follower.receives(append(3, at(2, 1), 0, run(3, 3, "new")));
        follower.persists();

        assertThat(follower.durable().terms()).containsExactly(1L, 1L, 3L);
        assertThat(follower.takeSent()).containsExactly(accepted(3, 3));
    }

    @Test
    @DisplayName("a request that comes late and speaks of less cuts nothing off")
    void keepsWhatDoesNotConflict() {
        TestServer follower = Setup.cluster(3).log(1, 1, 1, 1).server(2);

        follower.receives(append(1, at(1, 1), 0, run(2, 1, "e2")));

        assertThat(follower.written().lastIndex()).isEqualTo(4);
        assertThat(follower.takeSent()).containsExactly(accepted(1, 2));
    }

    @Test
    @DisplayName("the follower acknowledges what the request spoke of, not the end of its own log")
    void acknowledgesOnlyWhatItWasSent() {
        TestServer follower = Setup.cluster(3).log(1, 1, 1, 1).server(2);

        follower.receives(append(2, at(2, 1), 0));
        follower.persists();

        assertThat(follower.takeSent()).containsExactly(accepted(2, 2));
    }

    @ParameterizedTest(name = "leaderCommit {0} after entries up to 2: commitIndex {1}")
    @DisplayName("the follower sets commitIndex to the lower of leaderCommit and the index of the last new entry")
    @CsvSource({"0, 0", "1, 1", "2, 2", "3, 2", "9, 2"})
    void commitsNoFurtherThanItWasTold(long leaderCommit, long expected) {
        TestServer follower = Setup.cluster(3).log(1, 1, 1, 1).server(2);

        follower.receives(append(2, at(1, 1), leaderCommit, run(2, 1, "e2")));

        assertThat(follower.core().commitIndex()).isEqualTo(expected);
    }

    @Test
    @DisplayName("what is committed is not looked at again, only acknowledged")
    void acknowledgesWhatIsCommitted() {
        TestServer follower = Setup.cluster(3).log(1, 1, 1).server(2);
        follower.receives(append(1, at(3, 1), 2));
        follower.takeSent();

        follower.receives(append(1, at(0, 0), 0, run(1, 1, "e1")));

        assertThat(follower.takeSent()).containsExactly(accepted(1, 2));
        assertThat(follower.written().lastIndex()).isEqualTo(3);
    }

    @Test
    @DisplayName("what a snapshot stands for is no conflict: it is acknowledged, and nothing is deleted")
    void acknowledgesWhatIsCompacted() {
        TestServer follower = Setup.cluster(3).base(5, 2).log(2, 2).server(2);

        follower.receives(append(2, at(3, 1), 0, run(4, 2, "e4")));

        assertThat(follower.takeSent()).containsExactly(accepted(2, 5));
        assertThat(follower.written().lastIndex()).isEqualTo(7);
    }

    @Test
    @DisplayName("a heartbeat tells no follower of a commit index that it may not have")
    void heartbeatsSpeakOfAcknowledgedEntries() {
        TestServer leader = Setup.cluster(3).leader(1);
        propose(leader, "x");
        leader.persists();
        acknowledge(leader, 2, 2);
        leader.takeSent();

        leader.waits(Setup.HEARTBEAT);

        assertThat(leader.takeSent(Heartbeat.class))
                .extracting(Heartbeat::leaderCommit)
                .containsExactly(2L, 1L);
    }

    @Test
    @DisplayName("a follower learns from a heartbeat what is committed")
    void heartbeatsCommit() {
        TestServer follower = Setup.cluster(3).log(1, 1).server(2);
        follower.receives(append(1, at(2, 1), 0));

        follower.receives(new Heartbeat(1, ONE, TWO, 2, 1));

        assertThat(follower.core().commitIndex()).isEqualTo(2);
    }

    @Test
    @DisplayName("a leader that must wait for a slow disk is still heard")
    void aSlowDiskDoesNotHideTheLeader() {
        TestServer follower = Setup.cluster(3).recent(10).server(2);
        follower.receives(append(1, at(0, 0), 0, run(1, 1, "x")));
        follower.waits(Setup.ELECTION_TIMEOUT - 1);

        follower.receives(append(1, at(1, 1), 0, run(2, 1, "y")));
        follower.waits(Setup.ELECTION_TIMEOUT - 1);

        assertThat(follower.core().role()).isEqualTo(RaftRole.FOLLOWER);
        assertThat(follower.core().lastIndex()).isEqualTo(1);
    }

    @Test
    @DisplayName("a follower with a slow disk takes entries again when the disk has caught up")
    void aSlowDiskCatchesUp() {
        TestServer follower = Setup.cluster(3).recent(10).server(2);
        follower.receives(append(1, at(0, 0), 0, run(1, 1, "x")));
        follower.receives(append(1, at(1, 1), 0, run(2, 1, "y")));

        follower.persists();
        follower.receives(append(1, at(1, 1), 0, run(2, 1, "y")));

        assertThat(follower.core().lastIndex()).isEqualTo(2);
    }

    @Test
    @DisplayName("answers to heartbeats commit nothing")
    void heartbeatRepliesCommitNothing() {
        TestServer leader = Setup.cluster(3).leader(1);
        propose(leader, "x");
        leader.persists();

        leader.receives(new HeartbeatReply(2, TWO, ONE, 1));
        leader.receives(new HeartbeatReply(2, THREE, ONE, 1));

        assertThat(leader.core().commitIndex()).isEqualTo(1);
    }
}
