package io.balsa.raft.core;

/** A property that Raft guarantees does not hold (figure 3.2): the server must stop before it does harm. */
public final class SafetyViolation extends RuntimeException {

    private static final long serialVersionUID = 1L;

    SafetyViolation(String message) {
        super(message);
    }
}
