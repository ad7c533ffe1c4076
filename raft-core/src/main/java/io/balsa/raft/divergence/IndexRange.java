package io.balsa.raft.divergence;

/**
 * Indexes of which one is meant: the first at which two servers differ is one of these.
 *
 * @param from the first
 * @param to the last; the same as {@code from} if it is known exactly
 */
public record IndexRange(long from, long to) {

    public IndexRange {
        if (from < 1 || to < from) {
            throw new IllegalArgumentException("no indexes are from " + from + " to " + to);
        }
    }

    /** Whether it is known exactly. */
    public boolean isExact() {
        return from == to;
    }

    @Override
    public String toString() {
        return isExact() ? "at " + from : "between " + from + " and " + to;
    }
}
