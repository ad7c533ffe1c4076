package io.balsa.raft.storage.file;

import io.balsa.raft.storage.LogPosition;
import java.util.List;
import java.util.Objects;
import java.util.Optional;

/**
 * What an opening of a {@link FileStorage} found besides the state itself, and what it did about it: facts to log, to count,
 * or to ask about after a crash. All of it is over and done when it is told.
 *
 * <p>A torn tail is no cause for worry: it was being written when the server crashed, and nobody had been told that it was
 * there. Damage is not reported here but as a {@link CorruptionException}, save that of a snapshot that the store could do
 * without.
 *
 * @param founded the store was made by this opening; there was none before, or one whose making had not got far
 * @param closed the log ends with the mark of a {@linkplain FileStorage#close clean close}
 * @param slotLost one of the two slots for term and vote was not whole, and the other one was used: after a crash it was most
 *     likely being written
 * @param segments files that the log consists of
 * @param runs runs of entries that were read, also those that later ones supersede
 * @param tail what was behind the end of the log, or near it
 * @param deletedSegments segments that were made and never used
 * @param deletedFiles files that were being made
 * @param snapshots what there is to tell about snapshots
 */
public record Recovery(
        boolean founded,
        boolean closed,
        boolean slotLost,
        int segments,
        long runs,
        Tail tail,
        int deletedSegments,
        int deletedFiles,
        Snapshots snapshots) {

    public Recovery {
        Objects.requireNonNull(tail, "tail");
        Objects.requireNonNull(snapshots, "snapshots");
    }

    /**
     * What a crash left behind the end of the log, or near it.
     *
     * @param cutRuns runs that were recognised behind the end of the log, whole or torn, and were cut with the tail
     * @param cutBytes length of the torn tail: from the end of the log to the last byte behind it that was not zero
     * @param rewrittenBytes bytes at the end of the log that nothing named as durable: they were written and forced once more,
     *     as they may have been only in the memory of the operating system
     */
    public record Tail(int cutRuns, long cutBytes, long rewrittenBytes) {}

    /**
     * What was found of snapshots, and what was done about it.
     *
     * @param newest the last entry that the newest sound snapshot covers, if there is any
     * @param damaged for each newer one that is damaged, a sentence with file, place and what is wrong; they were deleted, as
     *     the log or an older snapshot holds what they held
     * @param logRestarted the log did not reach the newest snapshot, or contradicted it, so it was dropped and goes on after it
     * @param part the last entry of a snapshot that was received in part, and may be finished
     * @param deleted files of snapshots that were deleted: the damaged ones, those too old, and parts that are of no use
     */
    public record Snapshots(
            Optional<LogPosition> newest,
            List<String> damaged,
            boolean logRestarted,
            Optional<LogPosition> part,
            int deleted) {

        /** What a store tells that never had a snapshot. */
        public static final Snapshots NONE = new Snapshots(Optional.empty(), List.of(), false, Optional.empty(), 0);

        public Snapshots {
            Objects.requireNonNull(newest, "newest");
            damaged = List.copyOf(damaged);
            Objects.requireNonNull(part, "part");
        }
    }

    /** Runs that were recognised behind the end of the log, and were cut. */
    public int cutRuns() {
        return tail.cutRuns;
    }

    /** Length of the torn tail. */
    public long cutBytes() {
        return tail.cutBytes;
    }

    /** Bytes at the end of the log that were written and forced once more. */
    public long rewrittenBytes() {
        return tail.rewrittenBytes;
    }
}
