package io.balsa.raft.storage.file;

import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** How operating systems say that there is no room: Java has no type for it. */
final class OutOfSpace {

    private static final List<String> WORDS =
            List.of("no space left", "disk quota exceeded", "quota exceeded", "not enough space");

    private OutOfSpace() {}

    /** Whether this failure, or what led to it, says so. */
    static boolean isSaidBy(Throwable failure) {
        @Nullable Throwable reason = failure;
        while (reason != null) {
            String message = String.valueOf(reason.getMessage()).toLowerCase(Locale.ROOT);
            if (reason instanceof NoRoomException || WORDS.stream().anyMatch(message::contains)) {
                return true;
            }
            reason = reason.getCause();
        }
        return false;
    }
}
