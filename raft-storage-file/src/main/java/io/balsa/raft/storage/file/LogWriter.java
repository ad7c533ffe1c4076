package io.balsa.raft.storage.file;

import io.balsa.raft.cluster.NodeIdentity;
import io.balsa.raft.storage.EntryRun;
import io.balsa.raft.storage.LogPosition;
import java.io.Closeable;
import java.io.IOException;
import java.nio.ByteBuffer;

/**
 * Writes records at the end of the log. Records are gathered in a buffer outside the heap and written together when it is
 * full or a sync is due, so a batch is one write and one force. For one thread.
 */
final class LogWriter implements Closeable {

    private static final int STAGING_BYTES = 256 * 1024;
    private static final byte[] PADDING = new byte[RecordHeader.ALIGNMENT];

    private final Disk disk;
    private final NodeIdentity identity;
    private final long segmentBytes;
    private final RunIndex index;
    private final LogSegments segments;
    private final ByteBuffer staging;
    private final Reserve reserve;

    private DiskFile file;
    private long base; // of the active segment
    private long written; // position in the file up to which it was written
    private long allocated; // size of the file
    private boolean unforced;
    private int chain;
    private long synced; // global offset
    private LogPosition last;

    /** A writer that goes on where the recovered log ends. */
    LogWriter(Disk disk, NodeIdentity identity, long segmentBytes, RecoveredLog log, LogSegments segments)
            throws IOException {
        this.disk = disk;
        this.identity = identity;
        this.segmentBytes = segmentBytes;
        this.index = log.index();
        this.segments = segments;
        this.staging = ByteBuffer.allocateDirect((int) Math.min(STAGING_BYTES, segmentBytes));
        this.reserve = new Reserve(disk, Preallocation.next(segmentBytes));
        this.base = log.active().base();
        this.written = log.end() - base;
        this.chain = log.chain();
        this.synced = log.end();
        this.last = log.summary().last();
        this.file = disk.open(FileNames.segment(base));
        this.allocated = sizeOf(file);
    }

    private static long sizeOf(DiskFile file) throws IOException {
        try {
            return file.size();
        } catch (IOException e) {
            file.close();
            throw e;
        }
    }

    /** Global offset up to which the log is durable. */
    long synced() {
        return synced;
    }

    /** Whether the reserve is there, or can be made: room for what is under way, should there be no other. */
    boolean hasRoom() throws IOException {
        return reserve.make();
    }

    /**
     * Adds a run behind all others. What is taken has its place on the disk already, and so has the mark that may have to
     * follow it.
     *
     * @throws NoRoomException if there is no place; the log is as before
     */
    void append(EntryRun run, long hardStateVersion) throws IOException {
        boolean begun = position() > SegmentHeader.BYTES;
        if (begun && position() + RecordHeader.recordBytes(run.sizeBytes()) > segmentBytes) {
            continueInNextSegment(last, hardStateVersion);
        }
        makeRoom(RecordHeader.recordBytes(run.sizeBytes()));
        long offset = end();
        index.addStaged(run, offset);
        RecordHeader header = new RecordHeader(
                RecordKind.RUN, run.sizeBytes(), offset, synced, hardStateVersion, chain, run.checksum());
        stageHeader(header);
        stage(run.encoded());
        stage(ByteBuffer.wrap(PADDING, 0, (int) (header.recordBytes() - RecordHeader.BYTES - run.sizeBytes())));
        last = run.lastPosition();
        if (!staging.hasRemaining() || run.sizeBytes() >= staging.capacity()) {
            flush();
        }
    }

    /** Makes all records durable. */
    void sync() throws IOException {
        flush();
        if (unforced) {
            file.force();
            unforced = false;
        }
        synced = end();
    }

    /**
     * Notes durably that the log ends here in good order.
     *
     * @throws NoRoomException if there is no place for that; all records are durable
     */
    void markClosed(long hardStateVersion) throws IOException {
        reserve.giveUp();
        sync();
        makeRoom(0);
        stageHeader(mark(RecordKind.CLOSED, hardStateVersion));
        sync();
    }

