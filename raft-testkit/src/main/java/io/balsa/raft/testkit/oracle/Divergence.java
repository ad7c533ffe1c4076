package io.balsa.raft.testkit.oracle;

/** Two state machines have applied the same commands and disagree. */
public final class Divergence extends Violation {

    private static final long serialVersionUID = 1L;

    private final long index;
    private final String command;

    /** They disagree about the command at this index. */
    public Divergence(long index, String command, String how) {
        super("S5", "state machines diverge at index " + index + ", command " + command + ": " + how);
        this.index = index;
        this.command = command;
    }

    /** Where in the log the command stands. */
    public long index() {
        return index;
    }

    /** The command, in words. */
    public String command() {
        return command;
    }
}
