package io.balsa.raft.runtime;

import static io.balsa.raft.runtime.SteppedNode.ONE;
import static io.balsa.raft.runtime.SteppedNode.THREE;
import static io.balsa.raft.runtime.SteppedNode.TWO;
import static io.balsa.raft.runtime.SteppedNode.append;
import static io.balsa.raft.runtime.SteppedNode.at;
import static io.balsa.raft.runtime.SteppedNode.failureOf;
import static io.balsa.raft.runtime.SteppedNode.voters;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import io.balsa.raft.ChangeRefusedException;
import io.balsa.raft.MemberStatus;
import io.balsa.raft.MemberStatus.Standing;
import io.balsa.raft.MembershipAdmin;
import io.balsa.raft.NodeStoppedException;
import io.balsa.raft.NotLeaderException;
import io.balsa.raft.Outcome;
import io.balsa.raft.OutcomeUnknownException;
import io.balsa.raft.cluster.ChangeRefusal;
import io.balsa.raft.cluster.Membership;
import io.balsa.raft.cluster.MembershipChange;
import io.balsa.raft.cluster.NodeId;
import io.balsa.raft.cluster.RaftRole;
import io.balsa.raft.message.AppendEntries;
import io.balsa.raft.message.AppendEntriesAccepted;
import io.balsa.raft.message.Heartbeat;
import io.balsa.raft.storage.EntryKind;
import io.balsa.raft.storage.EntryRun;
import io.balsa.raft.storage.LogPosition;
import io.balsa.raft.storage.MemoryStorage;
import io.balsa.raft.storage.StorageException;
import java.time.Duration;
import java.util.List;
import java.util.OptionalLong;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

@DisplayName("Whoever minds the members of a cluster")
class MembershipAdminTest {

    private static final NodeId FOUR = NodeId.of(4);

    private final SteppedNode node = new SteppedNode(3);

    @AfterEach
    void close() {
        node.close();
    }

    private MembershipAdmin leader() {
        node.start().lead();
        return node.node.membership();
    }

    private <T> CompletableFuture<T> done(CompletableFuture<T> future) {
        node.agents.runAll();
        for (int i = 0; i < 3; i++) {
            node.acknowledge();
        }
        return future;
    }

    private void await(CompletableFuture<?> future) {
        assertThat(done(future)).isCompleted();
    }

    private static void assertRefused(CompletableFuture<?> future, ChangeRefusal reason) {
        assertThat(failureOf(future)).isInstanceOfSatisfying(ChangeRefusedException.class, e -> {
            assertThat(e.reason()).isEqualTo(reason);
            assertThat(e.outcome()).isEqualTo(Outcome.NOT_APPLIED);
        });
    }

    // --- changes ---

    @Test
    @DisplayName("changes it by the leader, and is told what it has become once that is committed")
    void changes() {
        MembershipAdmin members = leader();
        CompletableFuture<Membership> learner = members.addLearner(4, "local:4");
        node.agents.runAll();
        assertThat(learner).isNotDone();
        assertThat(node.trace).contains("members [2, 3, 4]"); // it is in effect already

        assertThat(done(learner)).isCompletedWithValueMatching(now -> now.isLearner(FOUR));
        assertThat(done(members.changeAddress(4, "elsewhere:4")))
                .isCompletedWithValueMatching(
                        now -> now.member(FOUR).orElseThrow().address().equals("elsewhere:4"));
        assertThat(done(members.setPriority(4, 7))).isCompletedWithValueMatching(now -> {
            var member = now.member(FOUR).orElseThrow();
            return member.priority() == 7 && member.address().equals("elsewhere:4");
        });
        assertThat(done(members.demote(3))).isCompletedWithValueMatching(now -> now.isLearner(THREE));
        assertThat(done(members.remove(3))).isCompletedWithValueMatching(now -> !now.contains(THREE));
    }

    @Test
    @DisplayName("gets a voter when it has caught up, and puts it in the place of another")
    void votersCatchUp() {
        MembershipAdmin members = leader();
        CompletableFuture<Membership> replaced = members.replace(3, 4, "local:4");
        assertThat(done(replaced)).isNotDone();
        assertThat(node.status().membership().isLearner(FOUR)).isTrue();

        for (int i = 0; i < 4; i++) {
            node.receive(new AppendEntriesAccepted(
                    node.status().term(), FOUR, ONE, node.status().lastIndex()));
            node.acknowledge();
            node.advance(Duration.ofMillis(100));
        }

        assertThat(replaced).isCompletedWithValueMatching(now -> now.voters().contains(FOUR) && !now.contains(THREE));
    }

