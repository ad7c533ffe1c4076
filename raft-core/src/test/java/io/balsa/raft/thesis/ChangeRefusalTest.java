package io.balsa.raft.thesis;

import static io.balsa.raft.core.Setup.ELECTION_TIMEOUT;
import static io.balsa.raft.core.Setup.acknowledge;
import static io.balsa.raft.thesis.Operator.begin;
import static io.balsa.raft.thesis.Operator.change;
import static io.balsa.raft.thesis.Operator.commits;
import static io.balsa.raft.thesis.Operator.heard;
import static io.balsa.raft.thesis.Operator.id;
import static io.balsa.raft.thesis.Operator.learners;
import static io.balsa.raft.thesis.Operator.member;
import static io.balsa.raft.thesis.Operator.refusal;
import static io.balsa.raft.thesis.Operator.transfer;
import static io.balsa.raft.thesis.Operator.transferToAnybody;
import static io.balsa.raft.thesis.Operator.voters;
import static org.assertj.core.api.Assertions.assertThat;

import io.balsa.raft.cluster.ChangeRefusal;
import io.balsa.raft.cluster.Member;
import io.balsa.raft.cluster.Membership;
import io.balsa.raft.cluster.MembershipChange;
import io.balsa.raft.core.Setup;
import io.balsa.raft.core.TestServer;
import java.util.Set;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import java.util.stream.LongStream;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/** One test for each reason for which the core refuses what an operator asks; nothing is appended then. */
@DisplayName("An operator is refused")
class ChangeRefusalTest {

    /** Servers 1 to 3 vote, 4 learns; all have all. */
    private static TestServer leader() {
        return Setup.of(Setup.membership(Set.of(1L, 2L, 3L), Set.of(), Set.of(4L)))
                .log(1, 1)
                .leader(1);
    }

    private static void refuses(TestServer server, Consumer<TestServer> request, ChangeRefusal reason) {
        long last = server.core().lastIndex();
        Membership before = server.core().membership();
        server.takeNotices();

        request.accept(server);

        assertThat(refusal(server)).contains(reason);
        assertThat(server.core().lastIndex()).as("where the log ends").isEqualTo(last);
        assertThat(server.core().membership()).isEqualTo(before);
    }

    private static void refuses(MembershipChange change, ChangeRefusal reason) {
        refuses(leader(), server -> change(server, change), reason);
    }

    @Test
    @DisplayName("by a server that does not lead")
    void notLeader() {
        refuses(
                Setup.cluster(3).server(2),
                server -> change(server, begin().addLearner(member(4))),
                ChangeRefusal.NOT_LEADER);
        refuses(Setup.cluster(3).server(2), server -> transfer(server, 2), ChangeRefusal.NOT_LEADER);
    }

    @Test
    @DisplayName("by a leader that has committed nothing in its term")
    void notReady() {
        refuses(
                Setup.cluster(3).elected(1),
                server -> change(server, begin().addLearner(member(4))),
                ChangeRefusal.NOT_READY);
    }

    @Test
    @DisplayName("while another change is under way")
    void changeInProgress() {
        TestServer leader = leader();
        change(leader, begin().demote(id(3)));

        refuses(leader, server -> change(server, begin().addLearner(member(5))), ChangeRefusal.CHANGE_IN_PROGRESS);
        refuses(leader, server -> transfer(server, 2), ChangeRefusal.CHANGE_IN_PROGRESS);
    }

    @Test
    @DisplayName("while newcomers catch up")
    void changeInProgressWhileCatchingUp() {
        TestServer leader = leader();
        change(leader, begin().addVoter(member(5)));
        commits(leader, 2, 3);

        refuses(leader, server -> change(server, begin().demote(id(3))), ChangeRefusal.CHANGE_IN_PROGRESS);
    }

    @Test
    @DisplayName("while the joint phase that an earlier leader began goes on")
    void changeInProgressOfAnEarlierLeader() {
        TestServer leader = Setup.of(Setup.membership(Set.of(1L, 2L, 3L), Set.of(3L, 4L, 5L), Set.of()))
                .elected(1);

        refuses(leader, server -> change(server, begin().demote(id(3))), ChangeRefusal.CHANGE_IN_PROGRESS);
    }

