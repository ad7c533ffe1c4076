package io.balsa.raft.storage.file;

import io.balsa.raft.storage.StorageException;

/**
 * A file of a store is damaged or missing: something that was durable is no longer there. The store refuses to open, and
 * nothing on the disk was changed.
 *
 * <p>The message says where, what is wrong, and what to do.
 */
public final class CorruptionException extends StorageException {

    private static final long serialVersionUID = 1L;

    private static final String WHAT_TO_DO = "; this server must not run with this directory, as it may have forgotten"
            + " votes or entries that others count on: take it out of the cluster and let it join again under a new id"
            + " with an empty directory";

    private final String file;
    private final long offset;
    private final long index;

    CorruptionException(String directory, String file, long offset, long index, String problem) {
        super("the store in " + directory + " is damaged: " + file + ", byte " + offset
                + (index > 0 ? ", log index " + index : "") + ": " + problem + WHAT_TO_DO);
        this.file = file;
        this.offset = offset;
        this.index = index;
    }

    /** Name of the file within the store's directory. */
    public String file() {
        return file;
    }

    /** Where in that file the damage begins, in bytes. */
    public long offset() {
        return offset;
    }

    /** The first index of the log that cannot be told for the damage; 0 if the log is not concerned. */
    public long index() {
        return index;
    }
}
