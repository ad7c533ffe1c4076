package io.balsa.raft.storage.file;

import java.util.List;

/**
 * What a recovery found, and what is left to do about it.
 *
 * @param index where the runs stand
 * @param summary what the server must know
 * @param tally what was seen on the way
 * @param segments the segments of the log, the last one being the one to go on with
 * @param unused segments that a crash left behind before anything was written to them
 * @param end global offset at which the log ends
 * @param chain chain value of the last record
 * @param synced up to where the log is known to be durable; what follows may so far be only in the memory of the system
 * @param hardStateVersion the newest version of the hard state that any record names
 */
record RecoveredLog(
        RunIndex index,
        LogSummary summary,
        Tally tally,
        List<SegmentHeader> segments,
        List<SegmentHeader> unused,
        long end,
        int chain,
        long synced,
        long hardStateVersion) {

    /**
     * What was seen while the log was replayed.
     *
     * @param runs how many runs the log consists of, also those that later ones supersede
     * @param runsBehind sound headers of runs behind the end of the log
     * @param closed whether the last record is the mark of a clean close
     */
    record Tally(long runs, int runsBehind, boolean closed) {}

    SegmentHeader active() {
        return segments.get(segments.size() - 1);
    }
}
