package io.balsa.raft.storage.file;

import io.balsa.raft.storage.EntryRun;
import java.io.Closeable;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Optional;
import java.util.function.Consumer;

/** Reads a segment from front to back, in pieces. Changes nothing. For one thread. */
final class SegmentScan implements Closeable {

    private static final int FIRST_WINDOW_BYTES = 16 * 1024;
    private static final int MAX_WINDOW_BYTES = 256 * 1024;
    private static final ByteBuffer NOTHING = ByteBuffer.allocate(0);

    private final DiskFile file;
    private final SegmentHeader segment;
    private final long size;
    private final Memory memory;
    private ByteBuffer window = NOTHING;
    private long windowAt;

    /**
     * What several scans, one after another, read into: it becomes larger on the way, so that a small log takes little
     * memory and a large one few reads.
     */
    static final class Memory {

        private ByteBuffer bytes = NOTHING;
        private int windowBytes = FIRST_WINDOW_BYTES;

        private ByteBuffer take(long wanted, long available) {
            int length = (int) Math.min(Math.max(windowBytes, wanted), available);
            windowBytes = Math.min(2 * windowBytes, MAX_WINDOW_BYTES);
            if (bytes.capacity() < length) {
                bytes = ByteBuffer.allocate(length);
            }
            return bytes.clear().limit(length);
        }
    }

    private SegmentScan(DiskFile file, SegmentHeader segment, Memory memory) throws IOException {
        this.file = file;
        this.segment = segment;
        this.memory = memory;
        this.size = file.size();
    }

    static SegmentScan open(Disk disk, SegmentHeader segment, Memory memory) throws IOException {
        return new SegmentScan(disk.open(FileNames.segment(segment.base())), segment, memory);
    }

    /** Name of the file. */
    String name() {
        return FileNames.segment(segment.base());
    }

    /** Where in the file this global offset is. */
    long positionOf(long offset) {
        return offset - segment.base();
    }

    /** The header of the record at this global offset, if there is a sound one. */
    Optional<RecordHeader> headerAt(long offset) throws IOException {
        ByteBuffer bytes = bytes(positionOf(offset), RecordHeader.BYTES);
        return RecordHeader.decode(bytes, 0, offset, segment.identity().storeId());
    }

    /** The chain value of the record at this global offset, which has a sound header. */
    int chainValueAt(long offset) throws IOException {
        return RecordHeader.chainValueOf(bytes(positionOf(offset), RecordHeader.BYTES));
    }

    /** The run in the record with this header, if it is whole; good until the next call. */
    Optional<EntryRun> runOf(RecordHeader header) throws IOException {
        long at = positionOf(header.offset());
        if (header.kind() != RecordKind.RUN || at + header.recordBytes() > size) {
            return Optional.empty();
        }
        return RecordBody.decode(header, bytes(at + RecordHeader.BYTES, header.length()));
    }

    /** Shows every sound record header from this global offset on, wherever it stands, to {@code found}. */
    void searchFrom(long offset, Consumer<RecordHeader> found) throws IOException {
        long at = positionOf(offset);
        while (at + RecordHeader.BYTES <= size) {
            ByteBuffer bytes = bytes(at, FIRST_WINDOW_BYTES);
            int i = 0;
            for (; i + RecordHeader.BYTES <= bytes.limit(); i += RecordHeader.ALIGNMENT) {
                if (bytes.getInt(i) == RecordHeader.MAGIC) {
                    RecordHeader.decode(
                                    bytes,
                                    i,
                                    segment.base() + at + i,
                                    segment.identity().storeId())
                            .ifPresent(found);
                }
            }
            at += i;
        }
    }

    /** Is shown what {@link #walkFrom} comes to. */
    interface Visitor {

        /**
         * Here is a record.
         *
         * @param run what stands in it, if it is one of entries and whole; good until this returns
         */
        void visit(RecordHeader header, Optional<EntryRun> run);
    }

    /**
     * Goes from record to record from this global offset on, and where there is none, on to the next that has a sound header.
     * Slower than {@link #searchFrom}, but with the contents.
     */
    void walkFrom(long offset, Visitor visitor) throws IOException {
        long next = offset;
        while (positionOf(next) + RecordHeader.BYTES <= size) {
            Optional<RecordHeader> header = headerAt(next);
            if (header.isPresent()) {
                visitor.visit(header.get(), runOf(header.get()));
            }
            next += header.map(RecordHeader::recordBytes).orElse((long) RecordHeader.ALIGNMENT);
        }
    }

    private ByteBuffer bytes(long position, int length) throws IOException {
        int wanted = (int) Math.max(0, Math.min(length, size - position));
        if (position < windowAt || position + wanted > windowAt + window.limit()) {
            window = file.readAll(memory.take(wanted, Math.max(0, size - position)), position);
            windowAt = position;
        }
        int start = (int) (position - windowAt);
        return window.slice(start, Math.min(wanted, window.limit() - start));
    }

    @Override
    public void close() throws IOException {
        file.close();
    }
}
