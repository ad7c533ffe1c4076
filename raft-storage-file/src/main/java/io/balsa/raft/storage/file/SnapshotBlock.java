package io.balsa.raft.storage.file;

import java.nio.ByteBuffer;
import java.util.zip.CRC32C;

/**
 * The contents of a snapshot are cut into blocks of {@value #PAYLOAD_BYTES} bytes, of which the last one may be shorter. So
 * what is read of it can be checked before it is handed on, and what was received of it can be checked and kept.
 *
 * <pre>
 *   0  u32  CRC32C of the store id, the index and the term of the last entry that the snapshot covers, the number of the
 *           block from 0 on (u64 each), and the payload
 *   4       payload
 * </pre>
 */
final class SnapshotBlock {

    static final int PAYLOAD_BYTES = 64 * 1024;
    static final int HEAD_BYTES = Integer.BYTES;
    static final int BYTES = HEAD_BYTES + PAYLOAD_BYTES;

    private SnapshotBlock() {}

    /** Where the block of this number stands in a file whose header is so long. */
    static long positionOf(long number, int headerBytes) {
        return headerBytes + number * BYTES;
    }

    /** The checksum of the block, of which head and payload are in these bytes, from 0 to the limit. */
    static int checksumOf(SnapshotHeader header, long number, ByteBuffer block) {
        ByteBuffer place = ByteBuffer.allocate(4 * Long.BYTES);
        place.putLong(header.identity().storeId());
        place.putLong(header.info().last().index()).putLong(header.info().last().term());
        place.putLong(number).flip();
        CRC32C crc = new CRC32C();
        crc.update(place);
        crc.update(block.duplicate().position(HEAD_BYTES));
        return (int) crc.getValue();
    }

    /** Whether these bytes are the block of this number, with so much payload, and undamaged. */
    static boolean isSound(SnapshotHeader header, long number, ByteBuffer block, int payloadBytes) {
        return block.limit() == HEAD_BYTES + payloadBytes && block.getInt(0) == checksumOf(header, number, block);
    }
}
