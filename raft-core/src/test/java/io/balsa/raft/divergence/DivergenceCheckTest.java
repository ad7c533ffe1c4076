package io.balsa.raft.divergence;

import static org.assertj.core.api.Assertions.assertThat;

import io.balsa.raft.cluster.NodeId;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;

@DisplayName("The check for divergence")
class DivergenceCheckTest extends DivergenceChecks {

    @Nested
    @DisplayName("among three voters")
    class OfThree {

        @Test
        @DisplayName("says nothing after one report")
        void waitsForAQuorum() {
            assertThat(report(1, 8, RIGHT)).isEmpty();
            assertThat(check.agreedUpTo()).isZero();
        }

        @Test
        @DisplayName("says that they agree as soon as two do, and says it once")
        void agrees() {
            report(1, 8, RIGHT);

            assertThat(report(2, 8, RIGHT)).hasValue(new Verdict.Agreed(8));
            assertThat(report(3, 8, RIGHT)).isEmpty();
            assertThat(check.agreedUpTo()).isEqualTo(8);
        }

        @Test
        @DisplayName("names the one that differs from the other two, whatever the order of the reports")
        void namesTheThird() {
            report(1, 8, RIGHT);
            assertThat(report(2, 8, WRONG)).hasValue(undecidable(8, Map.of(1L, RIGHT, 2L, WRONG)));

            assertThat(report(3, 8, RIGHT)).hasValue(new Verdict.Diverged(8, ids(2), ids(1, 3)));
            assertThat(check.diverged()).isEqualTo(ids(2));
            assertThat(check.agreedUpTo()).isEqualTo(8);
        }

        @Test
        @DisplayName("names one that reports late")
        void namesALateOne() {
            report(1, 8, RIGHT);
            report(2, 8, RIGHT);
            report(1, 16, RIGHT);

            assertThat(report(3, 8, WRONG)).hasValue(new Verdict.Diverged(8, ids(3), ids(1, 2)));
        }

        @Test
        @DisplayName("names everybody when all differ")
        void namesEverybody() {
            report(1, 8, 1);
            report(2, 8, 2);

            assertThat(report(3, 8, 3)).hasValue(undecidable(8, Map.of(1L, 1L, 2L, 2L, 3L, 3L)));
            assertThat(check.diverged()).isEmpty();
        }

        @Test
        @DisplayName("names nobody twice")
        void namesOnce() {
            for (long checkpoint = 8; checkpoint <= 24; checkpoint += 8) {
                report(1, checkpoint, RIGHT + checkpoint);
                report(3, checkpoint, WRONG + checkpoint);
                Optional<Verdict> verdict = report(2, checkpoint, RIGHT + checkpoint);

                assertThat(verdict)
                        .hasValue(
                                checkpoint == 8
                                        ? new Verdict.Diverged(8, ids(3), ids(1, 2))
                                        : new Verdict.Agreed(checkpoint));
            }
            assertThat(check.diverged()).isEqualTo(ids(3));
        }

        @Test
        @DisplayName("hears a report that is repeated once, and believes the last of two")
        void hearsTheLast() {
            report(1, 8, WRONG);
            assertThat(report(1, 8, WRONG)).isEmpty();
            report(1, 8, RIGHT);

            assertThat(report(2, 8, RIGHT)).hasValue(new Verdict.Agreed(8));
        }
    }

    @Nested
    @DisplayName("among more voters")
    class OfMore {

        @Test
        @DisplayName("waits for three of five that are equal, since two of three reports are no quorum")
        void waitsForThreeOfFive() {
            check = new DivergenceCheck(voters(1, 2, 3, 4, 5), INTERVAL);
            report(1, 8, RIGHT);
            assertThat(report(2, 8, RIGHT)).isEmpty();
            assertThat(report(3, 8, WRONG)).containsInstanceOf(Verdict.Undecidable.class);
            assertThat(report(4, 8, WRONG)).containsInstanceOf(Verdict.Undecidable.class);

            assertThat(report(5, 8, WRONG)).hasValue(new Verdict.Diverged(8, ids(1, 2), ids(3, 4, 5)));
        }

        @Test
        @DisplayName("names two of five together")
        void namesTwo() {
            check = new DivergenceCheck(voters(1, 2, 3, 4, 5), INTERVAL);
            report(1, 8, 1);
            report(2, 8, 2);
            report(3, 8, RIGHT);
            report(4, 8, RIGHT);

            assertThat(report(5, 8, RIGHT)).hasValue(new Verdict.Diverged(8, ids(1, 2), ids(3, 4, 5)));
        }

        @Test
        @DisplayName("cannot decide between two and two of four")
        void cannotDecideATie() {
            check = new DivergenceCheck(voters(1, 2, 3, 4), INTERVAL);
            report(1, 8, RIGHT);
            report(2, 8, RIGHT);
            assertThat(report(3, 8, WRONG)).containsInstanceOf(Verdict.Undecidable.class);

            assertThat(report(4, 8, WRONG))
                    .hasValue(undecidable(8, Map.of(1L, RIGHT, 2L, RIGHT, 3L, WRONG, 4L, WRONG)));
            assertThat(check.agreedUpTo()).isZero();
        }

        @Test
        @DisplayName("decides between three and one of four")
        void decidesThreeOfFour() {
            check = new DivergenceCheck(voters(1, 2, 3, 4), INTERVAL);
            report(1, 8, RIGHT);
            report(2, 8, RIGHT);
            report(3, 8, WRONG);

            assertThat(report(4, 8, RIGHT)).hasValue(new Verdict.Diverged(8, ids(3), ids(1, 2, 4)));
        }

