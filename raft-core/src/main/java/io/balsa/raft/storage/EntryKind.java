package io.balsa.raft.storage;

/** What an entry of the log is for. The code is what stands on disk and on the wire and never changes. */
public enum EntryKind {
    /** A command for the state machine. */
    COMMAND(0),
    /** The empty entry with which a leader begins its term (dissertation section 6.4). */
    NO_OP(1),
    /** A new membership (dissertation chapter 4). */
    MEMBERSHIP(2),
    /** A command, or a message about a session, of a client that has one (section 6.3). */
    SESSION(3);

    private final int code;

    EntryKind(int code) {
        this.code = code;
    }

    /** The number that stands for this kind on disk and on the wire. */
    public int code() {
        return code;
    }

    /**
     * The kind with this number.
     *
     * @throws IllegalArgumentException if there is none
     */
    public static EntryKind ofCode(int code) {
        return switch (code) {
            case 0 -> COMMAND;
            case 1 -> NO_OP;
            case 2 -> MEMBERSHIP;
            case 3 -> SESSION;
            default -> throw new IllegalArgumentException("no kind of entry has the code " + code);
        };
    }
}
