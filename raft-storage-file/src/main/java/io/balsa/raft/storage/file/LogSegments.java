package io.balsa.raft.storage.file;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/** The files that the log consists of, the last of which is written to. For one thread. */
final class LogSegments {

    private final Disk disk;
    private final LogReader reader;
    private final RunIndex index;
    private final List<SegmentHeader> segments;
    private boolean deletionUnsynced;

    LogSegments(Disk disk, LogReader reader, RunIndex index, List<SegmentHeader> segments) {
        this.disk = disk;
        this.reader = reader;
        this.index = index;
        this.segments = new ArrayList<>(segments);
    }

    /** The log goes on in this one. */
    void add(SegmentHeader segment) {
        segments.add(segment);
        reader.addSegment(segment.base());
    }

    /** Deletes the segments that have nothing but entries up to this index, from the oldest on; never the last one. */
    void compact(long upTo) throws IOException {
        int kept = 0;
        for (int i = 1; i < segments.size(); i++) {
            if (segments.get(i).before().index() <= upTo) {
                kept = i;
            }
        }
        if (kept == 0) {
            return;
        }
        long base = segments.get(kept).base();
        index.dropBefore(base);
        reader.dropSegmentsBefore(base);
        List<SegmentHeader> old = segments.subList(0, kept);
        for (SegmentHeader segment : old) {
            delete(segment);
        }
        old.clear();
    }

    /** One deletion is durable before the next is begun, so a crash leaves no gap: at worst the last one is still there. */
    private void delete(SegmentHeader segment) throws IOException {
        if (deletionUnsynced) {
            disk.syncDirectory();
        }
        disk.delete(FileNames.segment(segment.base()));
        deletionUnsynced = true;
    }
}
