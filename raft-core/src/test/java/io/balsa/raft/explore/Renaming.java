package io.balsa.raft.explore;

import java.util.ArrayList;
import java.util.List;

/** Other names for the same servers: server {@code i} (counted from 1) is called {@code names[i - 1]}. */
final class Renaming {

    private final int[] names;

    private Renaming(int[] names) {
        this.names = names;
    }

    long of(long server) {
        return names[(int) server - 1];
    }

    /** Every server keeps its name. */
    static Renaming none(int servers) {
        int[] names = new int[servers];
        for (int i = 0; i < servers; i++) {
            names[i] = i + 1;
        }
        return new Renaming(names);
    }

    /** All of them; the first changes nothing. */
    static List<Renaming> all(int servers) {
        List<Renaming> found = new ArrayList<>();
        permute(none(servers).names, 0, found);
        return found;
    }

    private static void permute(int[] names, int from, List<Renaming> found) {
        if (from == names.length) {
            found.add(new Renaming(names.clone()));
            return;
        }
        for (int i = from; i < names.length; i++) {
            swap(names, from, i);
            permute(names, from + 1, found);
            swap(names, from, i);
        }
    }

    private static void swap(int[] names, int i, int j) {
        int name = names[i];
        names[i] = names[j];
        names[j] = name;
    }
}
