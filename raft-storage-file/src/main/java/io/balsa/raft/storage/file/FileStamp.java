package io.balsa.raft.storage.file;

import io.balsa.raft.cluster.NodeId;
import io.balsa.raft.cluster.NodeIdentity;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.zip.CRC32C;

/**
 * The first 96 bytes of every file, and of every slot of the hard state: what it is, whether it is undamaged, which format
 * it has and whose it is. Magic, checksum and format stand where they stand in every format there will ever be.
 *
 * <pre>
 *   0  u32  magic
 *   4  u32  CRC32C of everything that follows, to the end of the block
 *   8  u32  format version, 1
 *  12  u32  length of the cluster's name
 *  16  u64  node id
 *  24  u64  store id
 *  32  64 bytes: the cluster's name in ASCII, filled up with zeros
 * </pre>
 */
final class FileStamp {

    static final int BYTES = 96;
    static final int FORMAT = 1;

    static final int IDENTITY_MAGIC = 0x42414c49; // "BALI"
    static final int HARD_STATE_MAGIC = 0x42414c48; // "BALH"
    static final int SEGMENT_MAGIC = 0x42414c53; // "BALS"
    static final int SNAPSHOT_MAGIC = 0x42414c50; // "BALP"
    static final int MENDING_MAGIC = 0x42414c4d; // "BALM"

    private static final int CRC_AT = 4;
    private static final int CHECKED_FROM = 8;
    private static final int FORMAT_AT = 8;
    private static final int NAME_LENGTH_AT = 12;
    private static final int NODE_AT = 16;
    private static final int STORE_AT = 24;
    private static final int NAME_AT = 32;

    private FileStamp() {}

    /** A block of {@code size} zeros with a stamp, positioned after it; {@link #seal} it when it is filled in. */
    static ByteBuffer begin(int magic, int size, NodeIdentity identity) {
        byte[] name = identity.cluster().getBytes(StandardCharsets.US_ASCII);
        ByteBuffer block = ByteBuffer.allocate(size);
        block.putInt(0, magic).putInt(FORMAT_AT, FORMAT).putInt(NAME_LENGTH_AT, name.length);
        block.putLong(NODE_AT, identity.node().value()).putLong(STORE_AT, identity.storeId());
        block.put(NAME_AT, name);
        return block.position(BYTES);
    }

    /** Computes the checksum; the whole block is then ready to be written. */
    static ByteBuffer seal(ByteBuffer block) {
        block.clear();
        return block.putInt(CRC_AT, crcOf(block));
    }

    /** Whether the block, from 0 to its limit, is of this kind and undamaged; its format may be any. */
    static boolean isSound(ByteBuffer block, int magic) {
        return block.limit() >= BYTES && block.getInt(0) == magic && block.getInt(CRC_AT) == crcOf(block);
    }

    /** The format of a sound block. */
    static int formatOf(ByteBuffer block) {
        return block.getInt(FORMAT_AT);
    }

    /**
     * Whose a sound block of our format is; the block is then positioned after the stamp.
     *
     * @throws IllegalArgumentException if that makes no sense
     */
    static NodeIdentity identityOf(ByteBuffer block) {
        byte[] name = new byte[NodeIdentity.MAX_CLUSTER_LENGTH];
        block.get(NAME_AT, name);
        int length = Math.max(0, Math.min(block.getInt(NAME_LENGTH_AT), name.length));
        block.position(BYTES);
        return new NodeIdentity(
                new String(Arrays.copyOf(name, length), StandardCharsets.US_ASCII),
                NodeId.of(block.getLong(NODE_AT)),
                block.getLong(STORE_AT));
    }

    private static int crcOf(ByteBuffer block) {
        CRC32C crc = new CRC32C();
        crc.update(block.duplicate().position(CHECKED_FROM));
        return (int) crc.getValue();
    }
}
