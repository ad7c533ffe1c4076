package io.balsa.raft.transport.http;

import io.balsa.raft.transport.http.LinkStatus.Drops;
import io.balsa.raft.transport.http.LinkStatus.Traffic;
import java.util.concurrent.atomic.LongAdder;

/** What is counted for a peer. Safe for any number of threads, none of which waits. */
final class LinkCounters {

    private final LongAdder connections = new LongAdder();
    private final LongAdder sentFrames = new LongAdder();
    private final LongAdder sentBytes = new LongAdder();
    private final LongAdder receivedFrames = new LongAdder();
    private final LongAdder receivedBytes = new LongAdder();
    private final LongAdder droppedQueueFull = new LongAdder();
    private final LongAdder droppedNoLink = new LongAdder();
    private final LongAdder droppedLinkLost = new LongAdder();
    private final LongAdder droppedTooLarge = new LongAdder();

    void connected() {
        connections.increment();
    }

    void sentFrame() {
        sentFrames.increment();
    }

    void sentBytes(int bytes) {
        sentBytes.add(bytes);
    }

    void received(WireFrame frame) {
        if (frame.type() != FrameType.KEEP_ALIVE) {
            receivedFrames.increment();
        }
        receivedBytes.add((long) frame.payload().length + WireFrame.OVERHEAD_BYTES);
    }

    void droppedQueueFull() {
        droppedQueueFull.increment();
    }

    void droppedNoLink() {
        droppedNoLink.increment();
    }

    void droppedLinkLost(int frames) {
        droppedLinkLost.add(frames);
    }

    void droppedTooLarge() {
        droppedTooLarge.increment();
    }

    long connections() {
        return connections.sum();
    }

    Traffic sent() {
        return new Traffic(sentFrames.sum(), sentBytes.sum());
    }

    Traffic received() {
        return new Traffic(receivedFrames.sum(), receivedBytes.sum());
    }

    Drops dropped() {
        return new Drops(droppedQueueFull.sum(), droppedNoLink.sum(), droppedLinkLost.sum(), droppedTooLarge.sum());
    }
}
