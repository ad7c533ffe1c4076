package io.balsa.raft.testkit.oracle;

import static io.balsa.raft.testkit.oracle.Stage.N1;
import static io.balsa.raft.testkit.oracle.Stage.N2;
import static io.balsa.raft.testkit.oracle.Stage.N3;
import static io.balsa.raft.testkit.oracle.Stage.N4;
import static io.balsa.raft.testkit.oracle.Stage.N5;
import static io.balsa.raft.testkit.oracle.Stage.assertViolates;
import static io.balsa.raft.testkit.oracle.Stage.change;
import static io.balsa.raft.testkit.oracle.Stage.entry;
import static io.balsa.raft.testkit.oracle.Stage.members;
import static io.balsa.raft.testkit.oracle.Stage.noOp;
import static io.balsa.raft.testkit.oracle.Stage.state;
import static io.balsa.raft.testkit.oracle.Stage.voters;
import static org.assertj.core.api.Assertions.assertThat;

import io.balsa.raft.cluster.Membership;
import io.balsa.raft.cluster.NodeId;
import io.balsa.raft.cluster.RaftRole;
import io.balsa.raft.message.PreVoteReply;
import io.balsa.raft.storage.EntryRun;
import io.balsa.raft.storage.HardState;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;

@DisplayName("The oracle objects, of memberships, to")
class MembershipOracleTest {

    private static final Membership FOUR = voters(1, 2, 3, 4);
    private static final Membership JOINT = members(new long[] {3, 4, 5}, new long[] {1, 2, 3}, new long[0]);

    private final Stage stage = Stage.of(3, 0);

    /** Server 1 leads term 1; its no-op is committed, on servers 1 and 2. Servers 4 and 5 are there and no members. */
    @BeforeEach
    void commit() {
        stage.starts(N4, HardState.INITIAL);
        stage.starts(N5, HardState.INITIAL);
        stage.elect(N1, 1, N1, N2);
        stage.replicate(noOp(1, 1), N2);
        stage.step(N1).commits(1).unsynced();
    }

    private void leaderAppends(EntryRun run, NodeId... followers) {
        stage.step(N1).appends(run).synced();
        for (NodeId follower : followers) {
            stage.step(follower).term(1).appends(run).synced();
        }
    }

    private void bring(NodeId... newcomers) {
        for (NodeId newcomer : newcomers) {
            stage.step(newcomer)
                    .votes(1, N1)
                    .role(RaftRole.FOLLOWER)
                    .appends(noOp(1, 1))
                    .synced();
        }
    }

    @Test
    @DisplayName("nothing that is right: one vote more, a joint phase, the leader's own removal, and the next leader")
    void allowsWhatIsRight() {
        bring(N3, N4, N5);
        leaderAppends(change(2, 1, FOUR), N2, N3);
        stage.step(N1).commits(2).unsynced();
        Membership joint = members(new long[] {3, 4, 5}, new long[] {1, 2, 3, 4}, new long[0]);
        stage.step(N4).appends(change(2, 1, FOUR)).synced();
        leaderAppends(change(3, 1, joint), N3, N4);
        stage.step(N1).commits(3).unsynced();
        leaderAppends(change(4, 1, voters(3, 4, 5)), N3, N4);
        stage.step(N1).commits(4).role(RaftRole.LEARNER).unsynced();
        stage.elect(N3, 2, N3, N4);
        stage.replicate(noOp(5, 2), N4);
        stage.step(N3).commits(5).unsynced();
        stage.oracle.fullCheck();

        assertThat(stage.oracle.committed()).isEqualTo(5);
    }

    @Nested
    @DisplayName("M1:")
    class Latest {

        @Test
        @DisplayName("one in effect that is not the latest in the log, because that is not committed yet")
        void tooLate() {
            assertViolates(
                    "M1",
                    () -> stage.step(N1)
                            .appends(change(2, 1, FOUR))
                            .goesBy(stage.founding)
                            .unsynced());
        }

        @Test
        @DisplayName("one that stays in effect when its entry is dropped")
        void notRolledBack() {
            stage.step(N2).appends(change(2, 1, FOUR)).synced();

            assertViolates(
                    "M1",
                    () -> stage.step(N2)
                            .term(2)
                            .appends(entry(2, 2, "y"))
                            .goesBy(FOUR)
                            .unsynced());
        }

        @Test
        @DisplayName("nothing, where the one before comes back; also after a restart")
        void allowsRollBack() {
            stage.step(N2).appends(change(2, 1, FOUR)).synced();
            stage.restarts(N2, state(1, N1), noOp(1, 1), change(2, 1, FOUR));
            stage.step(N2).unsynced();
            stage.step(N2).term(2).appends(entry(2, 2, "y")).unsynced();
        }
    }

