package io.balsa.raft.storage.file;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;

/** An open file of the file system. */
final class NioDiskFile implements DiskFile {

    private static final int ZEROS_BYTES = 64 * 1024;

    private final FileChannel channel;

    NioDiskFile(FileChannel channel) {
        this.channel = channel;
    }

    @Override
    public int read(ByteBuffer into, long position) throws IOException {
        return channel.read(into, position);
    }

    @Override
    public int write(ByteBuffer from, long position) throws IOException {
        return channel.write(from, position);
    }

    @Override
    public void preallocate(long size) throws IOException {
        long end = channel.size();
        ByteBuffer zeros = ByteBuffer.allocateDirect((int) Math.min(ZEROS_BYTES, Math.max(0, size - end)));
        while (end < size) {
            zeros.clear().limit((int) Math.min(zeros.capacity(), size - end));
            end += channel.write(zeros, end);
        }
    }

    @Override
    public void force() throws IOException {
        // fdatasync: it includes the size, whenever the size is needed to read the contents.
        channel.force(false);
    }

    @Override
    public void truncate(long size) throws IOException {
        channel.truncate(size);
    }

    @Override
    public long size() throws IOException {
        return channel.size();
    }

    @Override
    public void close() throws IOException {
        channel.close();
    }
}
