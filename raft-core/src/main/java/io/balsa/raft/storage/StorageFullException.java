package io.balsa.raft.storage;

/**
 * There is no room in the storage. Unlike any other {@link StorageException} out of the log's methods it says that nothing was
 * written, so nothing is in doubt: the storage is as it was before the call, and the same call may succeed later.
 */
public class StorageFullException extends StorageException {

    private static final long serialVersionUID = 1L;

    /** With this sentence, and what led to it. */
    public StorageFullException(String message, Throwable cause) {
        super(message, cause);
    }
}