    @Nested
    @DisplayName("M2:")
    class OneAtATime {

        @Test
        @DisplayName("a leader that changes it before it has committed anything in its term")
        void beforeOwnCommit() {
            stage.step(N2).commits(1).unsynced();
            stage.elect(N2, 2, N2, N3);

            assertViolates(
                    "M2", () -> stage.step(N2).appends(change(3, 2, FOUR)).unsynced());
        }

        @Test
        @DisplayName("a leader that changes it again before the last change is committed")
        void twoAtOnce() {
            leaderAppends(change(2, 1, FOUR));

            assertViolates(
                    "M2",
                    () -> stage.step(N1).appends(change(3, 1, stage.founding)).unsynced());
        }
    }

    @Nested
    @DisplayName("M3:")
    class Overlap {

        @Test
        @DisplayName("two that follow one another and may decide differently")
        void twoVotes() {
            assertViolates("M3", () -> leaderAppends(change(2, 1, voters(1, 4, 5))));
        }

        @Test
        @DisplayName("a voter that is known by another store at once: it is another voter")
        void anotherStore() {
            Membership known = Stage.withStore(stage.founding, N2, 22);
            stage.step(N3).term(1).appends(noOp(1, 1), change(2, 1, known)).unsynced();

            assertViolates(
                    "M3",
                    () -> stage.step(N3)
                            .appends(change(3, 1, Stage.withStore(stage.founding, N2, 23)))
                            .unsynced());
        }

        @Test
        @DisplayName("exactly those whose majorities need not meet")
        void counts() {
            for (int a = 1; a < 32; a++) {
                for (int b = 1; b < 32; b++) {
                    boolean meet = MembershipRules.doMajoritiesMeet(
                            Integer.bitCount(a), Integer.bitCount(b), Integer.bitCount(a & b));
                    assertThat(meet)
                            .as("majorities of %s and %s", Integer.toBinaryString(a), Integer.toBinaryString(b))
                            .isEqualTo(alwaysMeet(a, b));
                }
            }
        }

        private boolean alwaysMeet(int a, int b) {
            for (int of = 1; of < 32; of++) {
                for (int other = 1; other < 32; other++) {
                    boolean majorities = 2 * Integer.bitCount(of & a) > Integer.bitCount(a)
                            && 2 * Integer.bitCount(other & b) > Integer.bitCount(b);
                    if (majorities && (of & other) == 0) {
                        return false;
                    }
                }
            }
            return true;
        }
    }

    @Nested
    @DisplayName("M4:")
    class Joint {

        @Test
        @DisplayName(
                "a joint phase that does not begin with the voters there are, or ends with others than it began for")
        void wrongHalves() {
            Membership wrong = members(new long[] {3, 4, 5}, new long[] {1, 2}, new long[0]);

            assertViolates("M4", () -> leaderAppends(change(2, 1, wrong)));
            Stage other = Stage.of(3, 0);
            other.step(N2).term(1).appends(noOp(1, 1), change(2, 1, JOINT)).unsynced();
            assertViolates(
                    "M4",
                    () -> other.step(N2).appends(change(3, 1, voters(3, 4))).unsynced());
        }

        @Test
        @DisplayName("a joint phase that another one follows")
        void twice() {
            stage.step(N2).appends(change(2, 1, JOINT)).unsynced();

            assertViolates(
                    "M4", () -> stage.step(N2).appends(change(3, 1, JOINT)).unsynced());
        }

        @Test
        @DisplayName("a joint phase that ends before it is committed")
        void tooEarly() {
            leaderAppends(change(2, 1, JOINT));

            assertViolates("M4", () -> leaderAppends(change(3, 1, voters(3, 4, 5))));
        }

        @Test
        @DisplayName("a commitment by the majority of one half, be it the old or the new one")
        void commitsByOneHalf() {
            leaderAppends(change(2, 1, JOINT), N2);
            assertViolates("M4", () -> stage.step(N1).commits(2).unsynced());

            Stage other = Stage.of(3, 0);
            other.starts(N4, HardState.INITIAL);
            other.elect(N1, 1, N1, N2);
            other.replicate(noOp(1, 1), N2, N3, N4);
            other.step(N1).commits(1).unsynced();
            other.step(N1).appends(change(2, 1, JOINT)).unsynced();
            other.replicate(change(2, 1, JOINT), N3, N4);
            assertViolates(
                    "M4", () -> other.step(N1).commits(2).believesDurable(1).unsynced());
        }

