package io.balsa.raft.transport.http;

import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A range of versions of the protocol, written {@code 1-3}.
 *
 * @param lowest at least 1
 * @param highest at least the lowest
 */
record Protocols(int lowest, int highest) {

    /** What this code speaks. */
    static final Protocols OURS = new Protocols(1, 1);

    private static final Pattern WRITTEN = Pattern.compile("([0-9]{1,5})-([0-9]{1,5})");

    Protocols {
        if (lowest < 1 || highest < lowest) {
            throw new IllegalArgumentException(lowest + "-" + highest + " is no range of versions");
        }
    }

    /**
     * The range that is written so.
     *
     * @throws IllegalArgumentException if it is none
     */
    static Protocols parse(String text) {
        Matcher range = WRITTEN.matcher(text);
        if (!range.matches()) {
            throw new IllegalArgumentException("no range of versions");
        }
        return new Protocols(Integer.parseInt(range.group(1)), Integer.parseInt(range.group(2)));
    }

    /** The highest version that both speak. */
    Optional<Integer> chosenWith(Protocols other) {
        int chosen = Math.min(highest, other.highest);
        return chosen < Math.max(lowest, other.lowest) ? Optional.empty() : Optional.of(chosen);
    }

    @Override
    public String toString() {
        return lowest + "-" + highest;
    }
}
