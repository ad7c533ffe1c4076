package io.balsa.raft;

import java.io.IOException;
import java.io.OutputStream;

/**
 * A captured state that is still to be written: what {@link StateMachine#snapshot} returns.
 *
 * <p><b>Threads.</b> Used by one thread, the node's snapshot agent, while the state machine goes on: what it writes must not
 * change any more.
 */
@FunctionalInterface
public interface SnapshotWriter extends AutoCloseable {

    /**
     * Writes the state. Called at most once. May take its time.
     *
     * <p>An exception means that there is no snapshot this time: what was written is deleted, the failure is logged, and
     * another snapshot is taken later.
     *
     * @param out need not be buffered, flushed or closed
     * @throws IOException if the state cannot be written, or {@code out} takes no more: because of the disk, or because the
     *     node is being closed
     */
    void writeTo(OutputStream out) throws IOException;

    /** Lets go of the captured state. Called once, whether it was written or not. */
    @Override
    default void close() {}
}
