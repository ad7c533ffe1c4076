package io.balsa.raft.transport;

import java.nio.ByteBuffer;
import java.util.List;
import java.util.Objects;

/**
 * Bytes that nobody but the library reads, on their way to a server.
 *
 * <p>The bytes are in parts, because the same encoded entries go to several servers behind different headers: a transport
 * writes the parts one after the other, and the receiver gets them as one.
 *
 * <p>Immutable: the parts must not be changed, and are read through {@link ByteBuffer#duplicate} only.
 *
 * @param group which Raft group of the two servers this is for
 * @param lane how urgent it is
 * @param parts at least one, each from its position to its limit
 */
public record Frame(int group, Lane lane, List<ByteBuffer> parts) {

    /** The most bytes that the parts of a frame may have together. */
    public static final int MAX_BYTES = 8 << 20;

    public Frame {
        Objects.requireNonNull(lane, "lane");
        parts = List.copyOf(parts);
        if (parts.isEmpty()) {
            throw new IllegalArgumentException("a frame needs bytes");
        }
    }

    /** Bytes of all parts together. */
    public int sizeBytes() {
        int size = 0;
        for (ByteBuffer part : parts) {
            size += part.remaining();
        }
        return size;
    }

    /** All parts as one buffer of its own, ready to be read. */
    public ByteBuffer joined() {
        ByteBuffer joined = ByteBuffer.allocate(sizeBytes());
        for (ByteBuffer part : parts) {
            joined.put(part.duplicate());
        }
        return joined.flip();
    }
}
