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
 * there. Damage that the store refuses to open with is reported as a {@link CorruptionException}; here is what it was opened
 * with all the same.
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
 * @param mending what there is to tell if the store has lost entries to damage, and a leader has not given them back yet
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
        Snapshots snapshots,
        Optional<Mending> mending) {

    public Recovery {
        Objects.requireNonNull(tail, "tail");
        Objects.requireNonNull(snapshots, "snapshots");
        Objects.requireNonNull(mending, "mending");
    }

    /**
     * The store has lost entries that it had acknowledged. The server takes no part in elections until a leader has given them
     * back; it does so by itself.
     *
     * @param last the last entry that is left
     * @param promised the last entry that there was; its index is {@link Long#MAX_VALUE} if nobody can tell, and its term is then
     *     the latest that it may be of
     * @param damage what this opening found damaged, and cut off; empty if that was an earlier one
     * @param setAside files that this opening has put out of the way, or copied before they were cut. They are deleted when the
     *     store is opened whole again
     */
    public record Mending(LogPosition last, LogPosition promised, Optional<String> damage, List<String> setAside) {

        public Mending {
            Objects.requireNonNull(last, "last");
            Objects.requireNonNull(promised, "promised");
            Objects.requireNonNull(damage, "damage");
            setAside = List.copyOf(setAside);
        }
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
