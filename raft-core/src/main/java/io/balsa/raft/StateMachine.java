package io.balsa.raft;

import java.io.IOException;
import java.io.InputStream;
import java.util.Optional;

/**
 * The application: what the replicated log is for.
 *
 * <p>Every server applies the same commands in the same order, so {@code apply} must be deterministic: no clock, no random
 * numbers, no order of a hash map that differs from run to run. What is needed of those belongs into the command.
 *
 * <p>A state machine that takes no snapshots needs {@link #apply} only, and may be a lambda; its log then grows for ever.
 *
 * <p><b>Threads.</b> All methods are called by one thread, the node's apply agent, one after the other; a
 * {@link SnapshotWriter} is called by another. A state machine needs no locks if it is read through {@link RaftNode#read}
 * only, which runs on the same thread.
 */
@FunctionalInterface
public interface StateMachine {

    /**
     * Applies a committed command. After a restart the commands that no snapshot covers are applied again, so a state
     * machine starts empty, or with what {@link #restore} gives it.
     *
     * <p>A command that cannot be carried out is answered by a result that says so. An exception is a fault of the
     * application: the node stops, because it cannot know how far the others came with the same command.
     *
     * @return the result, handed to whoever proposed the command on this node; empty rather than null
     */
    byte[] apply(Command command);

    /**
     * Captures the state as it is now: everything that was applied, nothing else. Commands wait while this runs, so it
     * should be cheap: a reference to a persistent map, a copy-on-write view, a checkpoint of an embedded database. The
     * bytes are written later, by the writer, while commands go on being applied.
     *
     * <p>An exception means that there is no snapshot this time; it is logged, and tried again later.
     *
     * @return what can be written; empty, as here, if this state machine takes no snapshots
     */
    default Optional<SnapshotWriter> snapshot() {
        return Optional.empty();
    }

    /**
     * Forgets everything and takes the state that a {@link SnapshotWriter} of this state machine wrote, on this server or on
     * another. Called before the first command, and again whenever this server was so far behind that the leader had to
     * send its snapshot. Commands and reads wait meanwhile.
     *
     * <p>An exception is a fault of the application, or of the data: the node stops, because there is nothing else that the
     * state could be made of.
     *
     * @param in exactly the bytes that were written; need not be read to its end, nor closed
     * @throws IOException if the bytes cannot be read, or mean nothing, as they do to a state machine that takes no snapshots
     */
    default void restore(InputStream in) throws IOException {
        throw new IOException("this state machine takes no snapshots, so a snapshot means nothing to it");
    }
}
