package io.balsa.raft.testkit.coverage;

import java.util.ArrayList;
import java.util.List;
import java.util.StringJoiner;

/** What was counted: in one run, or in all runs of a sweep. Not safe for use by several threads. */
public final class Coverage {

    private static final Counter[] COUNTERS = Counter.values();
    private static final Mark[] MARKS = Mark.values();

    private final Tally<Counter> counts = new Tally<>(COUNTERS);
    private final Tally<Mark> seen = new Tally<>(MARKS);

    /** Nothing counted yet. */
    public Coverage() {}

    /** It happened once more. */
    public void count(Counter counter) {
        counts.add(counter, 1);
    }

    /** It happened so many times more. */
    public void count(Counter counter, long times) {
        if (times < 0) {
            throw new IllegalArgumentException(counter + " happened " + times + " times");
        }
        counts.add(counter, times);
    }

    /** A thing of this kind happened. */
    public void see(Mark mark) {
        seen.add(mark, 1);
    }

    /** How often it happened. */
    public long of(Counter counter) {
        return counts.of(counter);
    }

    /** How many things of this kind happened. */
    public long of(Mark mark) {
        return seen.of(mark);
    }

    /** Adds what another run has counted. */
    public void add(Coverage other) {
        counts.addAll(other.counts);
        seen.addAll(other.seen);
    }

    /** Everything that happened at all, in one line. */
    public String line() {
        StringJoiner line = new StringJoiner(" ");
        for (Counter counter : COUNTERS) {
            if (of(counter) > 0) {
                line.add(counter.key() + "=" + of(counter));
            }
        }
        return line.toString();
    }

    /**
     * A bound that a sweep did not keep.
     *
     * @param count what was counted
     * @param bound what it should have reached, or for a ceiling stayed below
     */
    public record Shortfall(Counter counter, long count, long bound) {
        @Override
        public String toString() {
            return counter.label() + ": " + count + ", but should be " + (counter.isCeiling() ? "below " : "at least ")
                    + bound;
        }
    }

    /** The counters whose bounds a sweep of so many seeds did not keep. */
    public List<Shortfall> missing(long seeds) {
        List<Shortfall> missing = new ArrayList<>();
        for (Counter counter : COUNTERS) {
            if (!counter.isMetBy(of(counter), seeds)) {
                missing.add(new Shortfall(counter, of(counter), counter.boundFor(seeds)));
            }
        }
        return missing;
    }

    /** The kinds of things that can happen, and never did. */
    public List<Mark> dead() {
        List<Mark> dead = new ArrayList<>();
        for (Mark mark : MARKS) {
            if (mark.waitsFor() == Feature.NONE && of(mark) == 0) {
                dead.add(mark);
            }
        }
        return dead;
    }

    /** Every counter with its bound for so many seeds, what cannot be seen, and what was never seen. */
    public String table(long seeds) {
        StringBuilder table = new StringBuilder();
        for (Counter counter : COUNTERS) {
            table.append(row(counter, seeds));
        }
        for (Mark mark : MARKS) {
            if (mark.waitsFor() != Feature.NONE) {
                table.append(String.format(
                        "%-52s %12s   %s%n", mark.label(), "", mark.waitsFor().reason()));
            } else if (of(mark) == 0) {
                table.append(String.format("%-52s %12d   NEVER SEEN%n", mark.label(), 0));
            }
        }
        return table.toString();
    }

    private String row(Counter counter, long seeds) {
        String bound = (counter.isCeiling() ? "< " : ">= ") + counter.boundFor(seeds);
        String verdict = counter.isMetBy(of(counter), seeds)
                ? counter.isOnlyReported(seeds) ? "(reported only)" : "ok"
                : "MISSED";
        return String.format("%-52s %12d   %-10s %s%n", counter.label(), of(counter), bound, verdict);
    }
}
