package io.balsa.raft.thesis;

import static io.balsa.raft.core.Setup.ELECTION_TIMEOUT;
import static io.balsa.raft.core.Setup.HEARTBEAT;
import static io.balsa.raft.core.Setup.append;
import static io.balsa.raft.core.Setup.propose;
import static io.balsa.raft.core.Setup.run;
import static io.balsa.raft.thesis.Operator.begin;
import static io.balsa.raft.thesis.Operator.change;
import static io.balsa.raft.thesis.Operator.commits;
import static io.balsa.raft.thesis.Operator.heard;
import static io.balsa.raft.thesis.Operator.id;
import static io.balsa.raft.thesis.Operator.member;
import static io.balsa.raft.thesis.Operator.notices;
import static org.assertj.core.api.Assertions.assertThat;

import io.balsa.raft.cluster.Membership;
import io.balsa.raft.cluster.NodeId;
import io.balsa.raft.cluster.RaftRole;
import io.balsa.raft.core.Input;
import io.balsa.raft.core.Notice;
import io.balsa.raft.core.Setup;
import io.balsa.raft.core.TestServer;
import io.balsa.raft.message.Heartbeat;
import io.balsa.raft.message.PreVote;
import io.balsa.raft.message.RequestVote;
import io.balsa.raft.message.RequestVoteReply;
import io.balsa.raft.storage.LogPosition;
import java.util.List;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/** What goes beyond the dissertation: stalled disks, silent peers, priorities, PreVote as a switch. */
@DisplayName("Beyond the dissertation")
class StalledDiskTest {

    private static final NodeId TWO = NodeId.of(2);
    private static final NodeId THREE = NodeId.of(3);
    private static final long LONGEST = 50_000_000;
    private static final long SILENCE = 5 * ELECTION_TIMEOUT;

    // --- stalled disks ---

    @Test
    @DisplayName("a leader whose disk is at work on something for too long steps down, though it is heard")
    void aStalledLeaderStepsDown() {
        TestServer leader = Setup.cluster(3).longestSync(LONGEST).leader(1);
        propose(leader, "x");
        heard(leader, 2, 1, 0);

        leader.waits(LONGEST - 1);
        heard(leader, 2, 1, 0);
        assertThat(leader.core().role()).isEqualTo(RaftRole.LEADER);
        leader.waits(1);

        assertThat(leader.core().role()).isEqualTo(RaftRole.FOLLOWER);
    }

    @Test
    @DisplayName("a leader is due when its disk is stalled")
    void isDueInTime() {
        TestServer leader = Setup.cluster(3).longestSync(LONGEST).leader(1);
        leader.waits(HEARTBEAT / 2);
        propose(leader, "x");
        long due = leader.nowNanos() + LONGEST;

        while (leader.core().role() == RaftRole.LEADER) {
            heard(leader, 2, 1, 0);
            leader.waitsForDeadline();
        }

        assertThat(leader.nowNanos()).isEqualTo(due);
    }

    @Test
    @DisplayName("a disk that is always busy and always gets somewhere is not stalled")
    void aBusyDiskIsNotStalled() {
        TestServer leader = Setup.cluster(3).longestSync(LONGEST).leader(1);

        propose(leader, "x");
        for (int i = 0; i < 20; i++) {
            leader.waits(LONGEST - 1);
            heard(leader, 2, 1, 0);
            int before = leader.writing();
            propose(leader, "y");
            leader.persists(before);
        }

        assertThat(leader.core().role()).isEqualTo(RaftRole.LEADER);
    }

    @Test
    @DisplayName("the only voter leads on with a stalled disk: nobody could do better")
    void theOnlyVoterStays() {
        TestServer leader = Setup.cluster(1).longestSync(LONGEST).leader(1);
        propose(leader, "x");

        leader.waits(10 * LONGEST);

        assertThat(leader.core().role()).isEqualTo(RaftRole.LEADER);
    }

    @Test
    @DisplayName("a server with a stalled disk asks for no votes until the disk has answered")
    void aStalledServerDoesNotAsk() {
        TestServer server = Setup.cluster(3).longestSync(LONGEST).server(2);
        server.receives(append(1, LogPosition.ZERO, 0, run(1, 1, "x")));
        server.takeSent();
        for (int i = 0; i < 10; i++) {
            server.waitsForDeadline();
        }
        assertThat(server.takeSent()).isEmpty();

        server.persists();
        server.takeSent();
        server.waitsForDeadline();

        assertThat(server.takeSent(PreVote.class)).isNotEmpty();
    }

    @Test
    @DisplayName("a server with a stalled disk still votes, when its disk has answered")
    void aStalledServerVotes() {
        TestServer server = Setup.cluster(3).longestSync(LONGEST).server(2);
        server.receives(new RequestVote(5, THREE, TWO, LogPosition.ZERO));
        server.waits(10 * LONGEST);
        assertThat(server.takeSent()).isEmpty();

        server.persists();

        assertThat(server.takeSent(RequestVoteReply.class)).hasSize(1).allMatch(RequestVoteReply::granted);
    }

