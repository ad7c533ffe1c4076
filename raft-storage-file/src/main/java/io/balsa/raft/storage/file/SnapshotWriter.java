package io.balsa.raft.storage.file;

import io.balsa.raft.storage.SnapshotInfo;
import java.io.Closeable;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Optional;
import java.util.zip.CRC32C;

/** Writes a snapshot to a file of its own, block by block, in a memory that does not depend on its size. For one thread. */
final class SnapshotWriter implements Closeable {

    // What waits for a force is bounded, so that the one at the end does not keep the log's from the disk for long.
    private static final long FORCE_EVERY_BYTES = 8L * 1024 * 1024;

    private final DiskFile file;
    private final SnapshotHeader header;
    private final int headerBytes;
    private final ByteBuffer block = ByteBuffer.allocate(SnapshotBlock.BYTES).position(SnapshotBlock.HEAD_BYTES);
    private final CRC32C checksum = new CRC32C();
    private long blocks; // that were written
    private long unforced; // bytes

    private SnapshotWriter(DiskFile file, SnapshotHeader header) {
        this.file = file;
        this.header = header;
        this.headerBytes = header.bytes();
    }

    /**
     * Makes the file and writes the header.
     *
     * @param header with the size and the checksum, if they are known already
     */
    static SnapshotWriter create(Disk disk, String name, SnapshotHeader header) throws IOException {
        SnapshotWriter writer = new SnapshotWriter(disk.create(name), header);
        try {
            return begun(writer, false);
        } catch (IOException e) {
            disk.delete(name);
            throw e;
        }
    }

    /**
     * Goes on with a file that was begun with this header, behind the last block of those that are whole.
     *
     * @return empty if it was begun with another header, or that is damaged
     */
    static Optional<SnapshotWriter> resume(Disk disk, String name, SnapshotHeader header) throws IOException {
        DiskFile file = disk.open(name);
        boolean same = false;
        try {
            same = SnapshotHeader.read(file).filter(header::equals).isPresent();
        } finally {
            if (!same) {
                file.close();
            }
        }
        return same ? Optional.of(begun(new SnapshotWriter(file, header), true)) : Optional.empty();
    }

    private static SnapshotWriter begun(SnapshotWriter writer, boolean resumed) throws IOException {
        boolean begun = false;
        try {
            writer.writeHeader(writer.header);
            if (resumed) {
                writer.takeWholeBlocks();
            }
            begun = true;
            return writer;
        } finally {
            if (!begun) {
                writer.close();
            }
        }
    }

    private void writeHeader(SnapshotHeader written) throws IOException {
        file.writeAll(written.encode(), 0);
    }

    /**
     * Each is written once more, as it is: it may have been found only because the system remembers a write that failed to
     * reach the disk, and would then not be forced again.
     */
    private void takeWholeBlocks() throws IOException {
        boolean whole = true;
        while (whole && header.payloadBytes(blocks) == SnapshotBlock.PAYLOAD_BYTES) {
            ByteBuffer found = file.readAll(ByteBuffer.allocate(SnapshotBlock.BYTES), position(blocks));
            whole = SnapshotBlock.isSound(header, blocks, found, SnapshotBlock.PAYLOAD_BYTES);
            if (whole) {
                checksum.update(found.duplicate().position(SnapshotBlock.HEAD_BYTES));
                writeBlock(found);
            }
        }
    }

    private long position(long number) {
        return SnapshotBlock.positionOf(number, headerBytes);
    }

    /** How many bytes of the contents there are. */
    long position() {
        return blocks * SnapshotBlock.PAYLOAD_BYTES + block.position() - SnapshotBlock.HEAD_BYTES;
    }

    /** What it is so far. */
    SnapshotInfo info() {
        SnapshotInfo info = header.info();
        return new SnapshotInfo(
                info.last(), info.membershipIndex(), info.membership(), position(), (int) checksum.getValue());
    }

    void write(ByteBuffer bytes) throws IOException {
        while (bytes.hasRemaining()) {
            int length = Math.min(bytes.remaining(), block.remaining());
            ByteBuffer part = bytes.slice().limit(length);
            checksum.update(part.duplicate());
            block.put(part);
            bytes.position(bytes.position() + length);
            if (!block.hasRemaining()) {
                writeStaged();
            }
        }
    }

    private void writeStaged() throws IOException {
        block.flip();
        block.putInt(0, SnapshotBlock.checksumOf(header, blocks, block));
        writeBlock(block);
        block.clear().position(SnapshotBlock.HEAD_BYTES);
    }

    private void writeBlock(ByteBuffer whole) throws IOException {
        unforced += whole.remaining();
        file.writeAll(whole, position(blocks));
        blocks++;
        if (unforced >= FORCE_EVERY_BYTES) {
            file.force();
            unforced = 0;
        }
    }

    /** Writes what is left, and makes it all durable; nothing can be written after this. */
    SnapshotInfo finish() throws IOException {
        SnapshotInfo info = info();
        if (block.position() > SnapshotBlock.HEAD_BYTES) {
            writeStaged();
        }
        if (!info.equals(header.info())) {
            writeHeader(new SnapshotHeader(header.identity(), info));
        }
        file.force();
        return info;
    }

    @Override
    public void close() throws IOException {
        file.close();
    }
}
