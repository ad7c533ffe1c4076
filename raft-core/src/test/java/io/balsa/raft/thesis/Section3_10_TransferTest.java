package io.balsa.raft.thesis;

import static io.balsa.raft.core.Setup.ELECTION_TIMEOUT;
import static io.balsa.raft.core.Setup.HEARTBEAT;
import static io.balsa.raft.core.Setup.acknowledge;
import static io.balsa.raft.core.Setup.append;
import static io.balsa.raft.core.Setup.propose;
import static io.balsa.raft.core.Setup.run;
import static io.balsa.raft.thesis.Operator.heard;
import static io.balsa.raft.thesis.Operator.member;
import static io.balsa.raft.thesis.Operator.notices;
import static io.balsa.raft.thesis.Operator.refusal;
import static io.balsa.raft.thesis.Operator.transfer;
import static io.balsa.raft.thesis.Operator.transferToAnybody;
import static org.assertj.core.api.Assertions.assertThat;

import io.balsa.raft.cluster.ChangeRefusal;
import io.balsa.raft.cluster.Membership;
import io.balsa.raft.cluster.NodeId;
import io.balsa.raft.cluster.RaftRole;
import io.balsa.raft.core.Notice;
import io.balsa.raft.core.Setup;
import io.balsa.raft.core.TestServer;
import io.balsa.raft.message.Heartbeat;
import io.balsa.raft.message.PreVote;
import io.balsa.raft.message.RequestVote;
import io.balsa.raft.message.RequestVoteReply;
import io.balsa.raft.message.TimeoutNow;
import io.balsa.raft.storage.LogPosition;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/** Section 3.10: the leadership is handed over. */
@DisplayName("Section 3.10: leadership transfer")
class Section3_10_TransferTest {

    private static final NodeId ONE = NodeId.of(1);
    private static final NodeId TWO = NodeId.of(2);
    private static final NodeId THREE = NodeId.of(3);

    private static TestServer leader() {
        return Setup.cluster(3).log(1, 1).leader(1);
    }

    private static TestServer follower() {
        TestServer follower = Setup.cluster(3).server(2);
        follower.receives(append(1, LogPosition.ZERO, 0, run(1, 1, "x")));
        follower.persists();
        follower.takeSent();
        return follower;
    }

    private static List<TimeoutNow> asked(TestServer leader) {
        return leader.takeSent(TimeoutNow.class);
    }

    // --- the leader ---

    @Test
    @DisplayName("the leader asks a server whose log is as long as its own at once")
    void asksAtOnce() {
        TestServer leader = leader();

        transfer(leader, 2);

        assertThat(asked(leader)).containsExactly(new TimeoutNow(2, ONE, TWO));
    }

    @Test
    @DisplayName("the leader brings the target up to date first")
    void catchesTheTargetUp() {
        TestServer leader = leader();
        propose(leader, "x");

        transfer(leader, 2);
        assertThat(asked(leader)).isEmpty();
        acknowledge(leader, 2, leader.core().lastIndex());

        assertThat(asked(leader)).hasSize(1);
    }

    @Test
    @DisplayName("the leader takes no proposals meanwhile")
    void takesNoProposals() {
        TestServer leader = leader();
        long last = leader.core().lastIndex();
        transfer(leader, 2);
        leader.takeNotices();

        propose(leader, "x");

        assertThat(leader.core().lastIndex()).isEqualTo(last);
        assertThat(notices(leader, Notice.ProposalsRefused.class))
                .extracting(Notice.ProposalsRefused::reason)
                .containsExactly(Notice.Refusal.TRANSFER_IN_PROGRESS);
    }

    @Test
    @DisplayName("the leader asks again with each heartbeat, because a message may be lost")
    void asksAgain() {
        TestServer leader = leader();
        transfer(leader, 2);
        leader.takeSent();

        leader.waits(HEARTBEAT);

        assertThat(asked(leader)).hasSize(1);
    }

    @Test
    @DisplayName("the leader goes on after an election timeout, and asks no more")
    void givesUp() {
        TestServer leader = leader();
        transfer(leader, 2);
        leader.waits(ELECTION_TIMEOUT / 2);
        heard(leader, 3, 1, 0);
        leader.waits(ELECTION_TIMEOUT / 2);
        assertThat(refusal(leader)).contains(ChangeRefusal.TRANSFER_TIMED_OUT);
        leader.takeSent();

        leader.waits(HEARTBEAT);

        assertThat(asked(leader)).isEmpty();
        assertThat(leader.core().role()).isEqualTo(RaftRole.LEADER);
    }

    @Test
    @DisplayName("the leader is due when it gives up")
    void isDueInTime() {
        TestServer leader = leader();
        long due = leader.nowNanos() + ELECTION_TIMEOUT;
        transfer(leader, 2);

        for (int i = 0; i < 20 && leader.core().role() == RaftRole.LEADER; i++) {
            heard(leader, 3, 1, 0);
            leader.waitsForDeadline();
            if (refusal(leader).isPresent()) {
                assertThat(leader.nowNanos()).isEqualTo(due);
                return;
            }
        }

        throw new AssertionError("never gives up");
    }

