package io.balsa.raft.storage.file;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.List;

/**
 * Does what a crash left to do, before the log is written to again. After a clean close there is nothing to do. May itself
 * be interrupted by a crash at any point, and done again.
 */
final class LogRepair {

    private static final int BLOCK_BYTES = 64 * 1024;

    private final Disk disk;
    private final RecoveredLog log;
    private long rewrittenBytes;
    private long cutBytes;

    LogRepair(Disk disk, RecoveredLog log) {
        this.disk = disk;
        this.log = log;
    }

    void repair() throws IOException {
        for (SegmentHeader unused : log.unused()) {
            disk.delete(FileNames.segment(unused.base()));
        }
        disk.syncDirectory();
        List<SegmentHeader> segments = log.segments();
        for (int i = 0; i + 1 < segments.size(); i++) {
            long end = segments.get(i + 1).base();
            if (log.synced() < end) {
                repairEarlier(segments.get(i), end);
            }
        }
        repairActive(log.active());
    }

    private void repairEarlier(SegmentHeader segment, long end) throws IOException {
        try (DiskFile file = disk.open(FileNames.segment(segment.base()))) {
            rewrite(file, firstDoubtful(segment), end - segment.base());
            file.force();
        }
    }

    private void repairActive(SegmentHeader segment) throws IOException {
        try (DiskFile file = disk.open(FileNames.segment(segment.base()))) {
            long end = log.end() - segment.base();
            boolean rewritten = rewrite(file, firstDoubtful(segment), end);
            boolean cleared = clear(file, end);
            if (rewritten || cleared) {
                file.force();
            }
        }
    }

    /** How much was written once more. */
    long rewrittenBytes() {
        return rewrittenBytes;
    }

    /** How far behind the end of the log there was something. */
    long cutBytes() {
        return cutBytes;
    }

    private long firstDoubtful(SegmentHeader segment) {
        return Math.max(SegmentHeader.BYTES, log.synced() - segment.base());
    }

    /**
     * Writes what was found beyond the last offset known to be durable once more, as it is: it may have been found only
     * because the system remembers a write that failed to reach the disk, and would then not be forced again.
     */
    private boolean rewrite(DiskFile file, long from, long to) throws IOException {
        for (long at = from; at < to; at += BLOCK_BYTES) {
            int length = (int) Math.min(BLOCK_BYTES, to - at);
            file.writeAll(file.readAll(ByteBuffer.allocate(length), at), at);
        }
        rewrittenBytes += Math.max(0, to - from);
        return from < to;
    }

    /** Fills the rest of the file with zeros, so that nothing left behind can look like a record later on. */
    private boolean clear(DiskFile file, long from) throws IOException {
        long size = file.size();
        int blockBytes = (int) Math.max(0, Math.min(BLOCK_BYTES, size - from));
        ByteBuffer block = ByteBuffer.allocate(blockBytes);
        ByteBuffer zeros = ByteBuffer.allocate(blockBytes);
        for (long at = from; at < size; at += blockBytes) {
            int length = (int) Math.min(blockBytes, size - at);
            ByteBuffer found = file.readAll(block.clear().limit(length), at);
            zeros.clear().limit(found.limit());
            if (!found.equals(zeros)) {
                cutBytes = at + lengthOf(found) - from;
                file.writeAll(zeros, at);
            }
        }
        return cutBytes > 0;
    }

    /** Up to where it is not zero. */
    private static int lengthOf(ByteBuffer found) {
        int length = found.limit();
        while (length > 0 && found.get(length - 1) == 0) {
            length--;
        }
        return length;
    }
}
