package io.balsa.raft.storage;

/** A snapshot that was received is not what its sender announced, so it must be sent once more. */
public final class DamagedSnapshotException extends StorageException {

    private static final long serialVersionUID = 1L;

    /** What is wrong with it. */
    public DamagedSnapshotException(String message) {
        super(message);
    }
}
