package io.balsa.raft.session;

/** Why an entry of a session changed nothing. The code is what stands in an answer and never changes. */
public enum SessionRefusal {
    /** There is no such session: it has expired, gave way to another, was closed, or never was. */
    SESSION_EXPIRED(1),
    /**
     * The client has acknowledged this number already, so what became of it is forgotten, and whatever comes under it now
     * comes too late.
     */
    ALREADY_ACKNOWLEDGED(2),
    /** Another command was applied under this number: two clients use one session, or one forgot where it was. */
    SEQUENCE_REUSED(3),
    /** Too many results wait to be acknowledged. The number may be used again, later. */
    TOO_MANY_UNACKNOWLEDGED(4),
    /** The payload is no request. */
    MALFORMED(5);

    private final int code;

    SessionRefusal(int code) {
        this.code = code;
    }

    /** The number that stands for this reason. */
    int code() {
        return code;
    }

    /**
     * The reason with this number.
     *
     * @throws IllegalArgumentException if there is none
     */
    static SessionRefusal ofCode(int code) {
        return switch (code) {
            case 1 -> SESSION_EXPIRED;
            case 2 -> ALREADY_ACKNOWLEDGED;
            case 3 -> SEQUENCE_REUSED;
            case 4 -> TOO_MANY_UNACKNOWLEDGED;
            case 5 -> MALFORMED;
            default -> throw new IllegalArgumentException("no refusal has the code " + code);
        };
    }
}
