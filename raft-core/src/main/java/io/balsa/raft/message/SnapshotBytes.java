package io.balsa.raft.message;

import java.nio.ByteBuffer;

/** Bytes of a snapshot, which the consensus core hands on without looking at them. Immutable. */
public final class SnapshotBytes {

    /** None. */
    public static final SnapshotBytes NONE = new SnapshotBytes(ByteBuffer.allocate(0));

    private final ByteBuffer bytes;

    private SnapshotBytes(ByteBuffer bytes) {
        this.bytes = bytes;
    }

    /** These bytes, which must not be changed any more. */
    public static SnapshotBytes of(ByteBuffer bytes) {
        return new SnapshotBytes(bytes.slice().asReadOnlyBuffer());
    }

    /** How many. */
    public int size() {
        return bytes.remaining();
    }

    /** A buffer of its own on them. */
    public ByteBuffer buffer() {
        return bytes.duplicate();
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof SnapshotBytes same && bytes.equals(same.bytes);
    }

    @Override
    public int hashCode() {
        return bytes.hashCode();
    }

    @Override
    public String toString() {
        return size() + " bytes";
    }
}
