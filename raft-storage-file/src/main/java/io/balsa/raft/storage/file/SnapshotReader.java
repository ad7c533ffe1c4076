package io.balsa.raft.storage.file;

import io.balsa.raft.cluster.NodeIdentity;
import io.balsa.raft.storage.SnapshotInfo;
import io.balsa.raft.storage.SnapshotSource;
import io.balsa.raft.storage.StorageException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.zip.CRC32C;

/** Reads a snapshot, and checks every block before it hands on any of it. For one thread. */
final class SnapshotReader implements SnapshotSource {

    private static final long NONE = -1;

    private final Disk disk;
    private final String name;
    private final DiskFile file;
    private final SnapshotHeader header;
    private final int headerBytes;
    private final ByteBuffer block = ByteBuffer.allocate(SnapshotBlock.BYTES);
    private long held = NONE; // number of the block in the buffer

    private SnapshotReader(Disk disk, String name, DiskFile file, SnapshotHeader header) {
        this.disk = disk;
        this.name = name;
        this.file = file;
        this.header = header;
        this.headerBytes = header.bytes();
    }

    /**
     * Opens the file and checks its header.
     *
     * @throws CorruptionException if that is damaged, or another one than it should be
     */
    static SnapshotReader open(Disk disk, String name, NodeIdentity identity) throws IOException {
        DiskFile file = disk.open(name);
        boolean opened = false;
        try {
            SnapshotHeader header = SnapshotHeader.read(file)
                    .orElseThrow(() -> damaged(disk, name, 0, "the header of the snapshot is damaged"));
            if (!header.identity().equals(identity)) {
                throw damaged(disk, name, 0, "the snapshot belongs to another store, " + header.identity());
            }
            if (!FileNames.snapshot(header.info().last()).equals(name)) {
                throw damaged(disk, name, 0, "the snapshot is another one than its name says");
            }
            opened = true;
            return new SnapshotReader(disk, name, file, header);
        } finally {
            if (!opened) {
                file.close();
            }
        }
    }

    private static CorruptionException damaged(Disk disk, String name, long offset, String problem) {
        return CorruptionException.ofSnapshot(disk.toString(), name, offset, problem);
    }

    @Override
    public SnapshotInfo info() {
        return header.info();
    }

    /**
     * Reads and checks it all.
     *
     * @throws CorruptionException if any of it is damaged
     */
    void verify() throws IOException {
        CRC32C checksum = new CRC32C();
        for (long number = 0; header.payloadBytes(number) > 0; number++) {
            checksum.update(payload(number));
        }
        if ((int) checksum.getValue() != info().checksum()) {
            throw damaged(disk, name, 0, "the checksum of the snapshot is wrong");
        }
    }

    @Override
    public int read(long position, ByteBuffer into) {
        if (position < 0) {
            throw new IllegalArgumentException("no snapshot has a byte " + position);
        }
        int start = into.position();
        boolean sound = false;
        try {
            long next = position;
            while (into.hasRemaining() && next < info().sizeBytes()) {
                ByteBuffer payload = payload(next / SnapshotBlock.PAYLOAD_BYTES);
                int from = (int) (next % SnapshotBlock.PAYLOAD_BYTES);
                int length = Math.min(into.remaining(), payload.limit() - from);
                into.put(payload.slice(from, length));
                next += length;
            }
            sound = true;
            return into.position() - start;
        } catch (IOException e) {
            throw new StorageException(
                    "the " + info() + " in " + disk + " cannot be read: " + FileStorage.reasonOf(e), e);
        } finally {
            if (!sound) {
                into.position(start);
            }
        }
    }

    private ByteBuffer payload(long number) throws IOException {
        int length = header.payloadBytes(number);
        if (held != number) {
            held = NONE;
            long position = SnapshotBlock.positionOf(number, headerBytes);
            file.readAll(block.clear().limit(SnapshotBlock.HEAD_BYTES + length), position);
            if (!SnapshotBlock.isSound(header, number, block, length)) {
                throw damaged(disk, name, position, "block " + number + " of the snapshot is damaged");
            }
            held = number;
        }
        return block.slice(SnapshotBlock.HEAD_BYTES, length);
    }

    @Override
    public void close() {
        try {
            file.close();
        } catch (IOException e) {
            throw new StorageException(
                    "the " + info() + " in " + disk + " could not be closed: " + FileStorage.reasonOf(e), e);
        }
    }
}
