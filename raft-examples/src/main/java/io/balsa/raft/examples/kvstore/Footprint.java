package io.balsa.raft.examples.kvstore;

import io.balsa.raft.RaftConfig;
import io.balsa.raft.SnapshotConfig;
import io.balsa.raft.transport.Lane;
import io.balsa.raft.transport.http.HttpTransport;

/**
 * How much of the heap each of the server's queues may fill. The library's defaults suit a heap of a gigabyte or more;
 * in a small one they would let overload end in an OutOfMemoryError instead of in refusals. So every limit is a share of
 * the heap, and never more than the default. All of them together, with two followers that take nothing, are about a
 * half of it; the rest is for the data.
 *
 * @param shareBytes a 32nd of the heap
 */
record Footprint(long shareBytes) {

    private static final int SHARES = 32;
    private static final long MIB = 1 << 20;
    private static final long LEAST_INBOX_BYTES = 8 * MIB;

    /** Of this process. */
    static Footprint ofThisProcess() {
        return ofHeap(Runtime.getRuntime().maxMemory());
    }

    static Footprint ofHeap(long bytes) {
        return new Footprint(Math.max(2 * MIB, bytes / SHARES));
    }

    /** Limits the queues of a node. */
    RaftConfig.Builder limit(RaftConfig.Builder config) {
        RaftConfig defaults = RaftConfig.defaults();
        return config.maxPendingBytes(Math.min(2 * shareBytes, defaults.maxPendingBytes()))
                .maxInflightBytes(Math.min(shareBytes, defaults.maxInflightBytes()))
                .maxInboxBytes(Math.max(LEAST_INBOX_BYTES, Math.min(2 * shareBytes, defaults.maxInboxBytes())))
                .logCacheBytes(Math.min(shareBytes, defaults.logCacheBytes()));
    }

    /** Limits the parts in which snapshots travel. */
    SnapshotConfig.Builder limit(SnapshotConfig.Builder config) {
        return config.pieceBytes(
                (int) Math.min(shareBytes / 2, SnapshotConfig.defaults().pieceBytes()));
    }

    /** Limits what waits for a peer. */
    HttpTransport.Builder limit(HttpTransport.Builder transport) {
        int queue = (int) Math.min(shareBytes, 16 * MIB);
        return transport.maxQueueBytes(Lane.ENTRIES, queue).maxQueueBytes(Lane.BULK, queue);
    }

    /** How many bytes of requests may be under way at once: each is held up to three times while it is turned into a command. */
    int requestBytes() {
        return (int) Math.min(2 * shareBytes, 64 * MIB);
    }
}