        @Test
        @DisplayName("needs a majority of both halves of a joint membership")
        void asksBothHalves() {
            check = new DivergenceCheck(joint(), INTERVAL);
            report(3, 8, RIGHT);
            assertThat(report(4, 8, RIGHT)).isEmpty();
            assertThat(report(5, 8, RIGHT)).isEmpty();

            assertThat(report(1, 8, RIGHT)).hasValue(new Verdict.Agreed(8));
        }

        @Test
        @DisplayName("lets no learner decide, and names it all the same")
        void namesLearners() {
            check = new DivergenceCheck(withLearner(), INTERVAL);
            report(4, 8, WRONG);
            assertThat(report(1, 8, WRONG)).isEmpty();
            report(1, 8, RIGHT);

            assertThat(report(2, 8, RIGHT)).hasValue(new Verdict.Diverged(8, ids(4), ids(1, 2)));
        }

        @Test
        @DisplayName("trusts a single voter")
        void trustsOne() {
            check = new DivergenceCheck(voters(1), INTERVAL);

            assertThat(report(1, 8, RIGHT)).hasValue(new Verdict.Agreed(8));
        }
    }

    @Nested
    @DisplayName("passes over")
    class PassesOver {

        @Test
        @DisplayName("a server that does not know its hash: it does not differ, and it does not count")
        void theUnknown() {
            assertThat(check.onReport(NodeId.of(1), 8, OptionalLong.empty())).isEmpty();
            report(2, 8, RIGHT);
            assertThat(check.unknown()).isEqualTo(ids(1));

            assertThat(report(3, 8, RIGHT)).hasValue(new Verdict.Agreed(8));
            assertThat(check.diverged()).isEmpty();
            report(1, 16, RIGHT);
            assertThat(check.unknown()).isEmpty();
        }

        @Test
        @DisplayName("strangers, and indexes that are no checkpoints")
        void strangers() {
            report(1, 8, RIGHT);

            assertThat(report(9, 8, RIGHT)).isEmpty();
            assertThat(report(2, 9, RIGHT)).isEmpty();
            assertThat(report(2, 0, RIGHT)).isEmpty();
            assertThat(report(2, -8, RIGHT)).isEmpty();
            assertThat(check.agreedUpTo()).isZero();
        }

        @Test
        @DisplayName("a report of a checkpoint that was left behind; it is compared again when it has caught up")
        void whatWasLeftBehind() {
            for (long i = 1; i <= 9; i++) {
                report(1, i * 8, RIGHT + i);
                report(2, i * 8, RIGHT + i);
            }

            assertThat(report(3, 8, WRONG)).isEmpty();
            assertThat(report(3, 16, WRONG)).hasValue(new Verdict.Diverged(16, ids(3), ids(1, 2)));
        }

        @Test
        @DisplayName("a report that is older than all that are kept")
        void whatIsTooOldAtOnce() {
            for (long i = 2; i <= 9; i++) {
                report(1, i * 8, RIGHT);
            }

            assertThat(report(1, 8, RIGHT)).isEmpty();
            assertThat(report(2, 8, RIGHT)).isEmpty();
            assertThat(report(2, 16, RIGHT)).hasValue(new Verdict.Agreed(16));
        }
    }

    @Nested
    @DisplayName("of a server whose state was replaced")
    class Renewed {

        @Test
        @DisplayName("forgets what it said, and what it may still say of what was before")
        void forgets() {
            divergeAt(8);
            check.forget(NodeId.of(3));

            assertThat(check.diverged()).isEmpty();
            assertThat(report(3, 8, WRONG)).isEmpty();
            assertThat(check.diverged()).isEmpty();
        }

        @Test
        @DisplayName("hears at once what it says, if it is known to be of the new state")
        void beginsAnew() {
            divergeAt(8);
            check.anew(NodeId.of(3));
            assertThat(check.diverged()).isEmpty();

            assertThat(report(3, 8, WRONG)).hasValue(new Verdict.Diverged(8, ids(3), ids(1, 2)));
            check.anew(NodeId.of(3));
            assertThat(report(3, 8, RIGHT)).isEmpty();
            assertThat(check.diverged()).isEmpty();
        }

        @Test
        @DisplayName("hears what it says of later checkpoints, and names it again if that is wrong")
        void namesItAgain() {
            divergeAt(8);
            check.forget(NodeId.of(3));
            report(1, 16, RIGHT);
            report(2, 16, RIGHT);

            assertThat(report(3, 16, WRONG)).hasValue(new Verdict.Diverged(16, ids(3), ids(1, 2)));
        }

        @Test
        @DisplayName("sees that it agrees again, even if nobody told")
        void healsByItself() {
            divergeAt(8);
            agreeAt(16);

            assertThat(check.diverged()).isEmpty();
            assertThat(report(3, 8, WRONG - 1)).isEmpty();
            assertThat(check.diverged()).isEmpty();
        }

        @Test
        @DisplayName("is not deceived by an older report that was right")
        void staysNamed() {
            report(1, 8, RIGHT);
            report(2, 8, RIGHT);
            divergeAt(16);
            report(3, 8, RIGHT);

            assertThat(check.diverged()).isEqualTo(ids(3));
        }
    }

    @Test
    @DisplayName("counts by the membership of the moment, and forgets who left")
    void followsTheMembership() {
        divergeAt(8);
        check.membership(voters(1, 2, 4, 5));

        assertThat(check.diverged()).isEmpty();
        assertThat(report(3, 16, WRONG)).isEmpty();
        report(1, 16, RIGHT);
        report(2, 16, RIGHT);
        assertThat(report(4, 16, RIGHT)).hasValue(new Verdict.Agreed(16));
    }
}
