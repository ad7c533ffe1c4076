package io.balsa.raft.testkit.coverage;

/** What the simulated world does not have, and some marks wait for. */
public enum Feature {
    /** Nothing is missing. */
    NONE(""),
    /** What no simulated cluster gets into; scripted tests do. */
    OUT_OF_REACH("not of the simulated world: seen by scripted tests");

    private final String reason;

    Feature(String reason) {
        this.reason = reason;
    }

    /** Why what waits for it cannot be seen. */
    public String reason() {
        return reason;
    }
}
