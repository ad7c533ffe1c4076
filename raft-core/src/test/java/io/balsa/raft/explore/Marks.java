package io.balsa.raft.explore;

import java.util.Arrays;
import java.util.List;
import java.util.function.Function;

/**
 * For each of many numbered things a hash of its content under every {@link Renaming}. The hash of a state is made of
 * the sums over its parts.
 */
final class Marks {

    private final List<Renaming> renamings;
    private long[] marks = new long[1 << 8];
    private int size;

    Marks(List<Renaming> renamings) {
        this.renamings = renamings;
    }

    /** The next thing, in words that depend on the names of the servers. */
    void add(Function<Renaming, String> words) {
        if (size + renamings.size() > marks.length) {
            marks = Arrays.copyOf(marks, 2 * marks.length);
        }
        for (Renaming renaming : renamings) {
            marks[size++] = Mixing.of(words.apply(renaming));
        }
    }

    /** Adds the hashes of a thing to those of a state. */
    void addTo(long[] sums, int thing) {
        int from = thing * sums.length;
        for (int i = 0; i < sums.length; i++) {
            sums[i] += marks[from + i];
        }
    }
}
