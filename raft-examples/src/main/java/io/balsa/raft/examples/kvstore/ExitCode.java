package io.balsa.raft.examples.kvstore;

/** What the program tells the shell. */
final class ExitCode {

    static final int OK = 0;
    static final int FAILED = 1;
    static final int USAGE = 2;
    /** A write may or may not have happened. */
    static final int OUTCOME_UNKNOWN = 3;

    private ExitCode() {}
}
