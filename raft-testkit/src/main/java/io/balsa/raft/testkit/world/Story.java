package io.balsa.raft.testkit.world;

import io.balsa.raft.message.Message;
import java.util.Locale;

/** Takes down what happens, so that a person can read it. */
@FunctionalInterface
public interface Story {

    /** Something happened to somebody. */
    void tell(long nanos, String who, String what);

    /** It as a line of text. */
    static String line(long nanos, String who, String what) {
        return String.format(Locale.ROOT, "%12.6f  %-10s %s", nanos / 1e9, who, what);
    }

    /** What becomes of a message. */
    enum Passage {
        /** A server says it. */
        SENT,
        /** A server hears it. */
        DELIVERED,
        /** The network loses it, by chance. */
        LOST,
        /** The network will deliver it twice. */
        REPEATED,
        /** A cut link stops it. */
        STOPPED
    }

    /** Something became of a message. There are many: most stories leave them out. */
    default void tell(long nanos, Passage passage, Message message) {}
}
