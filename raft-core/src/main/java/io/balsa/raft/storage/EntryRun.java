package io.balsa.raft.storage;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.zip.CRC32C;

/**
 * Entries that follow one another in the log, of one term and one kind, encoded once: what a leader appends in one go is
 * a run, the same bytes go to its disk and to every follower, and a follower checks and writes those very bytes.
 *
 * <p>The encoding, all numbers big-endian:
 *
 * <pre>
 *   0  u32  CRC32C of everything that follows
 *   4  u32  length of the whole run in bytes, these eight included
 *   8  u64  index of the first entry
 *  16  u64  term
 *  24  u8   kind ({@link EntryKind#code})
 *  25  u24  number of entries
 *  28  u32  for each entry: where its payload ends, counted from the end of this table
 *   …  the payloads, one after the other
 * </pre>
 *
 * <p>Immutable, safe to share between threads.
 */
public final class EntryRun {

    /** Bytes of a run before its table. */
    public static final int HEADER_BYTES = 28;

    /** The most entries a run can have. */
    public static final int MAX_COUNT = (1 << 24) - 1;

    private static final int CHECKED_FROM = Integer.BYTES;
    /** Where the length of a run stands in its encoding. */
    public static final int LENGTH_AT = 4;

    private static final int FIRST_INDEX_AT = 8;
    private static final int TERM_AT = 16;
    private static final int KIND_AND_COUNT_AT = 24;

    private final ByteBuffer encoded; // absolute access only: position and limit never change
    private final long firstIndex;
    private final long term;
    private final EntryKind kind;
    private final int count;

    private EntryRun(ByteBuffer encoded) {
        this.encoded = encoded;
        this.firstIndex = encoded.getLong(FIRST_INDEX_AT);
        this.term = encoded.getLong(TERM_AT);
        int kindAndCount = encoded.getInt(KIND_AND_COUNT_AT);
        this.kind = EntryKind.ofCode(kindAndCount >>> 24);
        this.count = kindAndCount & MAX_COUNT;
    }

    /**
     * Encodes these payloads as entries from {@code firstIndex} on.
     *
     * @param payloads 1 to {@link #MAX_COUNT}; they are copied
     * @throws IllegalArgumentException if there is no such run, or it would be 2 GiB long or longer
     */
    public static EntryRun of(long firstIndex, long term, EntryKind kind, List<byte[]> payloads) {
        if (payloads.isEmpty() || payloads.size() > MAX_COUNT) {
            throw new IllegalArgumentException("a run has 1 to " + MAX_COUNT + " entries, not " + payloads.size());
        }
        if (firstIndex < 1 || term < 1 || firstIndex > Long.MAX_VALUE - payloads.size()) {
            throw new IllegalArgumentException(
                    "index and term begin at 1 and do not overflow: " + firstIndex + "/" + term);
        }
        long size = HEADER_BYTES + (long) Integer.BYTES * payloads.size();
        for (byte[] payload : payloads) {
            size += payload.length;
        }
        if (size > Integer.MAX_VALUE) {
            throw new IllegalArgumentException("a run cannot be " + size + " bytes long");
        }
        ByteBuffer out = ByteBuffer.allocate((int) size);
        out.putInt(0).putInt((int) size).putLong(firstIndex).putLong(term);
        out.putInt(kind.code() << 24 | payloads.size());
        int end = 0;
        for (byte[] payload : payloads) {
            end += payload.length;
            out.putInt(end);
        }
        for (byte[] payload : payloads) {
            out.put(payload);
        }
        out.putInt(0, crcOf(out));
        return new EntryRun(out);
    }

    /** A run of a single entry. */
    public static EntryRun of(LogEntry entry) {
        return of(entry.index(), entry.term(), entry.kind(), List.of(entry.data()));
    }

    /**
     * The run that these bytes encode, checked. The bytes are not copied and belong to the run from now on; they run from
     * the buffer's position to its limit.
     *
     * @throws IllegalArgumentException if the bytes are not a whole, undamaged run
     */
    public static EntryRun decode(ByteBuffer bytes) {
        ByteBuffer run = bytes.slice();
        if (run.limit() < HEADER_BYTES || run.getInt(LENGTH_AT) != run.limit()) {
            throw new IllegalArgumentException("not a run of entries, or not all of it: " + run.limit() + " bytes");
        }
        if (run.getInt(0) != crcOf(run)) {
            throw new IllegalArgumentException("the checksum of a run of entries is wrong");
        }
        // The checksum is right, so whoever wrote it meant it; still nothing is believed that could lead out of bounds.
        EntryRun decoded = new EntryRun(run);
        decoded.checkShape();
        return decoded;
    }

