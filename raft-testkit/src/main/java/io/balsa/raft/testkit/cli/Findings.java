package io.balsa.raft.testkit.cli;

import io.balsa.raft.testkit.sweep.Failure;
import io.balsa.raft.testkit.world.ClusterRun;
import java.util.Locale;

/** What runs come to, in words. */
final class Findings {

    private Findings() {}

    /** All that is needed to see a failure again. */
    static String of(Failure failure) {
        return String.format(
                Locale.ROOT,
                """
                VIOLATION in seed %d at event %d, after %.6f simulated s
                  %s
                  options: %s
                  %s
                  to read it:     %s replay --seed %d
                  to make it small: %s shrink --seed %d
                """,
                failure.seed(),
                failure.event(),
                failure.simulatedNanos() / 1e9,
                failure.violation().getMessage(),
                failure.plan(),
                Surroundings.line(),
                Surroundings.COMMAND,
                failure.seed(),
                Surroundings.COMMAND,
                failure.seed());
    }

    /** A run in one line. */
    static String line(ClusterRun.Result result) {
        return String.format(
                Locale.ROOT,
                "seed %d: hash %016x, %d events, %.3f simulated s, %d strikes, %d crashes, %d operations, %s; %s",
                result.plan().seed(),
                result.hash(),
                result.events(),
                result.simulatedNanos() / 1e9,
                result.strikes(),
                result.crashes(),
                result.answers().all(),
                result.violation().map(Throwable::getMessage).orElse("passed"),
                result.coverage().line());
    }
}
