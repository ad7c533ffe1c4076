package io.balsa.raft.storage;

/** A storage cannot do what it must; the message says in a sentence what is wrong and what to do about it. */
public class StorageException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    /** With this sentence. */
    public StorageException(String message) {
        super(message);
    }

    /** With this sentence, and what led to it. */
    public StorageException(String message, Throwable cause) {
        super(message, cause);
    }
}
