package io.balsa.raft.storage.file;

import io.balsa.raft.storage.LogPosition;
import java.util.List;
import java.util.regex.Pattern;

/** What the files of a store are called. */
final class FileNames {

    static final String LOCK = "lock";
    static final String IDENTITY = "identity";
    static final String HARD_STATE = "hard-state";

    /** Is there as long as a leader has to give back what the store lost. */
    static final String MENDING = "mending";

    /** What the name of a file ends in as long as it is being made. */
    static final String NEW = ".new";

    /** What keeps some room free, see {@link Reserve}. */
    static final String RESERVE = "reserve" + NEW;

    /** What the name of a snapshot ends in as long as it is being received; unlike other such files, it is kept. */
    static final String PART = ".part";

    /** What the name ends in of what is left of a damaged file, which is kept until the store is whole again. */
    static final String DAMAGED = ".damaged";

    /** The snapshot of our own that is being taken. */
    static final String OWN_SNAPSHOT = "snapshot" + NEW;

    private static final Pattern SEGMENT = Pattern.compile("log-[0-9a-f]{16}\\.seg");
    private static final int BASE_AT = "log-".length();
    private static final int BASE_DIGITS = 16;
    private static final Pattern SNAPSHOT = Pattern.compile("snapshot-[0-7][0-9a-f]{15}-[0-7][0-9a-f]{15}\\.snap");
    private static final int INDEX_AT = "snapshot-".length();
    private static final int TERM_AT = INDEX_AT + BASE_DIGITS + 1;

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

    /** The snapshot whose last entry is this one. */
    static String snapshot(LogPosition last) {
        return String.format("snapshot-%016x-%016x.snap", last.index(), last.term());
    }

    static boolean isSnapshot(String name) {
        return SNAPSHOT.matcher(name).matches();
    }

    /** The last entry of the snapshot of this name. */
    static LogPosition lastOf(String snapshot) {
        return new LogPosition(
                Long.parseLong(snapshot, INDEX_AT, INDEX_AT + BASE_DIGITS, 16),
                Long.parseLong(snapshot, TERM_AT, TERM_AT + BASE_DIGITS, 16));
    }

    /** Whether the file is a snapshot that is being received. */
    static boolean isPart(String name) {
        return name.endsWith(PART) && isSnapshot(without(PART, name));
    }

    /** Whether the file is one of ours that was never finished, and never will be. */
    static boolean isUnfinished(String name) {
        return List.of(OWN_SNAPSHOT, RESERVE).contains(name)
                || (name.endsWith(NEW) && (isStored(without(NEW, name)) || isSetAside(without(NEW, name))));
    }

    /** Whether the file is what is left of a damaged one. */
    static boolean isSetAside(String name) {
        return name.endsWith(DAMAGED) && isStored(without(DAMAGED, name));
    }

    /** The name without the ending that it has. */
    static String without(String ending, String name) {
        return name.substring(0, name.length() - ending.length());
    }

    /** Whether the file is one that only a whole store has. */
    static boolean isStored(String name) {
        return List.of(IDENTITY, HARD_STATE, MENDING).contains(name) || isSegment(name) || isSnapshot(name);
    }
}
