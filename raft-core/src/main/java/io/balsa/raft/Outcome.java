package io.balsa.raft;

/** What is known about a request that failed: the one thing a caller must know before it tries again. */
public enum Outcome {
    /** It took no effect and never will: trying again is safe. */
    NOT_APPLIED,
    /** It may have taken effect, or may yet: only what is idempotent may be tried again. */
    UNKNOWN
}
