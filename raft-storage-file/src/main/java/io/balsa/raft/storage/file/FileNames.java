package io.balsa.raft.storage.file;

import java.util.List;
import java.util.regex.Pattern;

/** What the files of a store are called. */
final class FileNames {

    static final String LOCK = "lock";
    static final String IDENTITY = "identity";
    static final String HARD_STATE = "hard-state";

    /** What the name of a file ends in as long as it is being made. */
    static final String NEW = ".new";

    private static final Pattern SEGMENT = Pattern.compile("log-[0-9a-f]{16}\\.seg");
    private static final int BASE_AT = "log-".length();
    private static final int BASE_DIGITS = 16;

    private FileNames() {}

    /** The segment that begins at this global offset. */
    static String segment(long base) {
        return String.format("log-%016x.seg", base);
    }

    static boolean isSegment(String name) {
        return SEGMENT.matcher(name).matches();
    }

    /** The global offset at which the segment of this name begins. */
    static long baseOf(String segment) {
        return Long.parseUnsignedLong(segment, BASE_AT, BASE_AT + BASE_DIGITS, 16);
    }

    /** Whether the file is one of ours that was never finished. */
    static boolean isUnfinished(String name) {
        return name.endsWith(NEW) && isStored(name.substring(0, name.length() - NEW.length()));
    }

    /** Whether the file is one that only a whole store has. */
    static boolean isStored(String name) {
        return List.of(IDENTITY, HARD_STATE).contains(name) || isSegment(name);
    }
}
