package io.balsa.raft.runtime;

import static org.assertj.core.api.Assertions.assertThat;

import io.balsa.raft.cluster.NodeId;
import io.balsa.raft.message.ForwardId;
import io.balsa.raft.runtime.SeenForwards.Verdict;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.TreeSet;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

@DisplayName("The memory of proposals that were passed on")
class SeenForwardsTest {

    private static final NodeId TWO = NodeId.of(2);
    private static final NodeId THREE = NodeId.of(3);

    private final SeenForwards seen = new SeenForwards();

    private Verdict add(NodeId sender, long life, long number) {
        return seen.add(sender, new ForwardId(life, number));
    }

    @Test
    @DisplayName("knows each again, in whatever order they come")
    void knowsEachAgain() {
        for (long number : new long[] {3, 1, 2, 64, 63, 65}) {
            assertThat(add(TWO, 7, number)).isEqualTo(Verdict.NEW);
            assertThat(add(TWO, 7, number)).isEqualTo(Verdict.SEEN);
        }
        for (long number : new long[] {65, 3, 1, 64, 2, 63}) {
            assertThat(add(TWO, 7, number)).isEqualTo(Verdict.SEEN);
        }
        assertThat(add(TWO, 7, 4)).isEqualTo(Verdict.NEW);
    }

    @Test
    @DisplayName("tells senders and their lives apart")
    void tellsApart() {
        assertThat(add(TWO, 7, 1)).isEqualTo(Verdict.NEW);
        assertThat(add(THREE, 7, 1)).isEqualTo(Verdict.NEW);
        assertThat(add(TWO, -7, 1)).isEqualTo(Verdict.NEW);
        assertThat(add(TWO, 7, 1)).isEqualTo(Verdict.SEEN);
        assertThat(add(THREE, 7, 1)).isEqualTo(Verdict.SEEN);
        assertThat(add(TWO, -7, 1)).isEqualTo(Verdict.SEEN);
    }

    @Test
    @DisplayName("takes what was overtaken by more than it can tell apart as having come")
    void takesTheLatestAsSeen() {
        assertThat(add(TWO, 7, 1 + SeenForwards.WINDOW)).isEqualTo(Verdict.NEW);

        assertThat(add(TWO, 7, 1)).isEqualTo(Verdict.SEEN);
        assertThat(add(TWO, 7, 2)).isEqualTo(Verdict.NEW);
    }

    @Test
    @DisplayName("goes on after a leap that leaves nothing of the window")
    void leaps() {
        for (long number = 1; number <= SeenForwards.WINDOW; number++) {
            assertThat(add(TWO, 7, number)).isEqualTo(Verdict.NEW);
        }
        long far = Long.MAX_VALUE - 5;

        assertThat(add(TWO, 7, far)).isEqualTo(Verdict.NEW);
        assertThat(add(TWO, 7, far - 1)).isEqualTo(Verdict.NEW);
        assertThat(add(TWO, 7, far - SeenForwards.WINDOW + 1)).isEqualTo(Verdict.NEW);
        assertThat(add(TWO, 7, far - SeenForwards.WINDOW)).isEqualTo(Verdict.SEEN);
        assertThat(add(TWO, 7, far)).isEqualTo(Verdict.SEEN);
    }

    @Test
    @DisplayName("has room for so many lives, forgets none of them, and refuses the next")
    void isBounded() {
        for (long life = 1; life <= SeenForwards.MOST_LIVES; life++) {
            assertThat(add(TWO, life, 1)).isEqualTo(Verdict.NEW);
        }

        assertThat(add(TWO, 0, 1)).isEqualTo(Verdict.NO_ROOM);
        assertThat(add(THREE, 1, 1)).isEqualTo(Verdict.NO_ROOM);
        assertThat(add(TWO, 0, 1)).isEqualTo(Verdict.NO_ROOM);
        assertThat(add(TWO, 1, 1)).isEqualTo(Verdict.SEEN);
        assertThat(add(TWO, 1, 2)).isEqualTo(Verdict.NEW);
    }

    @Test
    @DisplayName("never takes one twice, and takes all that come in about their order")
    void neverTwice() {
        SplittableRandom random = new SplittableRandom(6);
        TreeSet<Long> taken = new TreeSet<>();
        List<Long> sent = new ArrayList<>();
        for (long number = 1; number <= 20_000; number++) {
            sent.add(number);
            long early = sent.get(Math.max(0, sent.size() - 1 - random.nextInt(300)));
            long anyOld = sent.get(random.nextInt(sent.size()));
            for (long comes : new long[] {early, anyOld, number}) {
                if (add(TWO, 7, comes) == Verdict.NEW) {
                    assertThat(taken.add(comes)).as("%d is new", comes).isTrue();
                }
            }
        }
        assertThat(taken).hasSize(20_000);
    }
}
