package io.balsa.raft.examples.kvstore;

/** A command cannot do what it was asked for: a sentence for the user and an exit code for the shell. */
final class CommandFailure extends Exception {

    private static final long serialVersionUID = 1L;

    private final int exitCode;

    CommandFailure(int exitCode, String sentence) {
        super(sentence);
        this.exitCode = exitCode;
    }

    int exitCode() {
        return exitCode;
    }
}
