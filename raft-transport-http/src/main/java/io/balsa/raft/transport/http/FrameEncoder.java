package io.balsa.raft.transport.http;

import java.nio.ByteBuffer;
import java.util.List;
import java.util.zip.CRC32C;

/**
 * Writes frames one after the other into buffers that somebody else provides, and goes on in the next buffer where the
 * last one was full: so a frame of megabytes never needs a buffer of megabytes, and its parts are never joined first.
 *
 * <p>For one thread at a time.
 */
final class FrameEncoder {

    private final CRC32C crc = new CRC32C();
    private FrameType type = FrameType.KEEP_ALIVE;
    private int group;
    private List<ByteBuffer> parts = List.of();
    private int length;
    private int part;
    private boolean headerWritten;
    private int remainingBytes;

    /** Bytes that are still to be written of the frame begun last; 0 if it is complete. */
    int remainingBytes() {
        return remainingBytes;
    }

    /** Begins a frame; the one before must be complete. */
    void begin(FrameType newType, int newGroup, List<ByteBuffer> payload) {
        assert remainingBytes == 0 : "the frame before should be complete, but lacks " + remainingBytes + " bytes";
        type = newType;
        group = newGroup;
        parts = payload.stream().map(ByteBuffer::duplicate).toList();
        length = parts.stream().mapToInt(ByteBuffer::remaining).sum();
        part = 0;
        headerWritten = false;
        remainingBytes = length + WireFrame.OVERHEAD_BYTES;
        crc.reset();
    }

    /**
     * Writes as much as there is room for.
     *
     * @param out a buffer on the heap
     * @return whether the frame is complete
     */
    boolean writeTo(ByteBuffer out) {
        int start = out.position();
        boolean complete = writeHeader(out) && writeParts(out) && writeTrailer(out);
        remainingBytes -= out.position() - start;
        if (complete) {
            parts = List.of();
        }
        return complete;
    }

    private boolean writeHeader(ByteBuffer out) {
        if (!headerWritten) {
            if (out.remaining() < WireFrame.HEADER_BYTES) {
                return false;
            }
            int start = out.position();
            out.putInt(length).put(type.code()).put((byte) 0).putShort((short) 0);
            out.putInt(group);
            check(out, start);
            headerWritten = true;
        }
        return true;
    }

    private boolean writeParts(ByteBuffer out) {
        while (part < parts.size()) {
            ByteBuffer from = parts.get(part);
            int start = out.position();
            int count = Math.min(out.remaining(), from.remaining());
            out.put(start, from, from.position(), count).position(start + count);
            from.position(from.position() + count);
            check(out, start);
            if (from.hasRemaining()) {
                return false;
            }
            part++;
        }
        return true;
    }

    private boolean writeTrailer(ByteBuffer out) {
        if (out.remaining() < WireFrame.TRAILER_BYTES) {
            return false;
        }
        out.putInt((int) crc.getValue());
        return true;
    }

    private void check(ByteBuffer out, int start) {
        crc.update(out.array(), out.arrayOffset() + start, out.position() - start);
    }
}
