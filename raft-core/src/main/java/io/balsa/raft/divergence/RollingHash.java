package io.balsa.raft.divergence;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/**
 * A number of 64 bits for everything that was applied up to an index, and for what came out of it: the same on every server
 * whose state machine is deterministic.
 *
 * <p>Words of 8 bytes, little-endian, are mixed in one after the other, each by an exclusive or, a multiplication with an
 * odd number, a rotation and an addition. Each of these can be undone, so two histories that differ in one word only never
 * meet; those that differ in more meet by chance, once in about 2<sup>64</sup>. That is enough for what this is against, a
 * program that errs: it is no cryptographic hash, and who can choose results can make two meet. An entry's number depends on
 * all entries before it, so a difference is never forgotten.
 *
 * <p>The numbers are compared between servers and stand in snapshots: the function never changes.
 */
public final class RollingHash {

    /** The hash of nothing: before the first entry. */
    public static final long START = 0x9e3779b97f4a7c15L;

    private static final long PRIME_1 = 0x9e3779b185ebca87L; // of xxHash
    private static final long PRIME_2 = 0xc2b2ae3d27d4eb4fL;
    private static final int BITS = 31;
    private static final int STRIPE_BYTES = 4 * Long.BYTES;

    private RollingHash() {}

    /**
     * The hash up to and including an entry.
     *
     * @param previous the hash up to the entry before it
     * @param index of the entry
     * @param kind code of the entry's kind
     * @param payload of the entry, from position to limit; not changed
     * @param result what came out of it; empty for an entry that gives none
     */
    public static long next(long previous, long index, int kind, ByteBuffer payload, byte[] result) {
        long hash = mix(mix(previous, index), kind);
        // The lengths come first, so that no byte can belong to the payload here and to the result there.
        hash = mix(hash, (long) payload.remaining() << Integer.SIZE | result.length);
        hash = mix(hash, payload.duplicate());
        hash = mix(hash, ByteBuffer.wrap(result));
        return spread(hash);
    }

    private static long mix(long hash, ByteBuffer bytes) {
        ByteBuffer in = bytes.order(ByteOrder.LITTLE_ENDIAN);
        int at = in.position();
        int end = in.limit();
        long mixed = hash;
        if (end - at >= STRIPE_BYTES) {
            // Four lanes, because a processor multiplies several numbers at once if none waits for the other.
            long a = hash;
            long b = hash + PRIME_1;
            long c = hash + PRIME_2;
            long d = hash - PRIME_1;
            for (; at <= end - STRIPE_BYTES; at += STRIPE_BYTES) {
                a = mix(a, in.getLong(at));
                b = mix(b, in.getLong(at + 8));
                c = mix(c, in.getLong(at + 16));
                d = mix(d, in.getLong(at + 24));
            }
            mixed = mix(mix(mix(a, b), c), d);
        }
        for (; at <= end - Long.BYTES; at += Long.BYTES) {
            mixed = mix(mixed, in.getLong(at));
        }
        long rest = 0;
        for (int shift = 0; at < end; at++, shift += Byte.SIZE) {
            rest |= (in.get(at) & 0xffL) << shift;
        }
        return mix(mixed, rest);
    }

    private static long mix(long hash, long word) {
        return Long.rotateLeft((hash ^ word) * PRIME_1, BITS) + PRIME_2; // the sum, so that 0 does not stay 0
    }

    /** So that each bit of the state depends on each bit of the entry (the finalizer of xxHash). */
    private static long spread(long hash) {
        long spread = (hash ^ hash >>> 33) * PRIME_2;
        spread = (spread ^ spread >>> 29) * PRIME_1;
        return spread ^ spread >>> 32;
    }
}
