package io.balsa.raft.divergence;

import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.Optional;

/**
 * Rolling hashes of entries that follow one another: what a server tells of its {@link HashWindow}. Immutable.
 *
 * <p>As bytes, big-endian: index of the first (u64), then the hashes (u64 each), as many as there are bytes.
 */
public final class HashSpan {

    /** The most hashes that a span may have: a bound for decoders. */
    public static final int MAX_COUNT = 1 << 17;

    private final long firstIndex;
    private final long[] hashes;

    private HashSpan(long firstIndex, long[] hashes) {
        if (firstIndex < 1 || firstIndex > Long.MAX_VALUE - hashes.length || hashes.length > MAX_COUNT) {
            throw new IllegalArgumentException("no span has " + hashes.length + " hashes from " + firstIndex + " on");
        }
        this.firstIndex = firstIndex;
        this.hashes = hashes;
    }

    /** The hashes of the entries from {@code firstIndex} on; they are copied. */
    public static HashSpan of(long firstIndex, long... hashes) {
        return new HashSpan(firstIndex, hashes.clone());
    }

    /**
     * The span that {@link #encode} made these bytes of.
     *
     * @throws IllegalArgumentException if the bytes are none
     */
    public static HashSpan decode(byte[] bytes) {
        if (bytes.length < Long.BYTES || bytes.length % Long.BYTES != 0 || bytes.length / Long.BYTES - 1 > MAX_COUNT) {
            throw new IllegalArgumentException("a span of hashes cannot have " + bytes.length + " bytes");
        }
        ByteBuffer in = ByteBuffer.wrap(bytes);
        long firstIndex = in.getLong();
        long[] hashes = new long[in.remaining() / Long.BYTES];
        in.asLongBuffer().get(hashes);
        return new HashSpan(firstIndex, hashes);
    }

    /** The span as bytes. */
    public byte[] encode() {
        ByteBuffer out = ByteBuffer.allocate((1 + hashes.length) * Long.BYTES).putLong(firstIndex);
        out.asLongBuffer().put(hashes);
        return out.array();
    }

    /** Index of the first hash. */
    public long firstIndex() {
        return firstIndex;
    }

    /** Index of the last hash; {@code firstIndex - 1} if there is none. */
    public long lastIndex() {
        return firstIndex + hashes.length - 1;
    }

    /** The hash up to and including the entry at {@code index}, which is one of the span's. */
    public long hashAt(long index) {
        return hashes[Math.toIntExact(index - firstIndex)];
    }

    /**
     * Where this span and another first differ.
     *
     * @param equalUpTo up to there the two servers are known to have agreed
     * @param differAt there, after that, they are known to have differed
     * @return the narrowest range that the spans tell; empty if they say that there is no difference
     */
    Optional<IndexRange> firstDifference(HashSpan other, long equalUpTo, long differAt) {
        long from = equalUpTo + 1;
        long to = differAt;
        long last = Math.min(Math.min(lastIndex(), other.lastIndex()), differAt);
        for (long index = Math.max(Math.max(firstIndex, other.firstIndex), from); index <= last; index++) {
            if (hashAt(index) != other.hashAt(index)) {
                to = index; // and so do all after it: a difference is never forgotten
                break;
            }
            from = index + 1;
        }
        return from > differAt ? Optional.empty() : Optional.of(new IndexRange(from, to));
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof HashSpan that && firstIndex == that.firstIndex && Arrays.equals(hashes, that.hashes);
    }

    @Override
    public int hashCode() {
        return Long.hashCode(firstIndex) * 31 + Arrays.hashCode(hashes);
    }

    @Override
    public String toString() {
        return "hashes of " + firstIndex + ".." + lastIndex();
    }
}
