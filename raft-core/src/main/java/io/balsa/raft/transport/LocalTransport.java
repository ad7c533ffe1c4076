package io.balsa.raft.transport;

import io.balsa.raft.cluster.Member;
import io.balsa.raft.cluster.NodeId;
import io.balsa.raft.cluster.NodeIdentity;
import java.util.Collection;
import java.util.Objects;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** One server's end of a {@link LocalNetwork}. Safe for use by several threads. */
final class LocalTransport implements Transport {

    private final LocalNetwork network;
    private volatile @Nullable LocalServer server;
    private volatile boolean closed;

    LocalTransport(LocalNetwork network) {
        this.network = network;
    }

    @Override
    public synchronized void start(NodeIdentity self, Receiver receiver) {
        Objects.requireNonNull(self, "self");
        Objects.requireNonNull(receiver, "receiver");
        if (closed || server != null) {
            throw new IllegalStateException("a transport is started once, and not after it was closed");
        }
        server = network.attach(self, receiver);
    }

    @Override
    public void members(Collection<Member> peers) {
        LocalServer started = server;
        if (started == null) {
            throw new IllegalStateException("the transport is not started");
        }
        network.members(started, peers.stream().map(Member::id).collect(Collectors.toUnmodifiableSet()));
    }

    @Override
    public void send(NodeId to, Frame frame) {
        LocalServer started = server;
        if (started == null) {
            network.drop();
        } else {
            network.send(started, to, frame);
        }
    }

    @Override
    public void flush() {
        // A frame is on its way as soon as it is sent.
    }

    @Override
    public void close() {
        closed = true;
        LocalServer started = server;
        if (started != null) {
            network.detach(started);
        }
    }
}