    @Test
    @DisplayName("is done when another server is known to lead, whoever that is")
    void isDone() {
        TestServer leader = leader();
        transfer(leader, 2);
        leader.receives(new RequestVote(3, TWO, ONE, new LogPosition(3, 2), true));
        assertThat(notices(leader, Notice.TransferDone.class)).isEmpty();

        leader.receives(new Heartbeat(4, THREE, ONE, 0, 1));

        assertThat(notices(leader, Notice.TransferDone.class))
                .containsExactly(new Notice.TransferDone(Operator.REQUEST, THREE));
    }

    @Test
    @DisplayName("has failed if nobody is known to lead two election timeouts later")
    void hasFailed() {
        TestServer leader = leader();
        transfer(leader, 2);
        leader.receives(new RequestVote(3, TWO, ONE, new LogPosition(3, 2), true));
        leader.takeNotices();

        leader.waits(2 * ELECTION_TIMEOUT);

        assertThat(refusal(leader)).contains(ChangeRefusal.TRANSFER_TIMED_OUT);
    }

    @Test
    @DisplayName("goes to the voter with the highest priority, and among these to the one that has most of the log")
    void choosesTheFittest() {
        Membership membership = Membership.ofVoters(List.of(
                member(1),
                member(2).withPriority(1),
                member(3).withPriority(2),
                member(4).withPriority(2)));
        TestServer leader = Setup.of(membership).leader(1);
        propose(leader, "x");
        acknowledge(leader, 2, leader.core().lastIndex());
        acknowledge(leader, 4, leader.core().lastIndex());

        transferToAnybody(leader);

        assertThat(asked(leader)).extracting(TimeoutNow::to).containsExactly(NodeId.of(4));
    }

    @Test
    @DisplayName("does not go to a server that was not heard for an election timeout, nor to a learner")
    void choosesNobodyWhoIsSilent() {
        TestServer leader = Setup.of(Setup.membership(Set.of(1L, 2L, 3L), Set.of(), Set.of(4L)))
                .leader(1);
        for (int i = 0; i < 4; i++) {
            leader.waits(ELECTION_TIMEOUT / 4);
            heard(leader, 3, 1, 0);
            heard(leader, 4, 1, 0);
        }
        leader.takeSent();

        transferToAnybody(leader);

        assertThat(asked(leader)).extracting(TimeoutNow::to).containsExactly(THREE);
    }

    // --- the target ---

    @Test
    @DisplayName("the target begins an election at once, without asking beforehand")
    void beginsAtOnce() {
        TestServer follower = follower();

        follower.receives(new TimeoutNow(1, ONE, TWO));
        assertThat(follower.takeSent(PreVote.class)).isEmpty();
        follower.persists();

        assertThat(follower.takeSent(RequestVote.class))
                .containsExactly(
                        new RequestVote(2, TWO, ONE, new LogPosition(1, 1), true),
                        new RequestVote(2, TWO, THREE, new LogPosition(1, 1), true));
    }

    @Test
    @DisplayName("who hears a leader votes for a candidate that the leader wants")
    void isVotedForInSpiteOfTheLeader() {
        TestServer follower = follower();

        follower.receives(new RequestVote(2, THREE, TWO, new LogPosition(1, 1), true));
        follower.persists();

        assertThat(follower.takeSent(RequestVoteReply.class)).allMatch(RequestVoteReply::granted);
    }

    @Test
    @DisplayName("who begins again afterwards asks like everybody else")
    void isNoLongerWantedTheSecondTime() {
        TestServer follower = follower();
        follower.receives(new TimeoutNow(1, ONE, TWO));
        follower.persists();
        follower.takeSent();

        follower.waitsForDeadline();

        assertThat(follower.core().role()).isEqualTo(RaftRole.PRE_CANDIDATE);
    }

    @Test
    @DisplayName("nobody listens to one who does not lead")
    void listensToTheLeaderOnly() {
        TestServer follower = follower();

        follower.receives(new TimeoutNow(1, THREE, TWO));
        follower.receives(new TimeoutNow(0, ONE, TWO));

        assertThat(follower.core().role()).isEqualTo(RaftRole.FOLLOWER);
        assertThat(follower.core().currentTerm()).isEqualTo(1);
    }

    @Test
    @DisplayName("a learner does not listen, nor does a server whose disk is stalled")
    void theUnfitDoNotListen() {
        TestServer learner =
                Setup.of(Setup.membership(Set.of(1L), Set.of(), Set.of(2L))).server(2);
        learner.receives(new Heartbeat(1, ONE, TWO, 0, 1));
        TestServer stalled = Setup.cluster(3).longestSync(50_000_000).server(2);
        stalled.receives(append(1, LogPosition.ZERO, 0, run(1, 1, "x")));
        stalled.waits(50_000_000);

        learner.receives(new TimeoutNow(1, ONE, TWO));
        stalled.receives(new TimeoutNow(1, ONE, TWO));

        assertThat(learner.core().role()).isEqualTo(RaftRole.LEARNER);
        assertThat(stalled.core().role()).isEqualTo(RaftRole.FOLLOWER);
    }
}
