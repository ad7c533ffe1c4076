package io.balsa.raft.storage;

import java.nio.ByteBuffer;

/**
 * A snapshot in the making: nobody sees it before {@link #commit}. For one thread.
 *
 * <p><b>Errors.</b> After a {@link StorageException} it can only be closed. Nothing else is hurt: a snapshot that could not
 * be written is one that there is not.
 */
public interface SnapshotSink extends AutoCloseable {

    /** How many bytes it has: where the next ones go. More than 0 at first if a transfer goes on that was interrupted. */
    long position();

    /**
     * Adds bytes at the end.
     *
     * @throws DamagedSnapshotException if they are more than were announced; it is gone then
     * @throws StorageException if that failed
     */
    void write(ByteBuffer bytes);

    /**
     * Makes it durable, and only then visible, whole and under its name.
     *
     * @return what it became
     * @throws DamagedSnapshotException if it is not what was announced when it was received; it is gone then
     * @throws StorageException if that failed
     */
    SnapshotInfo commit();

    /**
     * Lets go of it. What was received and not committed is kept, so that a later {@link Storage#receiveSnapshot} of the
     * same snapshot goes on from there, or from a little before; what was begun here and not committed is deleted. Does
     * nothing after a commit, or if it was called before.
     */
    @Override
    void close();
}