        @Test
        @DisplayName("an election by the majority of one half")
        void electsByOneHalf() {
            bring(N3);
            stage.step(N3).appends(change(2, 1, JOINT)).synced();
            stage.collectsVotes(N3, 2, N3, N4);

            assertViolates(
                    "M4", () -> stage.step(N3).leads().appends(noOp(3, 2)).unsynced());
        }
    }

    @Nested
    @DisplayName("M5 and M6:")
    class WithoutVote {

        private void removed() {
            bring(N3);
            leaderAppends(change(2, 1, voters(2, 3)), N2, N3);
        }

        @Test
        @DisplayName(
                "nothing, where a server asks for an election that is a voter in either of its last two memberships")
        void allowsOutgoing() {
            removed();
            stage.restarts(N1, state(1, N1), noOp(1, 1), change(2, 1, voters(2, 3)));
            stage.step(N1).role(RaftRole.PRE_CANDIDATE).unsynced(); // section 4.2.2
            Stage other = Stage.of(3, 0);
            other.starts(N4, HardState.INITIAL);
            other.step(N4).term(1).appends(noOp(1, 1), change(2, 1, FOUR)).unsynced();
            other.step(N4).role(RaftRole.PRE_CANDIDATE).unsynced();
        }

        @Test
        @DisplayName("M6: a leader that counts itself, though it is not part of the membership")
        void countsItself() {
            leaderAppends(change(2, 1, voters(2, 3)), N2);

            assertViolates("M6", () -> stage.step(N1).commits(2).unsynced());
        }

        @Test
        @DisplayName("M6: a leader that goes on when it is committed that it is not part of the membership")
        void goesOn() {
            removed();

            assertViolates("M6", () -> stage.step(N1).commits(2).unsynced());
        }

        @Test
        @DisplayName("M6: a removed server that asks for elections, when it knows that this is committed")
        void campaigns() {
            removed();
            stage.step(N1).commits(2).role(RaftRole.LEARNER).unsynced();

            assertViolates(
                    "M6", () -> stage.step(N1).role(RaftRole.PRE_CANDIDATE).unsynced());
        }

        @Test
        @DisplayName("M5: a voter that was demoted and asks for elections")
        void demoted() {
            bring(N3);
            Membership without3 = members(new long[] {1, 2}, new long[0], new long[] {3});
            leaderAppends(change(2, 1, without3), N2, N3);
            stage.step(N1).commits(2).unsynced();
            stage.step(N3).commits(2).role(RaftRole.LEARNER).unsynced();

            assertViolates("M5", () -> stage.step(N3).role(RaftRole.CANDIDATE).unsynced());
        }

        @Test
        @DisplayName("L1: who is told that it was removed, though no such membership is committed")
        void falselyTold() {
            removed();
            stage.step(N1).commits(2).role(RaftRole.LEARNER).unsynced();

            stage.oracle.onSent(new PreVoteReply(1, N2, N1, 1, false, 2));
            assertViolates("L1", () -> stage.oracle.onSent(new PreVoteReply(1, N2, N3, 1, false, 2)));
            assertViolates("L1", () -> stage.oracle.onSent(new PreVoteReply(1, N2, N1, 1, false, 1)));
        }
    }

    @Nested
    @DisplayName("the membership at the moment:")
    class AtTheMoment {

        @Test
        @DisplayName("nothing, where a leader commits by the one it has, and appends the next in the same breath")
        void allowsCommitBeforeChange() {
            stage.step(N1).appends(entry(2, 1, "x")).synced();
            stage.step(N2).appends(entry(2, 1, "x")).synced();

            stage.step(N1).commits(2).appends(change(3, 1, FOUR)).unsynced(); // of four, two would be too few
            stage.oracle.fullCheck();
            assertThat(stage.oracle.committed()).isEqualTo(2);
        }

        @Test
        @DisplayName("S7: a commitment by too few for the one before and for the next")
        void tooFewForBoth() {
            stage.step(N1).appends(entry(2, 1, "x")).synced();

            assertViolates(
                    "S7",
                    () -> stage.step(N1).commits(2).appends(change(3, 1, FOUR)).unsynced());
        }

        @Test
        @DisplayName("S7: later commitments by a quorum of the one before")
        void byTheOneBefore() {
            leaderAppends(change(2, 1, FOUR), N2);

            assertViolates("S7", () -> stage.step(N1).commits(2).unsynced());
        }
    }
}
