package io.balsa.raft.storage.file;

import io.balsa.raft.cluster.NodeIdentity;
import io.balsa.raft.storage.LogPosition;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Optional;

/**
 * The file that says that the store has lost entries which others may count on, and up to where it had them. It is durable
 * before anything of the damaged log is touched, and stays until a leader has given the entries back. After the {@linkplain
 * FileStamp stamp}:
 *
 * <pre>
 *  96  u64  index of the last entry that the store had, 2^63-1 if nobody can tell
 * 104  u64  term of that entry, or the latest that it may be of
 * 112  u32  1 as long as the damaged log is being cut, 0 when it can be written to again
 * </pre>
 *
 * @param promised the last entry that the store had
 * @param begun whether the damaged log is being cut: then nothing was written to it since, so this is all that is to be known
 */
record MendingFile(LogPosition promised, boolean begun) {

    static final int BYTES = 128;

    /** The position that a store may have promised of which nothing is known but its term: every entry of that term at least. */
    static LogPosition anythingOf(long term) {
        return new LogPosition(Long.MAX_VALUE, term);
    }

    /**
     * Reads the file, if it is there.
     *
     * @param currentTerm the term of the store: a file that is damaged itself stands for anything up to that, and is to be
     *     written anew before there is a later term
     */
    static Optional<MendingFile> read(Disk disk, NodeIdentity identity, long currentTerm) throws IOException {
        if (!disk.list().contains(FileNames.MENDING)) {
            return Optional.empty();
        }
        try (DiskFile file = disk.open(FileNames.MENDING)) {
            ByteBuffer block = file.readAll(ByteBuffer.allocate(BYTES), 0);
            return Optional.of(decode(block, identity).orElse(new MendingFile(anythingOf(currentTerm), true)));
        }
    }

    /** Writes the file; it is durable when this returns. */
    void write(Disk disk, NodeIdentity identity) throws IOException {
        ByteBuffer block = FileStamp.begin(FileStamp.MENDING_MAGIC, BYTES, identity);
        block.putLong(promised.index()).putLong(promised.term()).putInt(begun ? 1 : 0);
        String unfinished = FileNames.MENDING + FileNames.NEW;
        if (disk.list().contains(unfinished)) {
            disk.delete(unfinished);
        }
        NewFile.prepare(disk, FileNames.MENDING, FileStamp.seal(block), BYTES).close();
        NewFile.publish(disk, FileNames.MENDING);
        disk.syncDirectory();
    }

    private static Optional<MendingFile> decode(ByteBuffer block, NodeIdentity identity) {
        if (block.limit() != BYTES
                || !FileStamp.isSound(block, FileStamp.MENDING_MAGIC)
                || FileStamp.formatOf(block) != FileStamp.FORMAT
                || !FileStamp.identityOf(block).equals(identity)) {
            return Optional.empty();
        }
        LogPosition promised = new LogPosition(block.getLong(), block.getLong());
        return Optional.of(new MendingFile(promised, block.getInt() != 0));
    }
}
