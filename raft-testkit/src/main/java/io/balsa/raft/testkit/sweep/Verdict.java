package io.balsa.raft.testkit.sweep;

/** What a sweep, or a run, comes to; each has the exit code of the command line. */
public enum Verdict {
    /** Nothing was violated, and enough has happened. */
    PASSED(0),
    /** An invariant was violated. */
    VIOLATION(1),
    /** Nothing was violated, but too little has happened for that to say much. */
    SHORT(2);

    private final int exitCode;

    Verdict(int exitCode) {
        this.exitCode = exitCode;
    }

    /** With what a process ends that has come to this. */
    public int exitCode() {
        return exitCode;
    }
}
