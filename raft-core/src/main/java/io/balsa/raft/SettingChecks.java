package io.balsa.raft;

import java.time.Duration;
import java.util.List;

/** How settings are checked: each that is wrong becomes a line, with its name, value and allowed range. */
final class SettingChecks {

    private SettingChecks() {}

    static void range(List<String> problems, String name, Duration value, Duration least, Duration most) {
        if (value.compareTo(least) < 0 || value.compareTo(most) > 0) {
            problems.add(name + " is " + value + " but must be from " + least + " to " + most);
        }
    }

    static void range(List<String> problems, String name, long value, long least, long most) {
        if (value < least || value > most) {
            problems.add(name + " is " + value + " but must be "
                    + (most == Long.MAX_VALUE ? "at least " + least : "from " + least + " to " + most));
        }
    }

    static void range(List<String> problems, String name, double value, double least, double most) {
        if (!(value >= least && value <= most)) { // so that what is no number is refused as well
            problems.add(name + " is " + value + " but must be from " + least + " to " + most);
        }
    }

    static void refuse(String what, List<String> problems) {
        if (!problems.isEmpty()) {
            throw new IllegalArgumentException(what + ":\n  " + String.join("\n  ", problems));
        }
    }
}
