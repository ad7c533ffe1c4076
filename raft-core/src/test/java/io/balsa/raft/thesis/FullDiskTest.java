package io.balsa.raft.thesis;

import static io.balsa.raft.core.Setup.ELECTION_TIMEOUT;
import static io.balsa.raft.core.Setup.HEARTBEAT;
import static io.balsa.raft.core.Setup.acknowledge;
import static io.balsa.raft.core.Setup.append;
import static io.balsa.raft.core.Setup.at;
import static io.balsa.raft.core.Setup.propose;
import static io.balsa.raft.core.Setup.run;
import static io.balsa.raft.thesis.Operator.heard;
import static io.balsa.raft.thesis.Operator.notices;
import static org.assertj.core.api.Assertions.assertThat;

import io.balsa.raft.cluster.NodeId;
import io.balsa.raft.cluster.RaftRole;
import io.balsa.raft.core.Input;
import io.balsa.raft.core.Notice;
import io.balsa.raft.core.Setup;
import io.balsa.raft.core.TestServer;
import io.balsa.raft.message.AppendEntriesAccepted;
import io.balsa.raft.message.PreVote;
import io.balsa.raft.message.RequestVote;
import io.balsa.raft.message.RequestVoteReply;
import io.balsa.raft.message.TimeoutNow;
import io.balsa.raft.storage.EntryKind;
import io.balsa.raft.storage.EntryRun;
import io.balsa.raft.storage.LogPosition;
import java.util.List;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/** What goes beyond the dissertation: full disks. */
@DisplayName("A server whose disk is full")
class FullDiskTest {

    private static final NodeId ONE = NodeId.of(1);
    private static final NodeId TWO = NodeId.of(2);
    private static final NodeId THREE = NodeId.of(3);

    private static void fills(TestServer server) {
        server.happens(new Input.RoomChanged(false));
    }

    private static void clears(TestServer server) {
        server.happens(new Input.RoomChanged(true));
    }

    private static List<Notice.Refusal> refusals(TestServer server) {
        return notices(server, Notice.ProposalsRefused.class).stream()
                .map(Notice.ProposalsRefused::reason)
                .toList();
    }

    @Test
    @DisplayName("refuses commands as a leader, and takes them again when there is room")
    void refusesCommands() {
        TestServer leader = Setup.cluster(3).leader(1);
        fills(leader);
        long last = leader.core().lastIndex();

        propose(leader, "x");
        assertThat(refusals(leader)).containsExactly(Notice.Refusal.DISK_FULL);
        assertThat(leader.core().lastIndex()).isEqualTo(last);

        clears(leader);
        propose(leader, "y");
        assertThat(refusals(leader)).isEmpty();
        assertThat(leader.core().lastIndex()).isEqualTo(last + 1);
    }

    @Test
    @DisplayName("asks those who have all of the log in turn to take over, because it is not known who has room")
    void handsOver() {
        TestServer leader = Setup.cluster(3).leader(1);
        leader.persists();
        acknowledge(leader, 2, leader.core().lastIndex());
        acknowledge(leader, 3, leader.core().lastIndex());
        leader.takeSent();
        leader.waits(HEARTBEAT);
        assertThat(leader.takeSent(TimeoutNow.class)).isEmpty();
        fills(leader);

        for (int i = 0; i < 3; i++) {
            leader.waits(HEARTBEAT);
            heard(leader, 2, 1, 0);
            heard(leader, 3, 1, 0);
        }

        assertThat(leader.takeSent(TimeoutNow.class)).extracting(TimeoutNow::to).containsExactly(TWO, THREE, TWO);
        assertThat(leader.core().role()).as("until somebody does").isEqualTo(RaftRole.LEADER);
    }

    @Test
    @DisplayName("does not ask who lacks a part of the log")
    void asksNobodyWhoLags() {
        TestServer leader = Setup.cluster(3).leader(1);
        leader.persists();
        propose(leader, "x");
        acknowledge(leader, 2, leader.core().lastIndex() - 1);
        fills(leader);

        leader.waits(HEARTBEAT);
        assertThat(leader.takeSent(TimeoutNow.class)).isEmpty();

        acknowledge(leader, 2, leader.core().lastIndex());
        leader.waits(HEARTBEAT);
        assertThat(leader.takeSent(TimeoutNow.class)).extracting(TimeoutNow::to).containsExactly(TWO);
    }

    @Test
    @DisplayName("takes no commands as a follower and says nothing of them, until there is room")
    void takesNoCommands() {
        TestServer follower = Setup.cluster(3).server(2);
        follower.receives(append(1, LogPosition.ZERO, 0, run(1, 1, "x")));
        follower.persists();
        follower.takeSent();
        fills(follower);

        follower.receives(append(1, at(1, 1), 1, run(2, 1, "y")));
        follower.persists();
        assertThat(follower.takeSent(AppendEntriesAccepted.class)).isEmpty();
        assertThat(follower.core().lastIndex()).isEqualTo(1);

        clears(follower);
        follower.receives(append(1, at(1, 1), 1, run(2, 1, "y")));
        follower.persists();
        assertThat(follower.takeSent(AppendEntriesAccepted.class))
                .extracting(AppendEntriesAccepted::matchIndex)
                .containsExactly(2L);
    }

    @Test
    @DisplayName("still says what it has, and takes a leader's blank entry, for which there is the reserve")
    void takesWhatIsSmall() {
        TestServer follower = Setup.cluster(3).server(2);
        follower.receives(append(1, LogPosition.ZERO, 0, run(1, 1, "x")));
        follower.persists();
        follower.takeSent();
        fills(follower);

        follower.receives(append(1, LogPosition.ZERO, 0, run(1, 1, "x")));
        EntryRun blank = EntryRun.of(2, 1, EntryKind.NO_OP, List.of(new byte[0]));
        follower.receives(append(1, at(1, 1), 1, blank));
        follower.persists();

        assertThat(follower.takeSent(AppendEntriesAccepted.class))
                .extracting(AppendEntriesAccepted::matchIndex)
                .containsExactly(1L, 2L);
    }

    @Test
    @DisplayName("asks for no votes until there is room, and takes no leadership that it is offered; but it votes")
    void doesNotAsk() {
        TestServer server = Setup.cluster(3).server(2);
        server.receives(append(1, LogPosition.ZERO, 0, run(1, 1, "x")));
        server.persists();
        server.takeSent();
        fills(server);

        server.receives(new TimeoutNow(1, ONE, TWO));
        server.waits(10 * ELECTION_TIMEOUT);
        assertThat(server.takeSent()).isEmpty();
        server.receives(new RequestVote(2, THREE, TWO, at(1, 1)));
        server.persists();
        assertThat(server.takeSent(RequestVoteReply.class))
                .extracting(RequestVoteReply::granted)
                .containsExactly(true);

        clears(server);
        server.waits(10 * ELECTION_TIMEOUT);
        assertThat(server.takeSent(PreVote.class)).isNotEmpty();
    }

    @Test
    @DisplayName("leads all the same if it is the only voter: its users can read")
    void theOnlyVoterLeads() {
        TestServer server = Setup.cluster(1).server(1);
        fills(server);

        server.waits(10 * ELECTION_TIMEOUT);
        server.persists();
        server.persists();

        assertThat(server.core().role()).isEqualTo(RaftRole.LEADER);
    }
}