    // --- silent peers ---

    private static List<Notice.PeerSilence> silence(TestServer leader) {
        return notices(leader, Notice.PeerSilence.class);
    }

    /** Server 2 answers, so that the leader stays. */
    private static void waitsWithOne(TestServer leader, long nanos) {
        for (long left = nanos; left > 0; left -= HEARTBEAT) {
            leader.waits(HEARTBEAT);
            heard(leader, 2, 1, 0);
        }
    }

    @Test
    @DisplayName("a peer that is silent for long is reported once, and once more when it is back")
    void reportsSilence() {
        TestServer leader = Setup.cluster(3).silence(SILENCE).leader(1);
        heard(leader, 3, 1, 0);
        waitsWithOne(leader, SILENCE - HEARTBEAT);
        assertThat(silence(leader)).isEmpty();

        waitsWithOne(leader, 2 * SILENCE);
        assertThat(silence(leader)).singleElement().isEqualTo(new Notice.PeerSilence(THREE, true, SILENCE));
        heard(leader, 3, 1, 0);
        waitsWithOne(leader, SILENCE / 2);

        assertThat(silence(leader))
                .singleElement()
                .satisfies(back -> assertThat(back.silent()).isFalse());
        assertThat(leader.core().role()).isEqualTo(RaftRole.LEADER);
    }

    @Test
    @DisplayName("a removed server is not reported as silent")
    void doesNotReportTheRemoved() {
        TestServer leader = Setup.cluster(3).silence(HEARTBEAT * 2).leader(1);
        change(leader, begin().remove(id(3)));
        commits(leader, 2);
        leader.takeNotices();

        waitsWithOne(leader, 2 * ELECTION_TIMEOUT);

        assertThat(silence(leader)).isEmpty();
    }

    // --- priorities ---

    private static final Membership PRIORITIES = Membership.ofVoters(List.of(
            member(1).withPriority(2), member(2).withPriority(1), member(3).withPriority(1), member(4), member(5)));

    private static long waitsFor(Membership membership, long server) {
        TestServer follower = Setup.of(membership).server(server);
        return follower.core().nextDeadlineNanos() - follower.nowNanos();
    }

    @Test
    @DisplayName("a voter waits an election timeout longer for each higher priority among the voters")
    void waitsForThoseWithHigherPriority() {
        for (long server = 1; server <= 5; server++) {
            long longer = ELECTION_TIMEOUT * (server == 1 ? 0 : server <= 3 ? 1 : 2);
            assertThat(waitsFor(PRIORITIES, server))
                    .isBetween(ELECTION_TIMEOUT + longer, 2 * ELECTION_TIMEOUT + longer);
        }
    }

    @Test
    @DisplayName("a voter waits three election timeouts longer at most")
    void doesNotWaitForEver() {
        Membership many = Membership.ofVoters(List.of(
                member(1).withPriority(5),
                member(2).withPriority(4),
                member(3).withPriority(3),
                member(4).withPriority(2),
                member(5).withPriority(1),
                member(6)));

        assertThat(waitsFor(many, 6)).isBetween(4 * ELECTION_TIMEOUT, 5 * ELECTION_TIMEOUT);
    }

    @Test
    @DisplayName("a voter that was not elected when its turn came waits no longer than others, until it hears a leader")
    void waitsOnceForThoseWithHigherPriority() {
        TestServer voter = Setup.of(PRIORITIES).server(5);

        voter.waitsForDeadline();

        assertThat(voter.core().role()).isEqualTo(RaftRole.PRE_CANDIDATE);
        assertThat(voter.core().nextDeadlineNanos() - voter.nowNanos())
                .isBetween(ELECTION_TIMEOUT, 2 * ELECTION_TIMEOUT);

        voter.receives(new Heartbeat(1, NodeId.of(1), NodeId.of(5), 1, 0));

        assertThat(voter.core().nextDeadlineNanos() - voter.nowNanos())
                .isBetween(3 * ELECTION_TIMEOUT, 4 * ELECTION_TIMEOUT);
    }

    @Test
    @DisplayName("a voter votes for another of lower priority all the same")
    void priorityIsNoVeto() {
        TestServer voter = Setup.of(PRIORITIES).server(1);

        voter.receives(new RequestVote(5, NodeId.of(5), NodeId.of(1), LogPosition.ZERO));

        assertThat(voter.core().votedFor()).contains(NodeId.of(5));
    }

    // --- PreVote ---

    @Test
    @DisplayName("PreVote can be switched off and on while a server runs")
    void switchesPreVote() {
        TestServer server = Setup.cluster(3).server(2);
        server.happens(new Input.PreVoteSwitched(false));
        server.waitsForDeadline();
        assertThat(server.core().role()).isEqualTo(RaftRole.CANDIDATE);
        server.persists();
        server.takeSent();

        server.happens(new Input.PreVoteSwitched(true));
        server.waitsForDeadline();

        assertThat(server.core().role()).isEqualTo(RaftRole.PRE_CANDIDATE);
        assertThat(server.takeSent(PreVote.class)).hasSize(2);
    }
}
