package io.balsa.raft.transport.http;

import io.balsa.raft.cluster.NodeId;
import io.balsa.raft.cluster.NodeIdentity;
import io.balsa.raft.transport.Lane;
import io.balsa.raft.transport.Transport.Receiver;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.EnumMap;
import java.util.Map;
import java.util.concurrent.Executor;
import java.util.concurrent.ScheduledExecutorService;
import java.util.function.Function;

/**
 * What all links of a transport share.
 *
 * @param self who we are
 * @param options how they behave
 * @param dialer makes their requests
 * @param executor writes what the thread that flushes should not
 * @param timer its one thread does everything that happens to a link
 * @param receiver is told when a link has ended
 * @param transitions what was logged last about each link
 * @param keepAlives what to tell a peer to show that we live
 */
record LinkParts(
        NodeIdentity self,
        HttpTransportOptions options,
        Dialer dialer,
        Executor executor,
        ScheduledExecutorService timer,
        Receiver receiver,
        Transitions transitions,
        Function<NodeId, ByteBuffer> keepAlives) {

    Duration silenceTimeout() {
        return options.silenceTimeout();
    }

    ByteBuffer keepAliveFor(NodeId peer) {
        return keepAlives.apply(peer);
    }

    FrameQueue newQueue(StreamKind kind) {
        Map<Lane, Integer> lanes = new EnumMap<>(options.maxQueueBytes());
        lanes.keySet().removeIf(lane -> StreamKind.of(lane) != kind);
        return new FrameQueue(lanes);
    }

    Backoff newBackoff() {
        return new Backoff(options.reconnect(), options.random());
    }
}