    @Test
    @DisplayName("is told what is wrong with a change, by a reason for each")
    void refused() {
        MembershipAdmin members = leader();
        assertRefused(done(members.addVoter(2, "local:9")), ChangeRefusal.ALREADY_A_MEMBER);
        assertRefused(done(members.promote(9)), ChangeRefusal.NOT_A_MEMBER);
        assertRefused(done(members.setPriority(9, 1)), ChangeRefusal.NOT_A_MEMBER);
        assertRefused(done(members.promote(2)), ChangeRefusal.ALREADY_A_VOTER);
        assertRefused(done(members.addLearner(4, "local:2")), ChangeRefusal.ADDRESS_IN_USE);
        assertRefused(done(members.setPriority(2, 0)), ChangeRefusal.NOTHING_TO_CHANGE);
        MembershipChange stale =
                MembershipChange.begin().remove(THREE).onlyIfAt(node.status().membershipIndex() + 1);
        assertRefused(done(members.change(stale)), ChangeRefusal.MEMBERSHIP_HAS_CHANGED);

        CompletableFuture<Membership> first = members.addLearner(4, "local:4");
        CompletableFuture<Membership> second = members.addLearner(5, "local:5");
        assertThat(done(first)).isCompleted();
        assertRefused(second, ChangeRefusal.CHANGE_IN_PROGRESS);
    }

    @Test
    @DisplayName("is sent to the leader by any other node, and told so by one that does not run")
    void elsewhere() {
        assertThat(failureOf(node.node.membership().remove(2))).isInstanceOf(NodeStoppedException.class);
        node.start();
        node.receive(new Heartbeat(1, TWO, ONE, 0, 1));

        CompletableFuture<Membership> change = done(node.node.membership().remove(2));

        assertThat(failureOf(change))
                .isInstanceOfSatisfying(
                        NotLeaderException.class,
                        e -> assertThat(e.leader())
                                .hasValueSatisfying(
                                        leader -> assertThat(leader.id()).isEqualTo(TWO)));
    }

    @Test
    @DisplayName("does not know what became of a change when the leader is deposed, or stops")
    void unknown() {
        MembershipAdmin members = leader();
        CompletableFuture<Membership> deposed = members.addLearner(4, "local:4");
        node.agents.runAll();
        node.receive(new Heartbeat(node.status().term() + 1, TWO, ONE, 0, 1));
        assertThat(failureOf(deposed)).isInstanceOf(OutcomeUnknownException.class);

        node.lead();
        CompletableFuture<Membership> stopped = members.addLearner(5, "local:5");
        node.agents.runAll();
        node.close();
        assertThat(failureOf(stopped)).isInstanceOf(OutcomeUnknownException.class);
    }

    @Test
    @DisplayName("is told at once of what can never be right")
    void wrongArguments() {
        MembershipAdmin members = node.node.membership();
        assertThatIllegalArgumentException().isThrownBy(() -> members.addVoter(0, "local:4"));
        assertThatIllegalArgumentException().isThrownBy(() -> members.changeAddress(4, " "));
        assertThatIllegalArgumentException().isThrownBy(() -> members.setPriority(4, 101));
        assertThatIllegalArgumentException().isThrownBy(() -> node.node.transferLeadership(-1));
        assertThatIllegalStateException().isThrownBy(() -> node.node.preVote(true));
    }

    // --- transfer and PreVote ---

    @Test
    @DisplayName("hands the leadership over, and is told to whom")
    void transfer() {
        leader();
        CompletableFuture<NodeId> transfer = node.node.transferLeadership(2);
        node.agents.runAll();
        assertThat(node.trace).contains("send TimeoutNow to 2");

        node.receive(new Heartbeat(node.status().term() + 1, TWO, ONE, 0, 1));

        assertThat(transfer).isCompletedWithValue(TWO);
    }

    @Test
    @DisplayName("is told why the leadership was not handed over")
    void transferRefused() {
        assertThat(failureOf(node.node.transferLeadership())).isInstanceOf(NodeStoppedException.class);
        node.start();
        CompletableFuture<NodeId> follower = done(node.node.transferLeadership());
        assertThat(failureOf(follower)).isInstanceOf(NotLeaderException.class);

        node.lead();
        assertRefused(done(node.node.transferLeadership(1)), ChangeRefusal.ALREADY_LEADS);
        assertRefused(done(node.node.transferLeadership(9)), ChangeRefusal.NOT_A_MEMBER);
        CompletableFuture<NodeId> first = node.node.transferLeadership(2);
        CompletableFuture<NodeId> second = node.node.transferLeadership(2);
        node.agents.runAll();
        assertRefused(second, ChangeRefusal.TRANSFER_IN_PROGRESS);
        node.advance(Duration.ofMillis(500));
        node.acknowledge();
        node.advance(Duration.ofMillis(500));
        assertRefused(first, ChangeRefusal.TRANSFER_TIMED_OUT);
        assertThat(node.status().isLeader()).isTrue();
    }

    @Test
    @DisplayName("switches PreVote while the node runs")
    void preVote() {
        node.start();
        node.node.preVote(true);
        node.agents.runAll();

        node.advance(Duration.ofSeconds(3));

        assertThat(node.status().role()).isEqualTo(RaftRole.PRE_CANDIDATE);
        assertThat(node.trace).contains("send PreVote to 2").doesNotContain("send RequestVote to 2");
    }

    // --- the list ---

    private List<Standing> standings() {
        return node.node.members().stream().map(MemberStatus::standing).toList();
    }

