package io.balsa.raft.testkit.cli;

import io.balsa.raft.testkit.sweep.Failure;
import io.balsa.raft.testkit.sweep.Sweep;
import io.balsa.raft.testkit.sweep.SweepResult;
import io.balsa.raft.testkit.world.ClusterRun;
import java.io.PrintWriter;
import java.security.SecureRandom;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.TimeUnit;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code sweep}: many seeds, summed up and judged. */
@Command(
        name = "sweep",
        description = "Run many seeds, show what has happened in them, and judge whether it was enough.")
final class SweepCommand implements Callable<Integer> {

    /** A random start is smaller than this, so that it is easily copied. */
    private static final long STARTS = 1L << 40;

    @Option(
            names = "--from",
            paramLabel = "SEED",
            description = "The first seed; without it, one that is drawn and printed.")
    private Optional<Long> from = Optional.empty();

    @Option(
            names = "--count",
            paramLabel = "N",
            defaultValue = "2000",
            description = "How many seeds; the floors are for 2000 and scaled. Default: ${DEFAULT-VALUE}.")
    private long count;

    @Option(
            names = "--threads",
            paramLabel = "T",
            description = "How many runs at a time; without it, one for each processor.")
    private int threads = Runtime.getRuntime().availableProcessors();

    @Option(names = "--stop-at-first", description = "Stop at the first seed that fails.")
    private boolean stopAtFirst;

    @Option(
            names = "--minutes",
            paramLabel = "M",
            description = "Begin no more seeds after so long; the floors are scaled to those that were run.")
    private Optional<Long> minutes = Optional.empty();

    @Option(names = "--verbose", description = "Print a line for each seed.")
    private boolean verbose;

    @Spec
    @SuppressWarnings("NullAway.Init") // set by picocli
    private CommandSpec spec;

    SweepCommand() {}

    @Override
    public Integer call() {
        PrintWriter out = spec.commandLine().getOut();
        long first = from.orElseGet(() -> Math.floorMod(new SecureRandom().nextLong(), STARTS));
        Sweep.Request request = new Sweep.Request(
                first,
                count,
                threads,
                stopAtFirst,
                minutes.map(TimeUnit.MINUTES::toNanos).orElse(Long.MAX_VALUE));
        out.printf(
                "%d seeds from %d on, on %d threads (sweep --from %d --count %d)%n",
                count, first, threads, first, count);
        out.println(Surroundings.line());
        out.flush();
        Progress progress = new Progress(spec.commandLine().getErr(), count);
        SweepResult result = new Sweep(request, listener(out, progress)).run();
        progress.clear();
        report(out, result);
        return result.verdict().exitCode();
    }

    private Sweep.Listener listener(PrintWriter out, Progress progress) {
        return new Sweep.Listener() {

            @Override
            public void onRun(ClusterRun.Result result) {
                if (verbose) {
                    progress.clear();
                    out.println(Findings.line(result));
                    out.flush();
                }
            }

            @Override
            public void onFailure(Failure failure) {
                progress.clear();
                out.print(Findings.of(failure));
                out.flush();
            }

            @Override
            public void onProgress(SweepResult soFar) {
                progress.show(soFar);
            }
        };
    }

    private static void report(PrintWriter out, SweepResult result) {
        out.println();
        out.print(result.coverage().table(result.seeds()));
        out.println();
        for (Failure failure : result.failures()) {
            out.println("failed: seed " + failure.seed() + ", "
                    + failure.violation().getMessage());
        }
        result.shortfalls().forEach(missed -> out.println("missed: " + missed));
        out.println(result.verdict() + ": " + result.summary());
        out.flush();
    }
}
