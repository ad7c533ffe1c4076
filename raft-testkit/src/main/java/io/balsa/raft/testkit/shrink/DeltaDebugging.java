package io.balsa.raft.testkit.shrink;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Predicate;

/** Finds few of many things that still do what all of them do: Zeller's ddmin, without its look at single parts. */
final class DeltaDebugging {

    private DeltaDebugging() {}

    /** Things of which none can be left out, or of which leaving out was given up: whoever asks says no from then on. */
    static <T> List<T> minimize(List<T> all, Predicate<List<T>> isEnough) {
        if (all.isEmpty() || isEnough.test(List.of())) {
            return List.of();
        }
        List<T> kept = all;
        int parts = 2;
        while (kept.size() >= 2) {
            List<T> fewer = withoutOnePart(kept, parts, isEnough);
            if (fewer.size() < kept.size()) {
                kept = fewer;
                parts = Math.max(2, Math.min(parts - 1, kept.size()));
            } else if (parts >= kept.size()) {
                break;
            } else {
                parts = Math.min(kept.size(), 2 * parts);
            }
        }
        return kept;
    }

    private static <T> List<T> withoutOnePart(List<T> all, int parts, Predicate<List<T>> isEnough) {
        for (int part = parts - 1; part >= 0; part--) {
            int from = (int) ((long) all.size() * part / parts);
            int to = (int) ((long) all.size() * (part + 1) / parts);
            List<T> others = new ArrayList<>(all.subList(0, from));
            others.addAll(all.subList(to, all.size()));
            if (isEnough.test(others)) {
                return others;
            }
        }
        return all;
    }
}
