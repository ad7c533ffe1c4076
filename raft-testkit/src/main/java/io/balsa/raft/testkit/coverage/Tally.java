package io.balsa.raft.testkit.coverage;

/** A number for each constant of an enum. */
@SuppressWarnings("EnumOrdinal") // counted millions of times a second; the order means nothing beyond this object
final class Tally<E extends Enum<E>> {

    private final long[] counts;

    Tally(E[] constants) {
        counts = new long[constants.length];
    }

    void add(E constant, long times) {
        counts[constant.ordinal()] += times;
    }

    long of(E constant) {
        return counts[constant.ordinal()];
    }

    void addAll(Tally<E> other) {
        for (int i = 0; i < counts.length; i++) {
            counts[i] += other.counts[i];
        }
    }
}