    private void checkShape() {
        boolean shaped = firstIndex >= 1
                && term >= 1
                && count >= 1
                && firstIndex <= Long.MAX_VALUE - count
                && payloadsAt() <= encoded.limit()
                && payloadsAt() + endOf(count - 1) == encoded.limit();
        for (int i = 0; shaped && i < count; i++) {
            shaped = startOf(i) <= endOf(i);
        }
        if (!shaped) {
            throw new IllegalArgumentException("a run of entries contradicts itself");
        }
    }

    private static int crcOf(ByteBuffer run) {
        CRC32C crc = new CRC32C();
        if (run.hasArray()) {
            crc.update(run.array(), run.arrayOffset() + CHECKED_FROM, run.limit() - CHECKED_FROM);
        } else {
            ByteBuffer checked = run.duplicate();
            checked.position(CHECKED_FROM);
            checked.limit(run.limit());
            crc.update(checked);
        }
        return (int) crc.getValue();
    }

    /** Index of the first entry, 1 or more. */
    public long firstIndex() {
        return firstIndex;
    }

    /** Index of the last entry. */
    public long lastIndex() {
        return firstIndex + count - 1;
    }

    /** The term of all its entries. */
    public long term() {
        return term;
    }

    /** The kind of all its entries. */
    public EntryKind kind() {
        return kind;
    }

    /** How many entries, 1 or more. */
    public int count() {
        return count;
    }

    /** Position of the last entry. */
    public LogPosition lastPosition() {
        return new LogPosition(lastIndex(), term);
    }

    /** Bytes of the encoding. */
    public int sizeBytes() {
        return encoded.limit();
    }

    /** CRC32C of the encoding, as it stands in its first four bytes. */
    public int checksum() {
        return encoded.getInt(0);
    }

    /** The encoding, as a read-only view of its own, from position 0 to the limit. */
    public ByteBuffer encoded() {
        ByteBuffer view = encoded.asReadOnlyBuffer();
        view.clear();
        return view;
    }

    /** Whether this run has the entry at {@code index}. */
    public boolean contains(long index) {
        return index >= firstIndex && index <= lastIndex();
    }

    /** Payload of the entry at {@code index}, as a read-only view. */
    public ByteBuffer payload(long index) {
        int i = offsetOf(index);
        return encoded.slice(payloadsAt() + startOf(i), endOf(i) - startOf(i)).asReadOnlyBuffer();
    }

    /** Payload of the entry at {@code index}, as a copy. */
    public byte[] copyOfPayload(long index) {
        int i = offsetOf(index);
        byte[] copy = new byte[endOf(i) - startOf(i)];
        encoded.get(payloadsAt() + startOf(i), copy);
        return copy;
    }

    /** Length of the payload of the entry at {@code index}, in bytes. */
    public int payloadBytes(long index) {
        int i = offsetOf(index);
        return endOf(i) - startOf(i);
    }

    /** The entry at {@code index}, copied. */
    public LogEntry entry(long index) {
        return new LogEntry(new LogPosition(index, term), kind, copyOfPayload(index));
    }

    /** All entries, copied. */
    public List<LogEntry> entries() {
        List<LogEntry> entries = new ArrayList<>(count);
        for (long index = firstIndex; index <= lastIndex(); index++) {
            entries.add(entry(index));
        }
        return entries;
    }

    /**
     * The entries of this run from index {@code from} to index {@code to}, both included: this run itself if it is all of
     * them, else encoded anew.
     */
    public EntryRun slice(long from, long to) {
        if (from == firstIndex && to == lastIndex()) {
            return this;
        }
        if (from > to || !contains(from) || !contains(to)) {
            throw new IndexOutOfBoundsException(from + ".." + to + " is not within " + this);
        }
        List<byte[]> payloads = new ArrayList<>();
        for (long index = from; index <= to; index++) {
            payloads.add(copyOfPayload(index));
        }
        return of(from, term, kind, payloads);
    }

    private int offsetOf(long index) {
        if (!contains(index)) {
            throw new IndexOutOfBoundsException(index + " is not within " + this);
        }
        return (int) (index - firstIndex);
    }

    private int payloadsAt() {
        return HEADER_BYTES + Integer.BYTES * count;
    }

    private int startOf(int i) {
        return i == 0 ? 0 : endOf(i - 1);
    }

    private int endOf(int i) {
        return encoded.getInt(HEADER_BYTES + Integer.BYTES * i);
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof EntryRun that && encoded().equals(that.encoded());
    }

    @Override
    public int hashCode() {
        return Arrays.hashCode(new long[] {firstIndex, term, checksum()});
    }

    @Override
    public String toString() {
        return (count == 1 ? "" + firstIndex : firstIndex + ".." + lastIndex()) + "/" + term + " " + kind + " ("
                + sizeBytes() + " bytes)";
    }
}
