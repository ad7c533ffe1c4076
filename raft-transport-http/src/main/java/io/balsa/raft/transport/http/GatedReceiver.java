package io.balsa.raft.transport.http;

import io.balsa.raft.cluster.NodeId;
import io.balsa.raft.transport.Transport.Receiver;
import java.nio.ByteBuffer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Passes on to the receiver until it is closed, and keeps what the receiver throws, though it should not, away from our
 * threads. Safe as the receiver is.
 */
final class GatedReceiver implements Receiver {

    private static final Logger LOG = LoggerFactory.getLogger(HttpTransport.class);

    private final NodeId self;
    private final Receiver receiver;
    private volatile boolean closed;

    GatedReceiver(NodeId self, Receiver receiver) {
        this.self = self;
        this.receiver = receiver;
    }

    /** Begins no call any more. */
    void close() {
        closed = true;
    }

    @Override
    public void onFrame(NodeId from, int group, ByteBuffer payload) {
        guard(() -> receiver.onFrame(from, group, payload));
    }

    @Override
    public void onUnreachable(NodeId peer) {
        guard(() -> receiver.onUnreachable(peer));
    }

    private void guard(Runnable call) {
        if (closed) {
            return;
        }
        try {
            call.run();
        } catch (RuntimeException e) {
            LOG.error("{}: the receiver of frames has failed; the frame is lost", self, e);
        }
    }
}
