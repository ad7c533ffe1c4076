package io.balsa.raft.testkit.sweep;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.balsa.raft.testkit.oracle.Violation;
import io.balsa.raft.testkit.world.ClusterRun;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

@DisplayName("A sweep")
class SweepTest {

    /** As many as take a core for about a minute. */
    private static final long SEEDS = Long.getLong("sweep.seeds", 1_500);

    private static final long FROM = Long.getLong("sweep.from", Math.floorMod(new SecureRandom().nextLong(), 1L << 40));

    private static final Sweep.Listener NOBODY = new Sweep.Listener() {};

    @Test
    @DisplayName("from a random seed on finds nothing violated, and sees enough happen")
    void passes() {
        System.out.printf("-Dsweep.from=%d -Dsweep.seeds=%d%n", FROM, SEEDS);

        SweepResult result =
                new Sweep(new Sweep.Request(FROM, SEEDS, Runtime.getRuntime().availableProcessors()), NOBODY).run();

        System.out.println(result.coverage().table(result.seeds()));
        System.out.println(result.summary());
        assertThat(result.failures()).as("-Dsweep.from=%d", FROM).isEmpty();
        assertThat(result.shortfalls()).as("-Dsweep.from=%d", FROM).isEmpty();
        assertThat(result.verdict()).isEqualTo(Verdict.PASSED);
    }

    @Test
    @DisplayName("comes to the same on one thread and on three, and reports in the order of the seeds")
    void doesNotDependOnThreads() {
        List<String> alone = new ArrayList<>();
        List<String> together = new ArrayList<>();

        SweepResult one = new Sweep(new Sweep.Request(100, 12, 1), everyFifthFails(), into(alone)).run();
        SweepResult three = new Sweep(new Sweep.Request(100, 12, 3), everyFifthFails(), into(together)).run();

        assertThat(three.volume()).isEqualTo(one.volume());
        assertThat(three.coverage().line()).isEqualTo(one.coverage().line());
        assertThat(three.failures()).extracting(Failure::seed).containsExactly(100L, 105L, 110L);
        assertThat(together).isEqualTo(alone).hasSize(15);
    }

    @Test
    @DisplayName("that fails goes on, and comes to a violation")
    void keepsFailures() {
        SweepResult result = new Sweep(new Sweep.Request(101, 8, 2), everyFifthFails(), NOBODY).run();

        assertThat(result.seeds()).isEqualTo(8);
        assertThat(result.failures()).extracting(Failure::seed).containsExactly(105L);
        assertThat(result.verdict()).isEqualTo(Verdict.VIOLATION);
        assertThat(result.summary()).endsWith("1 violations");
    }

    @Test
    @DisplayName("that is to stop at the first failure forgets what comes after it")
    void stopsAtTheFirst() {
        Sweep.Request request = new Sweep.Request(101, 50, 3, true, Long.MAX_VALUE);

        SweepResult result = new Sweep(request, everyFifthFails(), NOBODY).run();

        assertThat(result.seeds()).isEqualTo(5);
        assertThat(result.failures()).extracting(Failure::seed).containsExactly(105L);
    }

    @Test
    @DisplayName("notices that a seed does not mean the same run twice")
    void noticesChance() {
        AtomicLong other = new AtomicLong();

        SweepResult result = new Sweep(
                        new Sweep.Request(1, 1, 1), seed -> new ClusterRun(other.incrementAndGet()).run(), NOBODY)
                .run();

        assertThat(result.failures()).hasSize(1);
        assertThat(result.failures().get(0).violation().invariant()).isEqualTo("A2");
    }

    @Test
    @DisplayName("takes an exception that escapes from a run for a violation")
    void noticesExceptions() {
        SweepResult result = new Sweep(
                        new Sweep.Request(1, 2, 1),
                        seed -> {
                            throw new IllegalStateException("not thought of");
                        },
                        NOBODY)
                .run();

        assertThat(result.failures()).extracting(Failure::seed).containsExactly(1L, 2L);
        assertThat(result.failures().get(0).violation()).hasMessageContaining("not thought of");
    }

    @Test
    @DisplayName("in which nothing is violated, but too little has happened, is too short")
    void noticesIdleness() {
        ClusterRun.Result idle = new ClusterRun(1).run();

        SweepResult result = new Sweep(new Sweep.Request(1, 150, 1), seed -> idle, NOBODY).run();

        assertThat(result.verdict()).isEqualTo(Verdict.SHORT);
        assertThat(result.shortfalls()).isNotEmpty();
    }

    @Test
    @DisplayName("begins nothing more when its time is over")
    void minds() {
        SweepResult result = new Sweep(new Sweep.Request(1, 1_000_000, 2, false, 1), NOBODY).run();

        assertThat(result.seeds()).isLessThan(3);
        assertThat(result.seeds() == 0 ? result.verdict() : Verdict.SHORT).isEqualTo(Verdict.SHORT);
    }

    @Test
    @DisplayName("of nothing is refused")
    void needsSeeds() {
        assertThatThrownBy(() -> new Sweep.Request(1, 0, 1)).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> new Sweep.Request(1, 1, 1, false, 0)).isInstanceOf(IllegalArgumentException.class);
    }

    private static Sweep.Engine everyFifthFails() {
        return seed -> {
            ClusterRun.Result result = new ClusterRun(seed).run();
            return seed % 5 != 0 ? result : failed(result);
        };
    }

    private static ClusterRun.Result failed(ClusterRun.Result result) {
        return new ClusterRun.Result(
                result.plan(),
                result.hash(),
                result.events(),
                result.simulatedNanos(),
                result.committed(),
                result.strikes(),
                result.crashes(),
                result.answers(),
                result.coverage(),
                Optional.of(new Violation("S1", "planted")));
    }

    private static Sweep.Listener into(List<String> told) {
        return new Sweep.Listener() {
            @Override
            public void onRun(ClusterRun.Result result) {
                told.add("run " + result.plan().seed());
            }

            @Override
            public void onFailure(Failure failure) {
                told.add("failure " + failure.seed());
            }
        };
    }
}
