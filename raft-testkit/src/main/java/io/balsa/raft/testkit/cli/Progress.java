package io.balsa.raft.testkit.cli;

import io.balsa.raft.testkit.sweep.SweepResult;
import java.io.PrintWriter;
import java.util.Locale;
import picocli.CommandLine.Help.Ansi;

/** How far a sweep has come: one line that changes on a terminal, else one every ten seconds. */
final class Progress {

    private static final long EVERY_NANOS = 10_000_000_000L;
    private static final String BACK_TO_AN_EMPTY_LINE = "\r\033[K";

    private final PrintWriter err;
    private final long count;
    private final boolean terminal;
    private long shownNanos;
    private boolean onLine;

    Progress(PrintWriter err, long count) {
        this(err, count, Ansi.AUTO.enabled());
    }

    Progress(PrintWriter err, long count, boolean terminal) {
        this.err = err;
        this.count = count;
        this.terminal = terminal;
    }

    synchronized void show(SweepResult soFar) {
        if (terminal) {
            err.print(BACK_TO_AN_EMPTY_LINE + line(soFar));
            onLine = true;
        } else if (soFar.wallNanos() - shownNanos >= EVERY_NANOS) {
            shownNanos = soFar.wallNanos();
            err.println(line(soFar));
        }
        err.flush();
    }

    /** Takes the line away, so that something else can be written there. */
    synchronized void clear() {
        if (onLine) {
            err.print(BACK_TO_AN_EMPTY_LINE);
            err.flush();
            onLine = false;
        }
    }

    private String line(SweepResult soFar) {
        return String.format(
                Locale.ROOT,
                "%d of %d seeds, %.0f s, %d violations, %.0f simulated s per s",
                soFar.seeds(),
                count,
                soFar.wallNanos() / 1e9,
                soFar.failures().size(),
                soFar.speed());
    }
}
