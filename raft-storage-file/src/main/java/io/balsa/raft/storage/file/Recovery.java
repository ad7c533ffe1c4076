package io.balsa.raft.storage.file;

/**
 * What an opening of a {@link FileStorage} found besides the state itself, and what it did about it: facts to log, to count,
 * or to ask about after a crash. All of it is over and done when it is told.
 *
 * <p>A torn tail is no cause for worry: it was being written when the server crashed, and nobody had been told that it was
 * there. Damage is not reported here but as a {@link CorruptionException}.
 *
 * @param founded the store was made by this opening; there was none before, or one whose making had not got far
 * @param closed the log ends with the mark of a {@linkplain FileStorage#close clean close}
 * @param slotLost one of the two slots for term and vote was not whole, and the other one was used: after a crash it was most
 *     likely being written
 * @param segments files that the log consists of
 * @param runs runs of entries that were read, also those that later ones supersede
 * @param cutRuns runs that were recognised behind the end of the log, whole or torn, and were cut with the tail
 * @param cutBytes length of the torn tail: from the end of the log to the last byte behind it that was not zero
 * @param rewrittenBytes bytes at the end of the log that nothing named as durable: they were written and forced once more, as
 *     they may have been only in the memory of the operating system
 * @param deletedSegments segments that were made and never used
 * @param deletedFiles files that were being made
 */
public record Recovery(
        boolean founded,
        boolean closed,
        boolean slotLost,
        int segments,
        long runs,
        int cutRuns,
        long cutBytes,
        long rewrittenBytes,
        int deletedSegments,
        int deletedFiles) {}
