package io.balsa.raft.examples.kvstore;

import java.time.Duration;
import java.util.Map;
import java.util.Timer;
import java.util.TimerTask;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * The threads of the client API. The JDK's server gives a client all the time in the world to send its request, and a
 * hundred slow ones would hold every thread; here a request that has not been answered in time is interrupted, which
 * closes its connection. (The JDK has a limit of its own, but for the whole process, and it would end Raft's streams.)
 */
final class RequestThreads extends ThreadPoolExecutor {

    private static final Duration IDLE_THREAD_LIVES = Duration.ofSeconds(30);
    private static final AtomicInteger NUMBER = new AtomicInteger();

    private final long limitNanos;
    private final Map<Thread, Long> begunNanos = new ConcurrentHashMap<>();
    private final Timer clock = new Timer("kv-http-clock", true);

    RequestThreads(int threads, Duration limit) {
        super(
                threads,
                threads,
                IDLE_THREAD_LIVES.toMillis(),
                TimeUnit.MILLISECONDS,
                new LinkedBlockingQueue<>(),
                task -> new Thread(task, "kv-http-" + NUMBER.incrementAndGet()));
        allowCoreThreadTimeOut(true);
        limitNanos = limit.toNanos();
        long period = Math.max(1, limit.toMillis() / 4);
        clock.schedule(new Sweep(), period, period);
    }

    private final class Sweep extends TimerTask {
        @Override
        public void run() {
            long now = System.nanoTime();
            begunNanos.forEach((thread, begun) -> {
                if (now - begun > limitNanos && begunNanos.remove(thread, begun)) {
                    thread.interrupt();
                }
            });
        }
    }

    /** The request on this thread takes long for a good reason: its time begins anew. */
    void stillWorking() {
        begunNanos.computeIfPresent(Thread.currentThread(), (thread, begun) -> System.nanoTime());
    }

    @Override
    protected void beforeExecute(Thread thread, Runnable task) {
        begunNanos.put(thread, System.nanoTime());
        super.beforeExecute(thread, task);
    }

    @Override
    protected void afterExecute(Runnable task, Throwable failure) {
        super.afterExecute(task, failure);
        begunNanos.remove(Thread.currentThread());
    }

    @Override
    protected void terminated() {
        clock.cancel();
        super.terminated();
    }
}
