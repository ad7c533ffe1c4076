package io.balsa.raft.storage.file;

import java.nio.ByteBuffer;
import java.util.Optional;
import java.util.zip.CRC32C;

/**
 * What stands before the body of a record.
 *
 * <pre>
 *   0  u32  magic "BALR"
 *   4  u32  CRC32C of the store id (u64) and of bytes 8 to 47: the record's own chain value
 *   8  u32  kind
 *  12  u32  length of the body in bytes, without padding
 *  16  u64  global offset of this record
 *  24  u64  global offset up to which everything was durable before this record was written
 *  32  u64  version of the hard state that was durable before this record was written
 *  40  u32  chain: the chain value of the record before
 *  44  u32  checksum of the body: the first four bytes of the run; 0 if there is no body
 * </pre>
 *
 * <p>As the checksum covers the chain value of the record before and the checksum of the body, it stands for the whole log
 * up to and with this record. The store id is in it so that bytes of another store never look valid.
 */
record RecordHeader(
        RecordKind kind, int length, long offset, long synced, long hardStateVersion, int chain, int bodyChecksum) {

    static final int BYTES = 48;

    /** Records begin at multiples of this. */
    static final int ALIGNMENT = 8;

    static final int MAGIC = 0x42414c52; // "BALR"

    private static final int CRC_AT = 4;
    private static final int CHECKED_FROM = 8;
    private static final int KIND_AT = 8;

    /** Bytes of a whole record with this header, padding included. */
    long recordBytes() {
        return recordBytes(length);
    }

    /** Bytes of a whole record whose body has so many bytes. */
    static long recordBytes(int bodyBytes) {
        return BYTES + ((long) bodyBytes + ALIGNMENT - 1) / ALIGNMENT * ALIGNMENT;
    }

    /** The header as bytes. */
    ByteBuffer encode(long storeId) {
        ByteBuffer out = ByteBuffer.allocate(BYTES).putInt(MAGIC).putInt(0);
        out.putInt(kind.code()).putInt(length).putLong(offset).putLong(synced).putLong(hardStateVersion);
        out.putInt(chain).putInt(bodyChecksum).flip();
        return out.putInt(CRC_AT, crcOf(out, 0, storeId));
    }

    /** The chain value of the record whose encoded header this is. */
    static int chainValueOf(ByteBuffer encoded) {
        return encoded.getInt(CRC_AT);
    }

    /**
     * The header at {@code at} in these bytes, if it is one of this store and undamaged, and stands where it says it
     * stands.
     *
     * @param offset the global offset of those bytes
     */
    static Optional<RecordHeader> decode(ByteBuffer in, int at, long offset, long storeId) {
        if (in.limit() - at < BYTES || in.getInt(at) != MAGIC || in.getInt(at + CRC_AT) != crcOf(in, at, storeId)) {
            return Optional.empty();
        }
        return RecordKind.ofCode(in.getInt(at + KIND_AT))
                .map(kind -> new RecordHeader(
                        kind,
                        in.getInt(at + 12),
                        in.getLong(at + 16),
                        in.getLong(at + 24),
                        in.getLong(at + 32),
                        in.getInt(at + 40),
                        in.getInt(at + 44)))
                .filter(header -> header.offset == offset && header.isSensible());
    }

    private boolean isSensible() {
        return length >= 0 && (length > 0) == (kind == RecordKind.RUN) && synced >= 0 && synced <= offset;
    }

    private static int crcOf(ByteBuffer in, int at, long storeId) {
        CRC32C crc = new CRC32C();
        crc.update(ByteBuffer.allocate(Long.BYTES).putLong(0, storeId));
        crc.update(in.duplicate().limit(at + BYTES).position(at + CHECKED_FROM));
        return (int) crc.getValue();
    }
}
