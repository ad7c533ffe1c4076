package io.balsa.raft.transport.http;

import io.balsa.raft.transport.Frame;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.Executor;
import java.util.concurrent.Flow;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/**
 * The body of one endless request: whatever waits in the queue, as soon as the HTTP client asks for more.
 *
 * <p>The client asks for one buffer at a time, so a buffer is what is sent at once: it holds all that waits, up to
 * {@value #BUFFER_BYTES} bytes. It is never larger, because larger ones are dear: the collector treats them as humongous,
 * and the thread that writes them keeps a direct buffer of the same size for ever.
 *
 * <p>Safe for any number of threads: whoever finds nobody at work does the work, for all that come meanwhile.
 */
final class FramePublisher implements Flow.Publisher<ByteBuffer>, Flow.Subscription {

    /** What happens to a stream. Called by any thread; must not block. */
    interface Listener {

        /** The connection is there, and frames flow from now on. */
        void onOpen();

        /** The connection has ended, or never will be. */
        void onClosed();
    }

    static final int BUFFER_BYTES = 64 << 10;

    /** What a second subscriber gets, who is turned away at once. */
    private static final class NoSubscription implements Flow.Subscription {
        @Override
        public void request(long count) {}

        @Override
        public void cancel() {}
    }

    private static final int WITHOUT_LIMIT = Integer.MAX_VALUE;

    private final FrameQueue queue;
    private final LinkCounters counters;
    private final Executor executor;
    private final Listener listener;
    private final FrameEncoder encoder = new FrameEncoder();
    private final AtomicReference<@Nullable ByteBuffer> keepAlive = new AtomicReference<>();
    private final AtomicReference<Flow.@Nullable Subscriber<? super ByteBuffer>> subscriber = new AtomicReference<>();
    private final AtomicLong demand = new AtomicLong();
    private final AtomicInteger calls = new AtomicInteger();
    private final AtomicBoolean closed = new AtomicBoolean();

    FramePublisher(FrameQueue queue, LinkCounters counters, Executor executor, Listener listener) {
        this.queue = queue;
        this.counters = counters;
        this.executor = executor;
        this.listener = listener;
    }

    /**
     * Sends what waits, or sees to it that it is sent. At most one buffer is written by the calling thread: that costs a
     * system call but saves waking another thread, and handing over is left to those who have a lot to send.
     */
    void flush() {
        if (demand.get() == 0 || !hasWork()) {
            return; // the client's next request for more will find it
        }
        // A write by an interrupted thread would close the connection.
        boolean handOver =
                queue.bytes() > BUFFER_BYTES || Thread.currentThread().isInterrupted();
        if (handOver) {
            handOver(() -> drain(WITHOUT_LIMIT));
        } else {
            drain(1);
        }
    }

    /** Sends this before anything else; if the last one still waits it is replaced. */
    void keepAlive(ByteBuffer payload) {
        keepAlive.set(payload);
        flush();
    }

    /** Sends nothing any more. */
    void close() {
        closed.set(true);
    }

    @Override
    public void subscribe(Flow.Subscriber<? super ByteBuffer> newSubscriber) {
        // The client may subscribe again to send the body once more, but this body exists only once.
        if (!subscriber.compareAndSet(null, newSubscriber)) {
            newSubscriber.onSubscribe(new NoSubscription());
            newSubscriber.onError(new IllegalStateException("a stream of frames cannot be sent twice"));
            return;
        }
        newSubscriber.onSubscribe(this);
        listener.onOpen();
    }

    @Override
    public void request(long count) {
        demand.addAndGet(count);
        drain(WITHOUT_LIMIT);
    }

    @Override
    public void cancel() {
        close();
        listener.onClosed();
    }

    private boolean hasWork() {
        return queue.bytes() > 0 || keepAlive.get() != null;
    }

    private void handOver(Runnable work) {
        try {
            executor.execute(work);
        } catch (RejectedExecutionException e) {
            close(); // the transport is being closed
        }
    }

    private void drain(int maxBuffers) {
        if (calls.getAndIncrement() == 0) {
            work(maxBuffers, 1);
        }
    }

    /** For the one thread that has raised {@code calls} from 0, or took over from it. */
    private void work(int maxBuffers, int callsSeen) {
        int buffersLeft = maxBuffers;
        int seen = callsSeen;
        do {
            while (demand.get() > 0 && !closed.get()) {
                if (buffersLeft == 0 && (hasWork() || encoder.remainingBytes() > 0)) {
                    handOver(() -> work(WITHOUT_LIMIT, calls.get()));
                    return;
                }
                ByteBuffer buffer = nextBuffer();
                if (buffer == null) {
                    break;
                }
                buffersLeft--;
                demand.decrementAndGet();
                publish(buffer);
            }
            seen = calls.addAndGet(-seen);
        } while (seen != 0);
    }

    private void publish(ByteBuffer buffer) {
        counters.sentBytes(buffer.remaining());
        // There is demand, so there is a subscriber.
        Flow.Subscriber<? super ByteBuffer> client = Objects.requireNonNull(subscriber.get(), "subscriber");
        try {
            client.onNext(buffer);
        } catch (RuntimeException e) {
            cancel(); // never reaches whoever sends: for him it is a lost connection
        }
    }

    /** A fresh buffer, for it belongs to the client once published; null if there is nothing to send. */
    private @Nullable ByteBuffer nextBuffer() {
        ByteBuffer mine = keepAlive.get();
        int estimate = encoder.remainingBytes()
                + (mine == null ? 0 : mine.remaining() + WireFrame.OVERHEAD_BYTES)
                + Math.min(queue.bytes(), BUFFER_BYTES);
        if (estimate == 0) {
            return null; // and takes nothing, for there would be no room for it
        }
        ByteBuffer out = ByteBuffer.allocate(Math.min(estimate, BUFFER_BYTES));
        while (encoder.remainingBytes() > 0 || beginNext()) {
            if (!encoder.writeTo(out)) {
                break;
            }
        }
        return out.position() == 0 ? null : out.flip();
    }

    private boolean beginNext() {
        ByteBuffer mine = keepAlive.getAndSet(null);
        if (mine != null) {
            encoder.begin(FrameType.KEEP_ALIVE, 0, List.of(mine));
            return true;
        }
        Frame frame = queue.poll();
        if (frame == null) {
            return false;
        }
        encoder.begin(FrameType.of(frame.lane()), frame.group(), frame.parts());
        counters.sentFrame();
        return true;
    }
}
