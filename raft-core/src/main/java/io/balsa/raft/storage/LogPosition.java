package io.balsa.raft.storage;

/**
 * An index of the log and the term of the entry there. Two logs that have the same position have the same entries up to
 * it (the Log Matching Property, dissertation section 3.5).
 *
 * @param index 0 (before the first entry) or more
 * @param term 0 (before the first term) or more
 */
public record LogPosition(long index, long term) {

    /** The position before the first entry. */
    public static final LogPosition ZERO = new LogPosition(0, 0);

    public LogPosition {
        if (index < 0 || term < 0) {
            throw new IllegalArgumentException("neither index nor term is negative: " + index + "/" + term);
        }
    }

    /**
     * "If the logs have last entries with different terms, then the log with the later term is more up-to-date. If the
     * logs end with the same term, then whichever log is longer is more up-to-date" (dissertation section 3.6.1).
     */
    public boolean isAtLeastAsUpToDateAs(LogPosition other) {
        return term > other.term || (term == other.term && index >= other.index);
    }

    @Override
    public String toString() {
        return index + "/" + term;
    }
}