    @Test
    @DisplayName("while the leadership is being handed over")
    void transferInProgress() {
        TestServer leader = leader();
        transfer(leader, 2);

        refuses(leader, server -> change(server, begin().demote(id(3))), ChangeRefusal.TRANSFER_IN_PROGRESS);
        refuses(leader, server -> transfer(server, 3), ChangeRefusal.TRANSFER_IN_PROGRESS);
    }

    @Test
    @DisplayName("if the membership is not the one that was expected")
    void membershipHasChanged() {
        refuses(begin().demote(id(3)).onlyIfAt(1), ChangeRefusal.MEMBERSHIP_HAS_CHANGED);

        TestServer leader = leader();
        change(leader, begin().demote(id(3)).onlyIfAt(0));
        assertThat(refusal(leader)).isEmpty();
    }

    @Test
    @DisplayName("to add a member")
    void alreadyAMember() {
        refuses(begin().addVoter(member(3)), ChangeRefusal.ALREADY_A_MEMBER);
        refuses(begin().addLearner(member(4)), ChangeRefusal.ALREADY_A_MEMBER);
        refuses(begin().addLearner(member(5)).addVoter(member(5)), ChangeRefusal.ALREADY_A_MEMBER);
        refuses(begin().remove(id(3)).addVoter(member(3)), ChangeRefusal.ALREADY_A_MEMBER);
    }

    @Test
    @DisplayName("to do anything with a server that is no member")
    void notAMember() {
        refuses(begin().promote(id(9)), ChangeRefusal.NOT_A_MEMBER);
        refuses(begin().demote(id(9)), ChangeRefusal.NOT_A_MEMBER);
        refuses(begin().remove(id(9)), ChangeRefusal.NOT_A_MEMBER);
        refuses(begin().alter(member(9)), ChangeRefusal.NOT_A_MEMBER);
        refuses(begin().remove(id(3)).demote(id(3)), ChangeRefusal.NOT_A_MEMBER);
        refuses(leader(), server -> transfer(server, 9), ChangeRefusal.NOT_A_MEMBER);
    }

    @Test
    @DisplayName("to promote a voter")
    void alreadyAVoter() {
        refuses(begin().promote(id(3)), ChangeRefusal.ALREADY_A_VOTER);
    }

    @Test
    @DisplayName("to demote a learner, or to let it lead")
    void notAVoter() {
        refuses(begin().demote(id(4)), ChangeRefusal.NOT_A_VOTER);
        refuses(leader(), server -> transfer(server, 4), ChangeRefusal.NOT_A_VOTER);
    }

    @Test
    @DisplayName("to use the address of another member")
    void addressInUse() {
        refuses(begin().addLearner(Member.of(5, "n3")), ChangeRefusal.ADDRESS_IN_USE);
        refuses(begin().alter(Member.of(4, "n3")), ChangeRefusal.ADDRESS_IN_USE);
    }

    @Test
    @DisplayName("to use the address of another member, but not to keep an address that another was given on the way")
    void addressInUseAnyway() {
        TestServer leader = Setup.cluster(1).catchUp(ELECTION_TIMEOUT).leader(1);
        change(leader, begin().alter(Member.of(1, "new")).addVoter(Member.of(2, "n1")));
        commits(leader);
        leader.waits(ELECTION_TIMEOUT);
        assertThat(refusal(leader)).contains(ChangeRefusal.CATCH_UP_TIMED_OUT);

        change(leader, begin().alter(member(1).withPriority(3)));

        assertThat(refusal(leader)).isEmpty();
        assertThat(leader.core().membership().priorityOf(id(1))).isEqualTo(3);
    }

    @Test
    @DisplayName("to leave nobody who votes")
    void lastVoter() {
        refuses(begin().remove(id(1)).remove(id(2)).remove(id(3)), ChangeRefusal.LAST_VOTER);
        refuses(begin().demote(id(1)).remove(id(2)).demote(id(3)), ChangeRefusal.LAST_VOTER);
    }

