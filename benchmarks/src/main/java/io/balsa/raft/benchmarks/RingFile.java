package io.balsa.raft.benchmarks;

import java.io.Closeable;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

/** A preallocated file that is written over and over again, so that its size never changes. For one thread. */
final class RingFile implements Closeable {

    private static final int SIZE_BYTES = 256 << 20;
    private static final int ZEROS_BYTES = 1 << 20;

    private final FileChannel channel;
    private final SyncMeter meter;
    private long position;

    RingFile(Path directory, SyncMeter meter) throws IOException {
        Files.createDirectories(directory);
        this.meter = meter;
        channel = FileChannel.open(directory.resolve("log"), StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE);
        ByteBuffer zeros = ByteBuffer.allocateDirect(ZEROS_BYTES);
        for (long end = 0; end < SIZE_BYTES; end += ZEROS_BYTES) {
            channel.write(zeros.clear(), end);
        }
        channel.force(true);
    }

    /** Makes these bytes durable: one write, one sync. */
    void append(ByteBuffer bytes) throws IOException {
        if (position + bytes.remaining() > SIZE_BYTES) {
            position = 0;
        }
        while (bytes.hasRemaining()) {
            position += channel.write(bytes, position);
        }
        meter.measure(() -> channel.force(false));
    }

    @Override
    public void close() throws IOException {
        channel.close();
    }
}
