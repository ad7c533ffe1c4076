package io.balsa.raft.benchmarks;

import java.io.IOException;
import java.util.concurrent.atomic.LongAdder;

/** Counts syncs, how long they took, and the bytes written. Safe for use by several threads. */
final class SyncMeter {

    /** What makes something durable. */
    interface Sync {
        void run() throws IOException;
    }

    private final LongAdder count = new LongAdder();
    private final LongAdder nanos = new LongAdder();
    private final LongAdder written = new LongAdder();

    void measure(Sync sync) throws IOException {
        long start = System.nanoTime();
        sync.run();
        nanos.add(System.nanoTime() - start);
        count.increment();
    }

    void wrote(int bytes) {
        written.add(bytes);
    }

    long count() {
        return count.sum();
    }

    long nanos() {
        return nanos.sum();
    }

    long written() {
        return written.sum();
    }
}
