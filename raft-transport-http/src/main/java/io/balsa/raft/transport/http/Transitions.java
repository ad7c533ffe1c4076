package io.balsa.raft.transport.http;

import java.util.LinkedHashMap;
import java.util.Map;

/**
 * Remembers what was last said about whom, so that a log line is written when something changes, not each time it is tried
 * again. Forgets the oldest where there are too many.
 *
 * <p>Safe for any number of threads.
 */
final class Transitions {

    private static final int MAX_SUBJECTS = 256;

    private final Map<String, String> last = new LinkedHashMap<>();

    /** Whether this is news about the subject. */
    synchronized boolean isNews(String subject, String state) {
        if (state.equals(last.remove(subject))) {
            last.put(subject, state);
            return false;
        }
        if (last.size() == MAX_SUBJECTS) {
            last.remove(last.keySet().iterator().next());
        }
        last.put(subject, state);
        return true;
    }

    /** All is well again: whatever comes next about the subject is news. */
    synchronized void forget(String subject) {
        last.remove(subject);
    }
}
