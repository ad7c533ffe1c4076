package io.balsa.raft.testkit.workload;

import java.util.EnumMap;
import java.util.Map;

/** How often clients got which kind of answer. */
public final class Answers {

    /** The kinds of answers. */
    public enum Kind {
        /** A command was acknowledged. */
        ACKNOWLEDGED,
        /** A linearizable read was served, by whoever. */
        READ,
        /** A linearizable read was served by a server that did not lead. */
        READ_BY_FOLLOWER,
        /** A linearizable read was served that had failed before, under another leader. */
        READ_RETRIED,
        /** A local read was served. */
        READ_LOCALLY,
        /** A compare-and-set found what it expected. */
        SWAPPED,
        /** A compare-and-set found something else. */
        NOT_SWAPPED,
        /** Nobody knows what became of a command. */
        UNKNOWN,
        /** A command has certainly taken no effect. */
        REFUSED,
        /** A read was not served. */
        READ_REFUSED
    }

    private final Map<Kind, Long> counts = new EnumMap<>(Kind.class);

    /** No answers yet. */
    public Answers() {}

    /** One more. */
    public void count(Kind kind) {
        counts.merge(kind, 1L, Long::sum);
    }

    /** How many. */
    public long of(Kind kind) {
        return counts.getOrDefault(kind, 0L);
    }

    /** Of operations that were carried out. */
    public long served() {
        return of(Kind.ACKNOWLEDGED) + of(Kind.READ) + of(Kind.READ_LOCALLY);
    }

    /** All of them. */
    public long all() {
        return served() + of(Kind.UNKNOWN) + of(Kind.REFUSED) + of(Kind.READ_REFUSED);
    }
}
