package io.balsa.raft.storage.file;

import io.balsa.raft.storage.StorageException;

/**
 * A file of a store is damaged or missing: something that was durable is no longer there. If it is thrown when the store is
 * opened, the store refuses to open, and nothing on the disk was changed.
 *
 * <p>The message says where, what is wrong, and what to do.
 */
public final class CorruptionException extends StorageException {

    private static final long serialVersionUID = 1L;

    private static final String WHAT_TO_DO = "; this server must not run with this directory, as it may have forgotten"
            + " votes or entries that others count on: take it out of the cluster and let it join again under a new id"
            + " with an empty directory";

    private static final String WHAT_TO_DO_ABOUT_A_SNAPSHOT =
            "; nothing of it was used: the next snapshot that is taken or" + " received takes its place";

    private final String file;
    private final long offset;
    private final long index;
    private final String problem;

    CorruptionException(String directory, String file, long offset, long index, String problem) {
        this(new Place(directory, file, offset, index), problem, WHAT_TO_DO);
    }

    private CorruptionException(Place place, String problem, String whatToDo) {
        super("the store in " + place.directory + " is damaged: "
                + findingOf(place.file, place.offset, place.index, problem) + whatToDo);
        this.file = place.file;
        this.offset = place.offset;
        this.index = place.index;
        this.problem = problem;
    }

    private record Place(String directory, String file, long offset, long index) {}

    /** Damage of a snapshot, as long as the store can do without it. */
    static CorruptionException ofSnapshot(String directory, String file, long offset, String problem) {
        return new CorruptionException(new Place(directory, file, offset, 0), problem, WHAT_TO_DO_ABOUT_A_SNAPSHOT);
    }

    private static String findingOf(String file, long offset, long index, String problem) {
        return file + ", byte " + offset + (index > 0 ? ", log index " + index : "") + ": " + problem;
    }

    /** Where it is and what is wrong, without what to do: {@code log-0000000000000000.seg, byte 512, log index 1: …}. */
    public String finding() {
        return findingOf(file, offset, index, problem);
    }

    /** Name of the file within the store's directory. */
    public String file() {
        return file;
    }

    /** What is wrong, without where and what to do. */
    public String problem() {
        return problem;
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
