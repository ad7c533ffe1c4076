package io.balsa.raft.storage.file;

import java.util.List;

/**
 * What a recovery found, and what is left to do about it.
 *
 * @param index where the runs stand
 * @param summary what the server must know
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
        List<SegmentHeader> segments,
        List<SegmentHeader> unused,
        long end,
        int chain,
        long synced,
        long hardStateVersion) {

    SegmentHeader active() {
        return segments.get(segments.size() - 1);
    }
}
