package io.balsa.raft.thesis;

import static io.balsa.raft.core.Setup.append;
import static io.balsa.raft.core.Setup.at;
import static io.balsa.raft.core.Setup.propose;
import static io.balsa.raft.core.Setup.run;
import static org.assertj.core.api.Assertions.assertThat;

import io.balsa.raft.cluster.NodeId;
import io.balsa.raft.cluster.RaftRole;
import io.balsa.raft.core.Setup;
import io.balsa.raft.core.TestServer;
import io.balsa.raft.message.AppendEntries;
import io.balsa.raft.message.AppendEntriesAccepted;
import io.balsa.raft.message.Heartbeat;
import io.balsa.raft.message.HeartbeatReply;
import io.balsa.raft.message.RequestVote;
import io.balsa.raft.message.RequestVoteReply;
import java.util.List;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/** What follows from it that servers crash and come back. */
@DisplayName("Section 3.7: if a follower or candidate crashes")
class Section3_7_CrashesTest {

    private static final NodeId ONE = NodeId.of(1);
    private static final NodeId TWO = NodeId.of(2);

    @Test
    @DisplayName("the leader retries its AppendEntries indefinitely, until the follower has restarted and answers")
    void retriesForEver() {
        TestServer leader = Setup.cluster(3).leader(1);
        propose(leader, "x");
        leader.takeSent();

        for (int tries = 0; tries < 100; tries++) {
            leader.waitsForDeadline();
            Heartbeat latest = leader.takeSent(Heartbeat.class).get(0);
            leader.receives(new HeartbeatReply(2, TWO, ONE, latest.round()));
            leader.receives(new HeartbeatReply(2, NodeId.of(3), ONE, latest.round()));

            List<AppendEntries> again = leader.takeSent(AppendEntries.class);

            assertThat(again).as("after %d heartbeats", tries + 1).isNotEmpty();
        }
        assertThat(leader.core().role()).isEqualTo(RaftRole.LEADER);
    }

    @Test
    @DisplayName("after it has answered but before its reply arrived, the same request does no harm: it is idempotent")
    void appendsOnce() {
        TestServer follower = Setup.cluster(3).server(2);
        AppendEntries request = append(1, at(0, 0), 0, run(1, 1, "x", "y"));

        follower.receives(request);
        follower.persists();
        follower.restarts(2);
        follower.takeSent();
        follower.receives(request);
        follower.persists();

        assertThat(follower.durable().lastIndex()).isEqualTo(2);
        assertThat(follower.takeSent()).containsExactly(new AppendEntriesAccepted(1, TWO, ONE, 2));
    }

    @Test
    @DisplayName("a candidate that asks again gets the same vote again")
    void votesTheSameAgain() {
        TestServer voter = Setup.cluster(3).server(2);
        RequestVote request = new RequestVote(1, ONE, TWO, at(0, 0));

        voter.receives(request);
        voter.persists();
        voter.restarts(2);
        voter.takeSent();
        voter.receives(request);
        voter.persists();

        assertThat(voter.takeSent()).containsExactly(new RequestVoteReply(1, TWO, ONE, true));
    }

    @Test
    @DisplayName("it comes back as a follower of the term it had, with the log it had")
    void comesBackAsAFollower() {
        TestServer candidate = Setup.cluster(3).log(1, 1).withoutPreVote().server(2);
        candidate.waitsForDeadline();
        candidate.persists();
        long term = candidate.core().currentTerm();

        candidate.restarts(2);

        assertThat(candidate.core().role()).isEqualTo(RaftRole.FOLLOWER);
        assertThat(candidate.core().currentTerm()).isEqualTo(term);
        assertThat(candidate.core().lastIndex()).isEqualTo(2);
    }
}
