package io.balsa.raft;

/**
 * This node was closed, was not started yet, or has stopped by a failure, which is then the {@linkplain #getCause cause}.
 * The request was not taken.
 */
public final class NodeStoppedException extends RaftException {

    private static final long serialVersionUID = 1L;

    /** With a sentence. */
    public NodeStoppedException(String message) {
        super(message, null);
    }

    /** With a sentence, and the failure that stopped the node. */
    public NodeStoppedException(String message, Throwable cause) {
        super(message, cause);
    }

    @Override
    public Outcome outcome() {
        return Outcome.NOT_APPLIED;
    }
}
