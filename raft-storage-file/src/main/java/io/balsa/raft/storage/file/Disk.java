package io.balsa.raft.storage.file;

import java.io.Closeable;
import java.io.IOException;
import java.util.List;
import java.util.Optional;

/**
 * The directory of one store, and every operation on it that {@link FileStorage} uses: the seam at which a simulator takes
 * the place of the file system. Names are plain file names within the directory.
 *
 * <p>What a disk promises is what POSIX does, and no more: the contents of a file are durable after {@link
 * DiskFile#force}, the names in the directory after {@link #syncDirectory}; whatever was not made durable may survive a
 * crash wholly, partly, in any order, or not at all.
 *
 * <p>Implementations are safe for use by several threads. {@code toString} is how messages call the directory.
 */
public interface Disk {

    /**
     * Makes the directory, and those above it, unless it is there.
     *
     * @throws IOException if that is impossible, for instance because a file of that name is in the way
     */
    void createDirectory() throws IOException;

    /**
     * Takes the lock that this file stands for; the file is made if it is not there.
     *
     * @return what gives the lock back when it is closed; empty if somebody else has it, in this process or another
     * @throws IOException if the file cannot be made or locked
     */
    Optional<Closeable> lock(String name) throws IOException;

    /**
     * Names of all files in the directory, in any order.
     *
     * @throws IOException if the directory cannot be read
     */
    List<String> list() throws IOException;

    /**
     * Makes an empty file and opens it for reading and writing.
     *
     * @throws IOException if it cannot be made, for instance because it is there already
     */
    DiskFile create(String name) throws IOException;

    /**
     * Opens a file for reading and writing.
     *
     * @throws IOException if it is not there or cannot be opened
     */
    DiskFile open(String name) throws IOException;

    /**
     * Gives a file another name, in one atomic step; handles to it stay good.
     *
     * @throws IOException if that failed
     */
    void rename(String from, String to) throws IOException;

    /**
     * Deletes a file.
     *
     * @throws IOException if that failed
     */
    void delete(String name) throws IOException;

    /**
     * Makes durable which files the directory has, and what they are called.
     *
     * @throws IOException if that failed; nobody knows then what is durable
     */
    void syncDirectory() throws IOException;

    /**
     * Whether this failure of one of the disk's operations, or of a file's, means that there is no room, for now. The usual
     * implementation goes by the words in which operating systems say that.
     */
    default boolean isFull(IOException failure) {
        return OutOfSpace.isSaidBy(failure);
    }
}
