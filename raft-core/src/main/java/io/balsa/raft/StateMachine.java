package io.balsa.raft;

/**
 * The application: what the replicated log is for.
 *
 * <p>Every server applies the same commands in the same order, so {@code apply} must be deterministic: no clock, no random
 * numbers, no order of a hash map that differs from run to run. What is needed of those belongs into the command.
 *
 * <p><b>Threads.</b> All methods are called by one thread, the node's apply agent, one after the other. A state machine
 * needs no locks if it is read through {@link RaftNode#read} only, which runs on the same thread.
 */
public interface StateMachine {

    /**
     * Applies a committed command. After a restart the commands of the whole log are applied again, from the first on, so
     * a state machine starts empty.
     *
     * <p>A command that cannot be carried out is answered by a result that says so. An exception is a fault of the
     * application: the node stops, because it cannot know how far the others came with the same command.
     *
     * @return the result, handed to whoever proposed the command on this node; empty rather than null
     */
    byte[] apply(Command command);
}
