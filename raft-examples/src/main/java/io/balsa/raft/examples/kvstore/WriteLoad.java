package io.balsa.raft.examples.kvstore;

import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Queue;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;

/** Clients that write keys of their own without end, each at another server, and remember what was acknowledged. */
final class WriteLoad implements AutoCloseable {

    private static final Duration TIMEOUT = Duration.ofSeconds(30);
    private static final long NEVER = Long.MAX_VALUE;

    private final Map<String, String> acknowledged = new ConcurrentHashMap<>();
    private final Queue<String> unforeseen = new ConcurrentLinkedQueue<>();
    private final AtomicInteger nextKey = new AtomicInteger();
    private final AtomicLong watchedFrom = new AtomicLong(NEVER);
    private final AtomicLong firstAfter = new AtomicLong(NEVER);
    private final List<Thread> writers = new ArrayList<>();
    private final List<URI> servers;
    private volatile boolean closed;

    private WriteLoad(List<URI> servers) {
        this.servers = servers;
    }

    /** Starts so many writers. */
    static WriteLoad start(List<URI> servers, int writers) {
        WriteLoad load = new WriteLoad(servers);
        for (int i = 1; i <= writers; i++) {
            Thread thread = new Thread(load::write, "kv-writer-" + i);
            thread.setDaemon(true);
            load.writers.add(thread);
            thread.start();
        }
        return load;
    }

    private void write() {
        // No key is written twice, so to try again after an unknown outcome can undo nothing.
        KvClient client = new KvClient(servers, TIMEOUT, KvClient.UnknownOutcome.RETRY);
        while (!closed) {
            int number = nextKey.incrementAndGet();
            String key = "key-" + number;
            String value = "value of " + number;
            long begun = System.nanoTime();
            client.beginWith(servers.get(number % servers.size()));
            try {
                client.put(key, value.getBytes(StandardCharsets.UTF_8));
            } catch (KvClientException e) {
                if (e.isAnswered()) {
                    unforeseen.add(e.toString());
                }
                continue; // not acknowledged, so nothing was promised
            } catch (RuntimeException e) {
                unforeseen.add(e.toString());
                return;
            }
            acknowledged.put(key, value);
            long watched = watchedFrom.get();
            if (watched != NEVER && begun - watched >= 0) {
                firstAfter.compareAndSet(NEVER, System.nanoTime() - watched);
            }
        }
    }

    /** What writers met that no client should ever meet. */
    List<String> unforeseen() {
        return List.copyOf(unforeseen);
    }

    int acknowledgedCount() {
        return acknowledged.size();
    }

    /** Lets the writers finish what they are at: all that was acknowledged. */
    Map<String, String> finish() {
        close();
        return Map.copyOf(acknowledged);
    }

    /** Waits until that many more writes are acknowledged than now: false if they are not in time. */
    boolean awaitMore(int count, Duration within) {
        int wanted = acknowledgedCount() + count;
        return LocalCluster.await(within, () -> acknowledgedCount() >= wanted);
    }

    /** From now on looks for the first write that is both begun and acknowledged. */
    void watch() {
        firstAfter.set(NEVER);
        watchedFrom.set(System.nanoTime());
    }

    /** How long after {@link #watch} the first write was acknowledged that was begun after it; empty if not in time. */
    Optional<Duration> awaitFirst(Duration within) {
        return LocalCluster.await(within, () -> firstAfter.get() != NEVER)
                ? Optional.of(Duration.ofNanos(firstAfter.get()))
                : Optional.empty();
    }

    @Override
    public void close() {
        closed = true;
        for (Thread writer : writers) {
            try {
                writer.join(TIMEOUT.toMillis());
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                return;
            }
        }
    }
}
