package io.balsa.raft.storage.file;

import io.balsa.raft.cluster.Membership;
import io.balsa.raft.cluster.NodeIdentity;
import io.balsa.raft.storage.LogPosition;
import io.balsa.raft.storage.SnapshotInfo;
import java.io.IOException;
import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import java.util.Optional;

/**
 * What a snapshot file begins with. After the {@linkplain FileStamp stamp}:
 *
 * <pre>
 *  96  u64  index of the last entry that the snapshot covers
 * 104  u64  term of that entry
 * 112  u64  index of the entry that the membership stands in, 0 for the founding one
 * 120  u64  length of the contents in bytes
 * 128  u32  CRC32C of the contents
 * 132  u32  length of the membership in bytes
 * 136       the membership, then zeros up to a multiple of 512
 * </pre>
 *
 * <p>The {@linkplain SnapshotBlock blocks} follow.
 *
 * @param identity whose snapshot it is
 * @param info what it stands for
 */
record SnapshotHeader(NodeIdentity identity, SnapshotInfo info) {

    private static final int UNIT_BYTES = 512;
    private static final int MEMBERSHIP_LENGTH_AT = 132;
    private static final int MEMBERSHIP_AT = MEMBERSHIP_LENGTH_AT + Integer.BYTES;

    // Far more than the largest membership needs; a bound, so that a damaged file cannot exhaust the memory.
    private static final int MAX_MEMBERSHIP_BYTES = 16 * 1024 * 1024;

    ByteBuffer encode() {
        byte[] membership = info.membership().encode();
        ByteBuffer block = FileStamp.begin(FileStamp.SNAPSHOT_MAGIC, bytesFor(membership.length), identity);
        block.putLong(info.last().index()).putLong(info.last().term()).putLong(info.membershipIndex());
        block.putLong(info.sizeBytes()).putInt(info.checksum());
        return FileStamp.seal(block.putInt(membership.length).put(membership));
    }

    /** How long the encoding is. */
    int bytes() {
        return bytesFor(info.membership().encode().length);
    }

    private static int bytesFor(int membershipBytes) {
        return (MEMBERSHIP_AT + membershipBytes + UNIT_BYTES - 1) / UNIT_BYTES * UNIT_BYTES;
    }

    /** The header that this file begins with, unless it is damaged or of another format. */
    static Optional<SnapshotHeader> read(DiskFile file) throws IOException {
        ByteBuffer first = file.readAll(ByteBuffer.allocate(UNIT_BYTES), 0);
        int membershipBytes = first.limit() < UNIT_BYTES ? -1 : first.getInt(MEMBERSHIP_LENGTH_AT);
        if (membershipBytes < 0 || membershipBytes > MAX_MEMBERSHIP_BYTES) {
            return Optional.empty();
        }
        int length = bytesFor(membershipBytes);
        if (length == UNIT_BYTES) {
            return decode(first);
        }
        return length > file.size() ? Optional.empty() : decode(file.readAll(ByteBuffer.allocate(length), 0));
    }

    private static Optional<SnapshotHeader> decode(ByteBuffer block) {
        if (!FileStamp.isSound(block, FileStamp.SNAPSHOT_MAGIC) || FileStamp.formatOf(block) != FileStamp.FORMAT) {
            return Optional.empty();
        }
        try {
            NodeIdentity identity = FileStamp.identityOf(block);
            LogPosition last = new LogPosition(block.getLong(), block.getLong());
            long membershipIndex = block.getLong();
            long sizeBytes = block.getLong();
            int checksum = block.getInt();
            byte[] membership = new byte[block.getInt()];
            block.get(membership);
            return Optional.of(new SnapshotHeader(
                    identity,
                    new SnapshotInfo(last, membershipIndex, Membership.decode(membership), sizeBytes, checksum)));
        } catch (IllegalArgumentException | BufferUnderflowException e) {
            return Optional.empty();
        }
    }

    /** How many bytes of the contents the block of this number has: fewer than the others only if it is the last one. */
    int payloadBytes(long number) {
        return (int) Math.max(
                0, Math.min(SnapshotBlock.PAYLOAD_BYTES, info.sizeBytes() - number * SnapshotBlock.PAYLOAD_BYTES));
    }
}