    @Test
    @DisplayName("to have more members than there may be, be it only on the way")
    void tooManyMembers() {
        Membership full = Setup.membership(
                Set.of(1L),
                Set.of(),
                LongStream.rangeClosed(2, Membership.MAX_MEMBERS).boxed().collect(Collectors.toSet()));
        TestServer leader = Setup.of(full).leader(1);

        refuses(leader, server -> change(server, begin().addLearner(member(5_000))), ChangeRefusal.TOO_MANY_MEMBERS);
        refuses(
                leader,
                server -> change(server, begin().remove(id(9)).addVoter(member(5_000))),
                ChangeRefusal.TOO_MANY_MEMBERS);
        refuses(
                leader,
                server -> change(server, begin().remove(id(1)).promote(id(9)).addLearner(member(5_000))),
                ChangeRefusal.TOO_MANY_MEMBERS);
    }

    @Test
    @DisplayName("to change nothing")
    void nothingToChange() {
        refuses(begin(), ChangeRefusal.NOTHING_TO_CHANGE);
        refuses(begin().demote(id(3)).promote(id(3)), ChangeRefusal.NOTHING_TO_CHANGE);
        refuses(begin().alter(member(3)), ChangeRefusal.NOTHING_TO_CHANGE);
    }

    @Test
    @DisplayName("to promote a learner that lacks much of the log")
    void lags() {
        TestServer leader = Setup.of(Setup.membership(Set.of(1L), Set.of(), Set.of(4L)))
                .log(1, 1)
                .elected(1);

        refuses(leader, server -> change(server, begin().promote(id(4))), ChangeRefusal.LAGS);
    }

    @Test
    @DisplayName("to promote a learner that has been silent")
    void lagsByBeingSilent() {
        TestServer leader = leader();
        for (int i = 0; i < 5; i++) {
            leader.waits(ELECTION_TIMEOUT / 4);
            heard(leader, 2, 1, 0);
        }

        refuses(leader, server -> change(server, begin().promote(id(4))), ChangeRefusal.LAGS);
    }

    @Test
    @DisplayName("a vote for a newcomer that does not catch up in time; it stays a learner")
    void catchUpTimedOut() {
        TestServer leader = Setup.cluster(1).catchUp(3 * ELECTION_TIMEOUT).leader(1);
        change(leader, begin().addVoter(member(2)));
        commits(leader);
        leader.waits(3 * ELECTION_TIMEOUT - 1);
        assertThat(refusal(leader)).isEmpty();

        refuses(leader, server -> server.waits(1), ChangeRefusal.CATCH_UP_TIMED_OUT);

        assertThat(voters(leader)).containsExactly(1L);
        assertThat(learners(leader)).containsExactly(2L);
    }

    @Test
    @DisplayName("to hand over to whoever leads")
    void alreadyLeads() {
        refuses(leader(), server -> transfer(server, 1), ChangeRefusal.ALREADY_LEADS);
    }

    @Test
    @DisplayName("to hand over when there is nobody fit for it")
    void noSuccessor() {
        refuses(Setup.cluster(1).leader(1), Operator::transferToAnybody, ChangeRefusal.NO_SUCCESSOR);

        TestServer leader = Setup.cluster(3).withoutCheckQuorum().leader(1);
        leader.waits(ELECTION_TIMEOUT);
        refuses(leader, server -> transferToAnybody(server), ChangeRefusal.NO_SUCCESSOR);
    }

    @Test
    @DisplayName("when the other server does not take over in time; the leader goes on and takes proposals again")
    void transferTimedOut() {
        TestServer leader = leader();
        transfer(leader, 2);
        leader.waits(ELECTION_TIMEOUT / 2);
        acknowledge(leader, 3, leader.core().lastIndex());
        heard(leader, 3, 1, 0);

        refuses(leader, server -> server.waits(ELECTION_TIMEOUT / 2), ChangeRefusal.TRANSFER_TIMED_OUT);

        long last = leader.core().lastIndex();
        Setup.propose(leader, "x");
        assertThat(leader.core().lastIndex()).isEqualTo(last + 1);
    }
}
