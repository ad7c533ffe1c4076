package io.balsa.raft.benchmarks;

import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.BiConsumer;
import org.HdrHistogram.Histogram;
import org.HdrHistogram.Recorder;
import org.jspecify.annotations.Nullable;

/**
 * So many users, each of whom proposes a command, waits until it is committed, and proposes the next. They have no threads:
 * whoever completes a future goes on with the next proposal of that user.
 *
 * <p>A closed loop hides how long commands would wait if they came at their own pace; it is what compares two systems at
 * the same concurrency.
 */
final class ClosedLoop {

    private static final long LONGEST_NANOS = TimeUnit.MINUTES.toNanos(1);
    private static final long DRAIN_SECONDS = 10;

    private final Server server;
    private final byte[] payload;
    private final Recorder recorder = new Recorder(LONGEST_NANOS, 3);
    private final int concurrency;
    private final CountDownLatch users;
    private final AtomicReference<@Nullable Throwable> failure = new AtomicReference<>();
    private volatile boolean stopped;
    private long beganNanos;

    private final class User implements BiConsumer<Object, @Nullable Throwable> {

        private long proposedNanos;

        @SuppressWarnings("FutureReturnValueIgnored") // its failure, if any, comes to accept() as well
        void propose() {
            proposedNanos = System.nanoTime();
            server.propose(payload.clone()).whenComplete(this);
        }

        @Override
        public void accept(Object result, @Nullable Throwable problem) {
            recorder.recordValue(Math.min(System.nanoTime() - proposedNanos, LONGEST_NANOS));
            if (problem != null) {
                // One refusal spoils the round: the numbers are to be those of a cluster that works.
                failure.compareAndSet(null, problem);
                stopped = true;
            }
            if (stopped) {
                users.countDown();
            } else {
                propose();
            }
        }
    }

    /** A loop that does not run yet. */
    ClosedLoop(Server server, int concurrency, int payloadBytes) {
        this.server = server;
        this.concurrency = concurrency;
        this.users = new CountDownLatch(concurrency);
        this.payload = new byte[payloadBytes];
        for (int i = 0; i < payloadBytes; i++) {
            payload[i] = (byte) (i * 31);
        }
    }

    void start() {
        for (int i = 0; i < concurrency; i++) {
            new User().propose();
        }
    }

    /** Forgets what came so far. */
    void begin() {
        recorder.reset();
        beganNanos = System.nanoTime();
    }

    /** What came since {@link #begin}. */
    LoadResult end() {
        double seconds = (System.nanoTime() - beganNanos) / 1e9;
        Histogram latencies = recorder.getIntervalHistogram();
        return new LoadResult(
                latencies.getTotalCount(),
                seconds,
                latencies.getValueAtPercentile(50) / 1e3,
                latencies.getValueAtPercentile(99) / 1e3,
                latencies.getValueAtPercentile(99.9) / 1e3,
                latencies.getMaxValue() / 1e3);
    }

    /** Lets every user wait for the last command only; then says whether anything went wrong. */
    void stop() throws InterruptedException {
        stopped = true;
        boolean answered = users.await(DRAIN_SECONDS, TimeUnit.SECONDS);
        Throwable problem = failure.get();
        if (problem != null) {
            throw new IllegalStateException("a command failed: " + problem, problem);
        }
        if (!answered) {
            throw new IllegalStateException(users.getCount() + " commands were never answered");
        }
    }
}
