package io.balsa.raft.transport.http;

import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.util.Optional;
import java.util.zip.CRC32C;

/**
 * Takes frames off a stream of bytes, and trusts none of them: whatever arrives, the outcome is a frame, the end, or an
 * {@link IOException}, and no more memory is taken than the longest frame allowed.
 *
 * <p>For one thread.
 */
final class FrameReader {

    private static final int BUFFER_BYTES = 64 << 10;

    private final InputStream in;
    private final int maxFrameBytes;
    private final ByteBuffer buffer = ByteBuffer.allocate(BUFFER_BYTES).limit(0);
    private final CRC32C crc = new CRC32C();

    FrameReader(InputStream in, int maxFrameBytes) {
        this.in = in;
        this.maxFrameBytes = maxFrameBytes;
    }

    /**
     * The next frame; empty if the stream has ended between two frames. Blocks until there is one.
     *
     * @throws FrameException if there is something else
     * @throws IOException if the connection has failed
     */
    Optional<WireFrame> next() throws IOException {
        if (!fill(WireFrame.HEADER_BYTES)) {
            return Optional.empty();
        }
        crc.reset();
        crc.update(buffer.array(), buffer.position(), WireFrame.HEADER_BYTES);
        int length = buffer.getInt();
        byte code = buffer.get();
        byte flags = buffer.get();
        short reserved = buffer.getShort();
        int group = buffer.getInt();
        if (length < 0 || length > maxFrameBytes) {
            throw new FrameException("a frame announces " + Integer.toUnsignedString(length) + " bytes, but at most "
                    + maxFrameBytes + " are allowed");
        }
        FrameType type =
                FrameType.ofCode(code).orElseThrow(() -> new FrameException("there is no type of frame " + code));
        if (flags != 0 || reserved != 0) {
            throw new FrameException("a frame has flags that this protocol does not know");
        }
        byte[] payload = new byte[length];
        readInto(payload);
        crc.update(payload);
        if (!fill(WireFrame.TRAILER_BYTES)) {
            throw truncated();
        }
        if (buffer.getInt() != (int) crc.getValue()) {
            throw new FrameException("a frame has been damaged on its way: its checksum is wrong");
        }
        return Optional.of(new WireFrame(type, group, payload));
    }

    private void readInto(byte[] payload) throws IOException {
        int done = Math.min(payload.length, buffer.remaining());
        buffer.get(payload, 0, done);
        // What a large frame lacks goes straight to its place, not through the buffer.
        while (payload.length - done >= BUFFER_BYTES) {
            int count = in.read(payload, done, payload.length - done);
            if (count < 0) {
                throw truncated();
            }
            done += count;
        }
        int rest = payload.length - done;
        if (rest > 0) {
            if (!fill(rest)) {
                throw truncated();
            }
            buffer.get(payload, done, rest);
        }
    }

    /** Whether there are so many bytes in the buffer now; false if the stream has ended before the first of them. */
    private boolean fill(int wanted) throws IOException {
        if (buffer.remaining() >= wanted) {
            return true;
        }
        buffer.compact();
        try {
            while (buffer.position() < wanted) {
                int count = in.read(buffer.array(), buffer.position(), buffer.remaining());
                if (count < 0) {
                    if (buffer.position() == 0) {
                        return false;
                    }
                    throw truncated();
                }
                buffer.position(buffer.position() + count);
            }
            return true;
        } finally {
            buffer.flip();
        }
    }

    private static FrameException truncated() {
        return new FrameException("the stream ended within a frame");
    }
}
