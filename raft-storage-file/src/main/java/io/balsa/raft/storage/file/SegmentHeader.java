package io.balsa.raft.storage.file;

import io.balsa.raft.cluster.NodeIdentity;
import io.balsa.raft.storage.LogPosition;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Optional;

/**
 * The first {@value #BYTES} bytes of a segment. After the {@linkplain FileStamp stamp}:
 *
 * <pre>
 *  96  u64  base: the global offset of this file's first byte
 * 104  u64  index of the last entry before this segment, 0 if none
 * 112  u64  term of that entry, 0 if none
 * 120  u32  chain value that the first record continues from
 * </pre>
 *
 * @param identity whose segment it is
 * @param base global offset of the file's first byte; records stand at {@code base + position}
 * @param before the last entry when the segment was begun
 * @param chain checksum of the record that comes before the first one here; 0 in the first segment
 */
record SegmentHeader(NodeIdentity identity, long base, LogPosition before, int chain) {

    static final int BYTES = 512;

    ByteBuffer encode() {
        ByteBuffer block = FileStamp.begin(FileStamp.SEGMENT_MAGIC, BYTES, identity);
        block.putLong(base).putLong(before.index()).putLong(before.term()).putInt(chain);
        return FileStamp.seal(block);
    }

    /** The header that the file of this name begins with, unless it is damaged or of another format. */
    static Optional<SegmentHeader> read(Disk disk, String name) throws IOException {
        try (DiskFile file = disk.open(name)) {
            return decode(file.readAll(ByteBuffer.allocate(BYTES), 0));
        }
    }

    /** The header in these bytes, unless they are damaged or of another format. */
    static Optional<SegmentHeader> decode(ByteBuffer block) {
        if (block.limit() != BYTES
                || !FileStamp.isSound(block, FileStamp.SEGMENT_MAGIC)
                || FileStamp.formatOf(block) != FileStamp.FORMAT) {
            return Optional.empty();
        }
        try {
            NodeIdentity identity = FileStamp.identityOf(block);
            long base = block.getLong();
            LogPosition before = new LogPosition(block.getLong(), block.getLong());
            return Optional.of(new SegmentHeader(identity, base, before, block.getInt()));
        } catch (IllegalArgumentException e) {
            return Optional.empty();
        }
    }
}
