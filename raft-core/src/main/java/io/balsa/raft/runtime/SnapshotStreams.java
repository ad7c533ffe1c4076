package io.balsa.raft.runtime;

import io.balsa.raft.storage.SnapshotSink;
import io.balsa.raft.storage.SnapshotSource;
import io.balsa.raft.storage.StorageException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.util.Objects;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/** The storage's snapshots as streams, with a buffer of their own, so that a state of any size takes little memory. */
final class SnapshotStreams {

    private static final int BUFFER_BYTES = 1 << 16;

    private SnapshotStreams() {}

    /**
     * Writes into a sink. Whoever writes sees a full disk as the {@link IOException} that it is with any stream; whatever
     * else the storage throws is not the writer's to handle, so it is kept and thrown again by {@link #finish}.
     */
    static final class Output extends OutputStream {

        private final SnapshotSink sink;
        private final BooleanSupplier cancelled;
        private final ByteBuffer buffer = ByteBuffer.allocate(BUFFER_BYTES);
        private @Nullable RuntimeException unexpected;

        Output(SnapshotSink sink, BooleanSupplier cancelled) {
            this.sink = sink;
            this.cancelled = cancelled;
        }

        @Override
        public void write(int b) throws IOException {
            write(new byte[] {(byte) b}, 0, 1);
        }

        @Override
        public void write(byte[] bytes, int offset, int length) throws IOException {
            Objects.checkFromIndexSize(offset, length, bytes.length);
            int from = offset;
            int left = length;
            while (left > 0) {
                int count = Math.min(left, buffer.remaining());
                buffer.put(bytes, from, count);
                from += count;
                left -= count;
                if (!buffer.hasRemaining()) {
                    drain();
                }
            }
        }

        private void drain() throws IOException {
            if (cancelled.getAsBoolean()) {
                throw new IOException("the node is being closed");
            }
            buffer.flip();
            try {
                sink.write(buffer);
            } catch (StorageException e) {
                throw new IOException(e.getMessage(), e);
            } catch (RuntimeException e) {
                unexpected = e;
                throw new IOException(e.toString(), e);
            } finally {
                buffer.clear();
            }
        }

        /** Nothing more comes: hands over the rest. */
        void finish() throws IOException {
            rethrowUnexpected();
            drain();
            rethrowUnexpected();
        }

        void rethrowUnexpected() {
            if (unexpected != null) {
                throw unexpected;
            }
        }
    }

    /** Reads from a source. */
    static final class Input extends InputStream {

        private final SnapshotSource source;
        private final ByteBuffer buffer = ByteBuffer.allocate(BUFFER_BYTES).limit(0);
        private long position;

        Input(SnapshotSource source) {
            this.source = source;
        }

        @Override
        public int read() throws IOException {
            return fill() ? Byte.toUnsignedInt(buffer.get()) : -1;
        }

        @Override
        public int read(byte[] bytes, int offset, int length) throws IOException {
            Objects.checkFromIndexSize(offset, length, bytes.length);
            if (length == 0) {
                return 0;
            }
            if (!fill()) {
                return -1;
            }
            int count = Math.min(length, buffer.remaining());
            buffer.get(bytes, offset, count);
            return count;
        }

        private boolean fill() throws IOException {
            if (!buffer.hasRemaining()) {
                buffer.clear();
                try {
                    position += source.read(position, buffer);
                } catch (StorageException e) {
                    buffer.clear().limit(0);
                    throw new IOException(e.getMessage(), e);
                }
                buffer.flip();
            }
            return buffer.hasRemaining();
        }
    }
}
