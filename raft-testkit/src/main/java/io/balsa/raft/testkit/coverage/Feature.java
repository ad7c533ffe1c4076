package io.balsa.raft.testkit.coverage;

/** What the library does not have yet, and some counters and marks wait for. */
public enum Feature {
    /** Nothing is missing. */
    NONE(""),
    /** Section 5 of the dissertation. */
    SNAPSHOTS("there are no snapshots yet"),
    /** Chapter 4. */
    MEMBERSHIP_CHANGES("the membership cannot change yet"),
    /** Section 3.10. */
    TRANSFER("leadership cannot be transferred yet"),
    /** Section 6.4.1. */
    LEASES("there are no lease reads yet"),
    /** Section 6.3. */
    SESSIONS("there are no sessions yet");

    private final String reason;

    Feature(String reason) {
        this.reason = reason;
    }

    /** Why what waits for it cannot be seen. */
    public String reason() {
        return reason;
    }
}
