package io.balsa.raft.storage.file;

import java.io.Closeable;
import java.io.IOException;
import java.nio.ByteBuffer;

/**
 * An open file of a {@link Disk}. Positions and sizes are bytes from the start of the file.
 *
 * <p>{@link #read} may be called by several threads at once, and while another thread writes; all else is left to one
 * thread at a time.
 */
public interface DiskFile extends Closeable {

    /**
     * Reads from {@code position} on, some bytes or as many as {@code into} has room for.
     *
     * @return how many bytes were read; -1 at or past the end of the file
     * @throws IOException if that failed
     */
    int read(ByteBuffer into, long position) throws IOException;

    /**
     * Writes at {@code position}, some bytes of {@code from} or all; the file grows if it must.
     *
     * @return how many bytes were written
     * @throws IOException if that failed; nobody knows then what the file holds there
     */
    int write(ByteBuffer from, long position) throws IOException;

    /**
     * Grows the file to {@code size} with real zero bytes, so that later writes need not change where the file lies on the
     * disk; nothing happens if it is that large already.
     *
     * @throws IOException if that failed, for instance because the disk is full
     */
    void preallocate(long size) throws IOException;

    /**
     * Makes the contents durable, and the size.
     *
     * @throws IOException if that failed; nobody knows then what is durable
     */
    void force() throws IOException;

    /**
     * Cuts the file to {@code size}; nothing happens if it is smaller already.
     *
     * @throws IOException if that failed
     */
    void truncate(long size) throws IOException;

    /**
     * How large the file is.
     *
     * @throws IOException if that cannot be told
     */
    long size() throws IOException;

    /**
     * Reads until {@code into} is full or the file ends, and flips {@code into}.
     *
     * @throws IOException if reading failed
     */
    default ByteBuffer readAll(ByteBuffer into, long position) throws IOException {
        int start = into.position();
        while (into.hasRemaining() && read(into, position + into.position() - start) >= 0) {
            // A read may be short; go on where it ended.
        }
        return into.flip();
    }

    /**
     * Writes until {@code from} is empty.
     *
     * @throws IOException if writing failed
     */
    default void writeAll(ByteBuffer from, long position) throws IOException {
        long next = position;
        while (from.hasRemaining()) {
            next += write(from, next);
        }
    }
}
