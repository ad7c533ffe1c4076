package io.balsa.raft.transport.http;

import io.balsa.raft.cluster.NodeId;
import io.balsa.raft.transport.Transport.Receiver;
import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;

/**
 * A stream that a peer has opened to us, and the thread that reads it.
 *
 * <p>Any thread may {@link #end} it. Whoever does knows afterwards that nothing of this stream is delivered any more, so
 * that the next stream of the same peer cannot be mixed with it.
 */
final class InboundStream {

    /** Longer than a receiver that keeps its word ever needs for a frame. */
    private static final long MAX_DELIVERY_MILLIS = 200;

    private final Hello hello;
    private final long session;
    private final Thread reader = Thread.currentThread();
    private final ReentrantLock delivering = new ReentrantLock();
    private boolean finished;
    private volatile boolean ended;
    private volatile long heardAtNanos = System.nanoTime();

    /** For the calling thread to {@link #read}. */
    InboundStream(Hello hello, long session) {
        this.hello = hello;
        this.session = session;
    }

    Hello hello() {
        return hello;
    }

    NodeId peer() {
        return hello.sender().node();
    }

    long session() {
        return session;
    }

    /** When the last bytes came, whatever they were: a large frame may take long to be complete. */
    long heardAtNanos() {
        return heardAtNanos;
    }

    void forgive() {
        heardAtNanos = System.nanoTime();
    }

    /**
     * Reads until the stream ends, or is ended, or something comes that is no frame.
     *
     * @param arrived is told of each frame, keep-alives too, before the receiver is
     * @throws IOException unless the stream ended between two frames
     */
    void read(InputStream body, int maxFrameBytes, Consumer<WireFrame> arrived, Receiver receiver) throws IOException {
        FrameReader frames = new FrameReader(new HeardInputStream(body), maxFrameBytes);
        try {
            for (Optional<WireFrame> next = frames.next(); next.isPresent(); next = frames.next()) {
                WireFrame frame = next.get();
                if (!frame.type().fits(hello.kind())) {
                    throw new FrameException("a " + frame.type() + " frame came on the " + hello.kind() + " stream");
                }
                deliver(frame, arrived, receiver);
            }
        } finally {
            finish();
        }
    }

    private void deliver(WireFrame frame, Consumer<WireFrame> arrived, Receiver receiver) throws IOException {
        delivering.lock();
        try {
            if (ended) {
                throw new IOException("the stream was ended by this server");
            }
            arrived.accept(frame);
            if (frame.type() != FrameType.KEEP_ALIVE) {
                receiver.onFrame(peer(), frame.group(), ByteBuffer.wrap(frame.payload()));
            }
        } finally {
            delivering.unlock();
        }
    }

    private void finish() {
        delivering.lock();
        try {
            finished = true;
            // Whoever wanted to interrupt this stream has done so by now; the next request of this thread is not meant.
            Thread.interrupted();
        } finally {
            delivering.unlock();
        }
    }

    /** Ends the stream. The reader is interrupted, which closes the connection, but never while the receiver is at work. */
    void end() {
        ended = true;
        boolean locked = false;
        try {
            locked = delivering.tryLock(MAX_DELIVERY_MILLIS, TimeUnit.MILLISECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        try {
            if (!finished) {
                reader.interrupt();
            }
        } finally {
            if (locked) {
                delivering.unlock();
            }
        }
    }

    /** Notes when bytes come. */
    private final class HeardInputStream extends FilterInputStream {

        HeardInputStream(InputStream in) {
            super(in);
        }

        @Override
        public int read(byte[] bytes, int offset, int length) throws IOException {
            int count = super.read(bytes, offset, length);
            heardAtNanos = System.nanoTime();
            return count;
        }
    }
}
