package io.balsa.raft.transport;

import io.balsa.raft.cluster.NodeId;
import java.util.Optional;

/**
 * What is to be told to a receiver of a {@link LocalNetwork}, and when: that a frame has come from a peer, or, without a
 * frame, that the peer is unreachable.
 *
 * @param dueNanos not before this time, as {@link System#nanoTime} counts
 * @param sequence tells apart what is due at the same time: first come, first served
 * @param to who is told
 * @param peer whom the frame is from, or who is unreachable
 */
record LocalParcel(long dueNanos, long sequence, LocalServer to, NodeId peer, Optional<Frame> frame)
        implements Comparable<LocalParcel> {

    void handOver() {
        if (frame.isPresent()) {
            // A copy for each: the receiver owns its bytes, and the sender's go to others, too.
            to.receiver().onFrame(peer, frame.get().group(), frame.get().joined());
        } else {
            to.receiver().onUnreachable(peer);
        }
    }

    @Override
    public int compareTo(LocalParcel other) {
        int byTime = Long.signum(dueNanos - other.dueNanos); // not Long.compare: nanoTime may overflow
        return byTime != 0 ? byTime : Long.compare(sequence, other.sequence);
    }
}
