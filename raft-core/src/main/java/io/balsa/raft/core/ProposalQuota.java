package io.balsa.raft.core;

import java.util.ArrayDeque;
import java.util.Deque;

/** Bounds the bytes that a leader has appended and not yet committed. One append may go over it, so that any fits. */
final class ProposalQuota {

    private record Appended(long lastIndex, long bytes) {}

    private final long maxBytes;
    private final Deque<Appended> uncommitted = new ArrayDeque<>();
    private long bytes;

    ProposalQuota(long maxBytes) {
        this.maxBytes = maxBytes;
    }

    boolean isExhausted() {
        return bytes >= maxBytes;
    }

    void add(long lastIndex, long size) {
        uncommitted.add(new Appended(lastIndex, size));
        bytes += size;
    }

    void freeUpTo(long commitIndex) {
        while (!uncommitted.isEmpty() && uncommitted.peek().lastIndex <= commitIndex) {
            bytes -= uncommitted.remove().bytes;
        }
    }
}
