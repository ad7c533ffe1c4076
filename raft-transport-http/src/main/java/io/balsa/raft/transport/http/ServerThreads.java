package io.balsa.raft.transport.http;

import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.SynchronousQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;

/**
 * The threads of our HTTP server: one for each request that is being served, and a stream is a request that lasts. Beyond
 * the bound the server closes new connections. They are platform threads, for on virtual ones a stream has three times
 * the latency.
 *
 * <p>The JDK's server gives no time limit to a peer that sends half a request and then nothing, so we do: whoever has not
 * been admitted in time is interrupted, which closes its connection.
 *
 * <p>Safe for any number of threads.
 */
final class ServerThreads extends ThreadPoolExecutor {

    private static final int SPARE_THREADS = 16;

    /** Two streams, the two that follow them while the old ones end, and a hello. */
    private static final int THREADS_PER_PEER = 5;

    private static final int IDLE_SECONDS = 30;

    private final Map<Thread, Long> notAdmittedSinceNanos = new ConcurrentHashMap<>();

    ServerThreads(String namePrefix) {
        super(
                0,
                SPARE_THREADS,
                IDLE_SECONDS,
                TimeUnit.SECONDS,
                new SynchronousQueue<>(),
                new NamedThreads(namePrefix),
                new AbortPolicy());
    }

    /** Makes room for the streams of so many peers. */
    void expectPeers(int count) {
        setMaximumPoolSize(SPARE_THREADS + THREADS_PER_PEER * count);
    }

    /** The request that the calling thread serves may take as long as it likes. */
    void admit() {
        notAdmittedSinceNanos.remove(Thread.currentThread());
    }

    /** Ends requests that have waited for their admission since before then. */
    void endRequestsNotAdmittedSince(long nanos) {
        notAdmittedSinceNanos.forEach((thread, since) -> {
            // If the thread has just gone on to another request, that one is hit: a connection is made again.
            if (since - nanos < 0 && notAdmittedSinceNanos.remove(thread, since)) {
                thread.interrupt();
            }
        });
    }

    @Override
    protected void beforeExecute(Thread thread, Runnable work) {
        notAdmittedSinceNanos.put(thread, System.nanoTime());
        super.beforeExecute(thread, work);
    }

    @Override
    protected void afterExecute(Runnable work, Throwable failure) {
        super.afterExecute(work, failure);
        notAdmittedSinceNanos.remove(Thread.currentThread());
    }
}
