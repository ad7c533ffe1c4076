package io.balsa.raft.examples.kvstore;

import io.balsa.raft.storage.file.StoreInspection;
import java.io.PrintWriter;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;

/** Says now and then how far a look at a store has got; nothing about one that takes less than two seconds. */
final class LookProgress implements StoreInspection.Progress {

    private static final long INTERVAL_NANOS = TimeUnit.SECONDS.toNanos(2);
    private static final long MIB = 1 << 20;

    private final PrintWriter err;
    private final LongSupplier nanoTime;
    private long lastNanos;

    LookProgress(PrintWriter err, LongSupplier nanoTime) {
        this.err = err;
        this.nanoTime = nanoTime;
        this.lastNanos = nanoTime.getAsLong();
    }

    @Override
    public void read(long bytes, long total) {
        long now = nanoTime.getAsLong();
        if (now - lastNanos >= INTERVAL_NANOS) {
            lastNanos = now;
            err.println("kvstore: " + bytes / MIB + " of " + total / MIB + " MiB");
            err.flush();
        }
    }
}