    @Test
    @DisplayName("sees on the leader who is there, how long ago each was heard, and what it lacks")
    void list() {
        leader();
        node.advance(Duration.ofMillis(300));
        node.acknowledge();
        node.advance(Duration.ofMillis(100));

        List<MemberStatus> members = node.node.members();

        assertThat(members).extracting(MemberStatus::id).containsExactly(ONE, TWO, THREE);
        assertThat(members)
                .extracting(MemberStatus::role)
                .containsExactly(RaftRole.LEADER, RaftRole.FOLLOWER, RaftRole.FOLLOWER);
        assertThat(standings()).containsOnly(Standing.ACTIVE);
        assertThat(members.get(0).lag()).hasValue(0);
        assertThat(members.get(1).lag()).hasValue(0);
        assertThat(members.get(1).lastContact()).hasValue(Duration.ofMillis(100));
        assertThat(members.get(2).lag()).isEqualTo(OptionalLong.of(node.status().lastIndex()));
        assertThat(members.get(2).address()).isEqualTo("local:3");
    }

    @Test
    @DisplayName("sees who is joining, who is leaving and who has left")
    void comingAndGoing() {
        MembershipAdmin members = leader();
        await(members.addLearner(4, "local:4"));
        assertThat(standings()).containsExactly(Standing.ACTIVE, Standing.ACTIVE, Standing.ACTIVE, Standing.JOINING);
        node.receive(new AppendEntriesAccepted(
                node.status().term(), FOUR, ONE, node.status().lastIndex()));
        node.advance(Duration.ofMillis(100));
        assertThat(standings()).containsOnly(Standing.ACTIVE);

        await(members.remove(4));
        assertThat(standings()).containsExactly(Standing.ACTIVE, Standing.ACTIVE, Standing.ACTIVE, Standing.LEAVING);
        assertThat(node.trace.stream().filter(line -> line.startsWith("members")))
                .endsWith("members [2, 3, 4]"); // it must hear that it was removed
        for (int i = 0; i < 25; i++) {
            node.advance(Duration.ofMillis(100));
            node.acknowledge();
        }
        assertThat(standings()).containsExactly(Standing.ACTIVE, Standing.ACTIVE, Standing.ACTIVE, Standing.LEFT);
        assertThat(node.trace.stream().filter(line -> line.startsWith("members")))
                .endsWith("members [2, 3]");
    }

    // --- joining ---

    private static EntryRun membership(long index, Membership membership) {
        return EntryRun.of(index, 1, EntryKind.MEMBERSHIP, List.of(membership.encode()));
    }

    @Test
    @DisplayName(
            "starts a server that joins: it keeps silent until it is added, and answers a leader it knows from the start")
    void joins() {
        MemoryStorage store = new MemoryStorage();
        SteppedNode joiner = new SteppedNode(voters(2, 3), SteppedNode.config().build(), store).start();
        joiner.advance(Duration.ofSeconds(30));
        assertThat(joiner.transport.takeSent()).isEmpty();
        assertThat(joiner.trace).contains("members [2, 3]");

        // The log begins when only server 2 was there, and the leader is server 3.
        joiner.receive(new AppendEntries(1, THREE, ONE, LogPosition.ZERO, List.of(membership(1, voters(2))), 1));
        assertThat(joiner.trace).contains("send AppendEntriesAccepted to 3");
        assertThat(joiner.trace.stream().filter(line -> line.startsWith("members")))
                .endsWith("members [2, 3]");
        joiner.receive(new AppendEntries(1, THREE, ONE, at(1, 1), List.of(membership(2, voters(1, 2, 3))), 2));
        assertThat(joiner.status().role()).isEqualTo(RaftRole.FOLLOWER);
        joiner.close();

        try (SteppedNode again = new SteppedNode(voters(2), SteppedNode.config().build(), store).start()) {
            assertThat(again.status().membership().voters()).containsExactly(ONE, TWO, THREE);
        }
    }

    @Test
    @DisplayName("may give a server that joins others to be greeted by, as long as nobody has greeted it")
    void joinsOtherwise() {
        MemoryStorage store = new MemoryStorage();
        new SteppedNode(voters(2, 3), SteppedNode.config().build(), store)
                .start()
                .close();

        try (SteppedNode again = new SteppedNode(voters(4), SteppedNode.config().build(), store).start()) {
            assertThat(again.trace).contains("members [4]");
        }
        SteppedNode founder = new SteppedNode(voters(1, 2), SteppedNode.config().build(), store);
        org.assertj.core.api.Assertions.assertThatThrownBy(founder::start).isInstanceOf(StorageException.class);
    }

    @Test
    @DisplayName("is answered by a follower that knows the leader's address, although its own log does not have it yet")
    void leaderOutsideTheMembership() {
        node.start();
        node.receive(append(1, TWO, LogPosition.ZERO, 0, "a"));
        Membership withoutLeader = voters(1, 3);
        node.receive(new AppendEntries(1, TWO, ONE, at(1, 1), List.of(membership(2, withoutLeader)), 2));

        assertThat(node.trace.stream().filter(line -> line.startsWith("members")))
                .endsWith("members [2, 3]");
        assertThat(node.status().leader())
                .hasValueSatisfying(leader -> assertThat(leader.address()).isEqualTo("local:2"));
    }
}
