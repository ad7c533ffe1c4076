package io.balsa.raft.core;

import java.util.ArrayDeque;
import java.util.Deque;

/** What is on its way to a follower, in messages and bytes (section 10.2.2). */
final class Inflight {

    private record Sent(long lastIndex, long bytes) {}

    private final int maxMessages;
    private final long maxBytes;
    private final Deque<Sent> sent = new ArrayDeque<>();
    private long bytes;

    Inflight(int maxMessages, long maxBytes) {
        this.maxMessages = maxMessages;
        this.maxBytes = maxBytes;
    }

    boolean isFull() {
        return sent.size() >= maxMessages || bytes >= maxBytes;
    }

    boolean isEmpty() {
        return sent.isEmpty();
    }

    int messages() {
        return sent.size();
    }

    void add(long lastIndex, long size) {
        sent.add(new Sent(lastIndex, size));
        bytes += size;
    }

    /** The follower has everything up to this index. */
    void freeUpTo(long index) {
        while (!sent.isEmpty() && sent.peek().lastIndex <= index) {
            bytes -= sent.remove().bytes;
        }
    }

    void clear() {
        sent.clear();
        bytes = 0;
    }
}
