package io.balsa.raft;

import io.balsa.raft.cluster.Membership;
import io.balsa.raft.storage.LogPosition;
import io.balsa.raft.storage.SnapshotInfo;
import java.io.DataInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Objects;
import java.util.zip.CRC32C;

/**
 * What stands before a snapshot that was exported, so that it means something by itself: whose it is, and what it stands for.
 * A store begins with it when it is given {@link #info} and what follows {@link #read} in the stream.
 *
 * <p>All numbers are big-endian:
 *
 * <pre>
 *   magic             4 bytes   "BLSX"
 *   version           1 byte    1
 *   length            4 bytes   of what follows up to the check
 *   cluster           2 bytes of length, UTF-8
 *   index, term       8 bytes each, of the last entry that the snapshot covers
 *   membership index  8 bytes
 *   size              8 bytes   of the snapshot
 *   checksum          4 bytes   CRC32C of the snapshot
 *   membership        the rest  as {@link Membership#encode} says
 *   check             4 bytes   CRC32C of everything before it
 *   snapshot          to the end
 * </pre>
 *
 * @param cluster the cluster it comes from
 * @param info what it stands for; its size and checksum are those of the snapshot alone
 */
public record ExportedSnapshot(String cluster, SnapshotInfo info) {

    private static final int MAGIC = 0x424C5358;
    private static final byte VERSION = 1;
    private static final int PREFIX_BYTES = Integer.BYTES + 1 + Integer.BYTES;
    private static final int FIXED_BYTES = Short.BYTES + 4 * Long.BYTES + Integer.BYTES;
    private static final int MAX_LENGTH = 1 << 24;

    public ExportedSnapshot {
        Objects.requireNonNull(cluster, "cluster");
        Objects.requireNonNull(info, "info");
    }

    /** The bytes before the snapshot. */
    public byte[] header() {
        byte[] name = cluster.getBytes(StandardCharsets.UTF_8);
        byte[] membership = info.membership().encode();
        int length = FIXED_BYTES + name.length + membership.length;
        ByteBuffer out = ByteBuffer.allocate(PREFIX_BYTES + length + Integer.BYTES);
        out.putInt(MAGIC).put(VERSION).putInt(length);
        out.putShort((short) name.length).put(name);
        out.putLong(info.index()).putLong(info.last().term()).putLong(info.membershipIndex());
        out.putLong(info.sizeBytes()).putInt(info.checksum()).put(membership);
        return out.putInt(crc(out.array(), out.position())).array();
    }

    /**
     * Reads up to where the snapshot begins.
     *
     * @param in stands at the snapshot's first byte afterwards
     * @throws IOException if the stream cannot be read or does not begin as an exported snapshot does
     */
    public static ExportedSnapshot read(InputStream in) throws IOException {
        byte[] prefix = in.readNBytes(PREFIX_BYTES);
        ByteBuffer start = ByteBuffer.wrap(prefix);
        if (prefix.length < PREFIX_BYTES || start.getInt() != MAGIC || start.get() != VERSION) {
            throw new IOException("not an exported snapshot, or one of a later version");
        }
        int length = start.getInt();
        if (length < FIXED_BYTES || length > MAX_LENGTH) {
            throw new IOException("damaged: the head of an exported snapshot cannot have " + length + " bytes");
        }
        byte[] body = in.readNBytes(length);
        int check = new DataInputStream(in).readInt();
        CRC32C crc = new CRC32C();
        crc.update(prefix);
        crc.update(body);
        if (body.length < length || check != (int) crc.getValue()) {
            throw new IOException("damaged: the head of the exported snapshot has another checksum than it says");
        }
        try {
            return decode(ByteBuffer.wrap(body));
        } catch (RuntimeException e) { // what nobody would write, although the checksum is right
            throw new IOException("the head of the exported snapshot means nothing: " + e.getMessage(), e);
        }
    }

    private static ExportedSnapshot decode(ByteBuffer in) {
        byte[] name = new byte[Short.toUnsignedInt(in.getShort())];
        in.get(name);
        LogPosition last = new LogPosition(in.getLong(), in.getLong());
        long membershipIndex = in.getLong();
        long size = in.getLong();
        int checksum = in.getInt();
        byte[] membership = new byte[in.remaining()];
        in.get(membership);
        return new ExportedSnapshot(
                new String(name, StandardCharsets.UTF_8),
                new SnapshotInfo(last, membershipIndex, Membership.decode(membership), size, checksum));
    }

    private static int crc(byte[] bytes, int length) {
        CRC32C crc = new CRC32C();
        crc.update(bytes, 0, length);
        return (int) crc.getValue();
    }
}
