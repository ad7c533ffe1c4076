package io.balsa.raft.storage;

import java.nio.ByteBuffer;

/**
 * A snapshot that is there, for reading. May be read while others are taken and this one is deleted: it stays until it is
 * closed. For one thread.
 */
public interface SnapshotSource extends AutoCloseable {

    /** What it stands for. */
    SnapshotInfo info();

    /**
     * Reads bytes from a position on, as many as fit, fewer only at its end.
     *
     * @return how many; 0 at its end
     * @throws StorageException if they cannot be read, or are not what was written: then none of them was returned
     */
    int read(long position, ByteBuffer into);

    @Override
    void close();
}
