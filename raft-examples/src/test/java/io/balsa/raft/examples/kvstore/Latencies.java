package io.balsa.raft.examples.kvstore;

import java.net.URI;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

/** Clients that write small values without end, at a bearable pace, and tell how long each took. */
final class Latencies implements AutoCloseable {

    private static final long PAUSE_NANOS = TimeUnit.MILLISECONDS.toNanos(2);
    private static final Duration TIMEOUT = Duration.ofSeconds(30);

    private final ConcurrentLinkedQueue<Long> nanos = new ConcurrentLinkedQueue<>();
    private final ConcurrentLinkedQueue<String> failures = new ConcurrentLinkedQueue<>();
    private final AtomicInteger next = new AtomicInteger();
    private final List<Thread> writers = new ArrayList<>();
    private volatile boolean closed;

    static Latencies start(List<URI> servers, int count) {
        Latencies latencies = new Latencies();
        for (int i = 0; i < count; i++) {
            Thread writer = new Thread(() -> latencies.write(servers), "kv-latency-" + i);
            writer.setDaemon(true);
            latencies.writers.add(writer);
            writer.start();
        }
        return latencies;
    }

    private void write(List<URI> servers) {
        KvClient client = new KvClient(servers, TIMEOUT, KvClient.UnknownOutcome.RETRY);
        byte[] value = new byte[100];
        while (!closed) {
            long begun = System.nanoTime();
            try {
                client.put("small-" + next.incrementAndGet() % 1000, value);
                nanos.add(System.nanoTime() - begun);
            } catch (KvClientException e) {
                failures.add(String.valueOf(e.getMessage()));
            }
            java.util.concurrent.locks.LockSupport.parkNanos(PAUSE_NANOS);
        }
    }

    List<String> failures() {
        return List.copyOf(failures);
    }

    int count() {
        return nanos.size();
    }

    /** What was written since this was asked last, in a line. */
    String take() {
        List<Long> taken = new ArrayList<>();
        for (Long one = nanos.poll(); one != null; one = nanos.poll()) {
            taken.add(one);
        }
        long[] sorted = taken.stream().mapToLong(Long::longValue).sorted().toArray();
        if (sorted.length == 0) {
            return "no writes";
        }
        return String.format(
                Locale.ROOT,
                "%d writes, p50 %.1f ms, p99 %.1f ms, max %.1f ms",
                sorted.length,
                sorted[sorted.length / 2] / 1e6,
                sorted[(int) (sorted.length * 0.99)] / 1e6,
                Arrays.stream(sorted).max().orElse(0) / 1e6);
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
