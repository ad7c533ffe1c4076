package io.balsa.raft.testkit.conformance;

import io.balsa.raft.testkit.conformance.BrokenPromiseError.Evidence;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** Says what is expected of a storage, and in one sentence what it has done instead. */
final class Expect {

    private static final int LONGEST = 400;

    private Expect() {}

    /** What was seen, to be thrown. */
    static Evidence seen(String sentence) {
        return new Evidence(sentence);
    }

    /** Throws this sentence unless all is well. */
    static void that(boolean isSo, String sentence) {
        if (!isSo) {
            throw seen(sentence);
        }
    }

    static void equal(@Nullable Object actual, @Nullable Object expected, String what) {
        if (!Objects.equals(actual, expected)) {
            throw seen("Expected " + what + ": " + shown(expected) + ", but was: " + shown(actual));
        }
    }

    /** Expects that the call is refused, with such an exception. */
    static <T extends Throwable> T refusal(Class<T> type, String what, Runnable call) {
        try {
            call.run();
        } catch (RuntimeException e) {
            if (type.isInstance(e)) {
                return type.cast(e);
            }
            throw seen(what + " should be refused with " + type.getSimpleName() + ", not with: " + e);
        }
        throw seen(what + " should be refused with " + type.getSimpleName() + ", but is accepted.");
    }

    private static String shown(@Nullable Object value) {
        String text = String.valueOf(value);
        return text.length() <= LONGEST ? text : text.substring(0, LONGEST) + "... (" + text.length() + " characters)";
    }
}
