package io.balsa.raft.testkit.shrink;

import java.util.Comparator;

/** Which message: of its kind on its link, counted from 1. See {@link io.balsa.raft.testkit.plan.Decisions#fate}. */
public record MessageName(int link, int kind, long number) implements Comparable<MessageName> {

    private static final Comparator<MessageName> ORDER = Comparator.comparingInt(MessageName::link)
            .thenComparingInt(MessageName::kind)
            .thenComparingLong(MessageName::number);

    @Override
    public int compareTo(MessageName other) {
        return ORDER.compare(this, other);
    }
}
