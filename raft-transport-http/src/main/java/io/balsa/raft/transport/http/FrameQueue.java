package io.balsa.raft.transport.http;

import io.balsa.raft.transport.Frame;
import io.balsa.raft.transport.Lane;
import java.util.EnumMap;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/**
 * The frames that wait for one stream: in order within a lane, those of a more urgent lane first, each lane bounded in
 * bytes.
 *
 * <p>Safe for any number of threads that offer and one at a time that polls; nobody ever waits.
 */
final class FrameQueue {

    private static final class Waiting {
        private final Queue<Frame> frames = new ConcurrentLinkedQueue<>();
        private final AtomicInteger bytes = new AtomicInteger();
        private final int maxBytes;

        Waiting(int maxBytes) {
            this.maxBytes = maxBytes;
        }
    }

    private final Map<Lane, Waiting> lanes = new EnumMap<>(Lane.class);
    private final Waiting[] byUrgency;

    /** A queue with these lanes only. */
    FrameQueue(Map<Lane, Integer> maxBytesByLane) {
        maxBytesByLane.forEach((lane, maxBytes) -> lanes.put(lane, new Waiting(maxBytes)));
        byUrgency = lanes.values().toArray(Waiting[]::new);
    }

    /** Puts a frame at the end of its lane, or tells that there is no room. */
    boolean offer(Frame frame) {
        Waiting lane = lanes.get(frame.lane());
        if (lane == null) {
            throw new IllegalArgumentException("this stream has no lane " + frame.lane());
        }
        int size = sizeOf(frame);
        // Counted before it can be polled, so that the number never falls below what is there.
        if (lane.bytes.addAndGet(size) > lane.maxBytes) {
            lane.bytes.addAndGet(-size);
            return false;
        }
        lane.frames.add(frame);
        return true;
    }

    /** The most urgent frame that waits longest, or null. */
    @Nullable
    Frame poll() {
        for (Waiting lane : byUrgency) {
            Frame frame = lane.frames.poll();
            if (frame != null) {
                lane.bytes.addAndGet(-sizeOf(frame));
                return frame;
            }
        }
        return null;
    }

    /** Bytes on the wire of all that waits; 0 if and only if nothing does. */
    int bytes() {
        int sum = 0;
        for (Waiting lane : byUrgency) {
            sum += lane.bytes.get();
        }
        return sum;
    }

    /** Throws away what waits, and tells how many frames that were. */
    int clear() {
        int count = 0;
        while (poll() != null) {
            count++;
        }
        return count;
    }

    private static int sizeOf(Frame frame) {
        return frame.sizeBytes() + WireFrame.OVERHEAD_BYTES;
    }
}