    /**
     * Drops all entries; the log goes on after this position. Durable when this returns.
     *
     * @throws NoRoomException if there is no place; the log is as before
     */
    void restartAfter(LogPosition position, long hardStateVersion) throws IOException {
        continueInNextSegment(position, hardStateVersion);
        index.restartAfter(position.index());
        last = position;
    }

    /**
     * The next segment is durable before the mark that leads to it, and the mark before anything is written there. So a
     * mark that leads nowhere is damage, and so is a segment with records that no mark leads to.
     *
     * @throws NoRoomException if there is no place for both; the log is as before
     */
    private void continueInNextSegment(LogPosition before, long hardStateVersion) throws IOException {
        sync();
        makeRoom(0); // a closed log has used up the place of the mark
        RecordHeader mark = mark(RecordKind.CONTINUED, hardStateVersion);
        int nextChain = RecordHeader.chainValueOf(mark.encode(identity.storeId()));
        SegmentHeader header = new SegmentHeader(identity, end() + mark.recordBytes(), before, nextChain);
        String name = FileNames.segment(header.base());
        DiskFile next = prepare(name, header);
        try {
            NewFile.publish(disk, name);
            disk.syncDirectory();
            stageHeader(mark);
            sync();
        } catch (IOException e) {
            next.close();
            throw e;
        }
        file.close();
        file = next;
        base = header.base();
        written = SegmentHeader.BYTES;
        allocated = next.size();
        synced = end();
        segments.add(header);
    }

    /** The next segment, aside: the last thing that can fail for lack of room. */
    private DiskFile prepare(String name, SegmentHeader header) throws IOException {
        while (true) {
            try {
                return NewFile.prepare(disk, name, header.encode(), Preallocation.next(segmentBytes));
            } catch (NoRoomException e) {
                if (!reserve.giveUp()) {
                    throw e;
                }
            }
        }
    }

    /** Lets the segment have room for a record of this size, and for a mark. */
    private void makeRoom(long recordBytes) throws IOException {
        long needed = position() + recordBytes + RecordHeader.BYTES;
        while (needed > allocated) {
            long size = Preallocation.grown(allocated, needed, segmentBytes);
            try {
                file.preallocate(size);
                allocated = size;
            } catch (IOException e) {
                if (!disk.isFull(e)) {
                    throw e;
                }
                file.truncate(allocated); // nothing was written there; others may need what little there is
                if (!reserve.giveUp()) {
                    throw new NoRoomException(e);
                }
            }
        }
    }

    private RecordHeader mark(RecordKind kind, long hardStateVersion) {
        return new RecordHeader(kind, 0, end(), synced, hardStateVersion, chain, 0);
    }

    private void stageHeader(RecordHeader header) throws IOException {
        ByteBuffer encoded = header.encode(identity.storeId());
        chain = RecordHeader.chainValueOf(encoded);
        stage(encoded);
    }

    private void stage(ByteBuffer bytes) throws IOException {
        while (bytes.hasRemaining()) {
            if (!staging.hasRemaining()) {
                write();
            }
            int length = Math.min(bytes.remaining(), staging.remaining());
            staging.put(bytes.slice().limit(length));
            bytes.position(bytes.position() + length);
        }
    }

    private void flush() throws IOException {
        if (staging.position() > 0) {
            write();
        }
        index.flushed();
    }

    private void write() throws IOException {
        long needed = position();
        if (needed > allocated) {
            long size = Preallocation.grown(allocated, needed, segmentBytes);
            file.preallocate(size);
            allocated = size;
        }
        unforced = true;
        file.writeAll(staging.flip(), written);
        written = needed;
        staging.clear();
    }

    /** Where the next record will stand in the file. */
    private long position() {
        return written + staging.position();
    }

    private long end() {
        return base + position();
    }

    @Override
    public void close() throws IOException {
        file.close(); // the reserve stays, if nothing could be written any more; the next opening deletes it
    }
}
