package io.balsa.raft.divergence;

import java.io.DataInput;
import java.io.DataOutput;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.OptionalLong;

/**
 * The rolling hashes of the last entries that a server applied, two checkpoint intervals of them: so that, when the reports
 * of a checkpoint do not agree, the server can still tell the hashes of all entries since the checkpoint before. It takes 16
 * bytes for each index of an interval.
 *
 * <p>What a snapshot says of it, big-endian: version {@value #VERSION} (u8), index (u64) and hash (u64) of the last entry,
 * number of hashes (u32), and the hashes of the last entries (u64 each), that of the last entry at the end.
 *
 * <p>A server that was restored from a snapshot without that does not know what the hashes are, and never will: it reports
 * nothing, which is no difference. For one thread.
 */
public final class HashWindow {

    /** The usual distance of checkpoints. The same on all servers, for what is compared are the checkpoints of all. */
    public static final int DEFAULT_INTERVAL = 1024;

    /** Version of the format. */
    static final int VERSION = 1;

    private final int interval;
    private final long[] ring; // the hash at an index is at that index modulo the length
    private final boolean isKnown;
    private long lastIndex;
    private long lastHash;
    private int count;

    private HashWindow(int interval, long lastIndex, long lastHash, boolean isKnown) {
        checkInterval(interval);
        this.interval = interval;
        this.ring = new long[2 * interval];
        this.lastIndex = lastIndex;
        this.lastHash = lastHash;
        this.isKnown = isKnown;
    }

    private HashWindow(HashWindow other) {
        this.interval = other.interval;
        this.ring = other.ring.clone();
        this.isKnown = other.isKnown;
        this.lastIndex = other.lastIndex;
        this.lastHash = other.lastHash;
        this.count = other.count;
    }

    private static void checkInterval(int interval) {
        if (interval < 1 || interval > HashSpan.MAX_COUNT / 2) {
            throw new IllegalArgumentException(
                    "an interval has 1 to " + HashSpan.MAX_COUNT / 2 + " entries, not " + interval);
        }
    }

    /** Of a server that has applied nothing yet. */
    public static HashWindow atStart(int interval) {
        return new HashWindow(interval, 0, RollingHash.START, true);
    }

    /** Of a server whose state came, without hashes, from a snapshot that ends at {@code index}. */
    public static HashWindow unknownAfter(long index, int interval) {
        return new HashWindow(interval, index, 0, false);
    }

    /** Rolls on over the entry after the last: see {@link RollingHash#next}. */
    public void add(long index, int kind, ByteBuffer payload, byte[] result) {
        if (index != lastIndex + 1) {
            throw new IllegalArgumentException("entry " + index + " does not follow entry " + lastIndex);
        }
        lastIndex = index;
        if (isKnown) {
            lastHash = RollingHash.next(lastHash, index, kind, payload, result);
            ring[slotOf(index)] = lastHash;
            count = Math.min(count + 1, ring.length);
        }
    }

    private int slotOf(long index) {
        return (int) (index % ring.length);
    }

    /** Whether an index is one that is reported. */
    public boolean isCheckpoint(long index) {
        return index > 0 && index % interval == 0;
    }

    /** How far checkpoints are apart. */
    public int interval() {
        return interval;
    }

    /** The last entry that was applied; 0 at first. */
    public long lastIndex() {
        return lastIndex;
    }

    /** The hash up to and including the last entry; empty if that is not known. */
    public OptionalLong lastHash() {
        return isKnown ? OptionalLong.of(lastHash) : OptionalLong.empty();
    }

    /** The hash up to and including the entry at {@code index}; empty if that is not known, or not any more. */
    public OptionalLong hashAt(long index) {
        boolean has = index <= lastIndex && index > lastIndex - count;
        return has ? OptionalLong.of(ring[slotOf(index)]) : OptionalLong.empty();
    }

    /** The hashes that it has, copied: no more than two intervals. */
    public HashSpan span() {
        long[] hashes = new long[count];
        for (int i = 0; i < count; i++) {
            hashes[i] = ring[slotOf(lastIndex - count + 1 + i)];
        }
        return HashSpan.of(lastIndex - count + 1, hashes);
    }

    /** A copy, for whoever writes it while this one goes on. */
    public HashWindow copy() {
        return new HashWindow(this);
    }

    /**
     * Writes the section of a snapshot that ends at {@link #lastIndex}.
     *
     * @throws IllegalStateException if the hashes are not known: then a snapshot has no such section
     */
    public void writeTo(DataOutput out) throws IOException {
        if (!isKnown) {
            throw new IllegalStateException("what is not known cannot be written");
        }
        out.writeByte(VERSION);
        out.writeLong(lastIndex);
        out.writeLong(lastHash);
        out.writeInt(count);
        for (long index = lastIndex - count + 1; index <= lastIndex; index++) {
            out.writeLong(ring[slotOf(index)]);
        }
    }

    /**
     * Reads the section of a snapshot.
     *
     * @param interval of this server; if another wrote the section, as much of it is kept as there is room for
     * @throws IOException if it cannot be read, is of an unknown version, or contradicts itself
     */
    public static HashWindow readFrom(DataInput in, int interval) throws IOException {
        int version = in.readUnsignedByte();
        check(version == VERSION, "hashes are written in the unknown version " + version);
        long lastIndex = in.readLong();
        long lastHash = in.readLong();
        int count = in.readInt();
        check(
                lastIndex >= 0 && count >= 0 && count <= Math.min(lastIndex, HashSpan.MAX_COUNT),
                "there are " + count + " hashes up to index " + lastIndex);
        HashWindow window = new HashWindow(interval, lastIndex, lastHash, true);
        for (long index = lastIndex - count + 1; index <= lastIndex; index++) {
            window.ring[window.slotOf(index)] = in.readLong(); // the newer takes the place of the older
        }
        window.count = Math.min(count, window.ring.length);
        check(
                count == 0 || window.ring[window.slotOf(lastIndex)] == lastHash,
                "the last hash is there twice, and differs");
        return window;
    }

    private static void check(boolean holds, String otherwise) throws IOException {
        if (!holds) {
            throw new IOException(otherwise);
        }
    }
}
