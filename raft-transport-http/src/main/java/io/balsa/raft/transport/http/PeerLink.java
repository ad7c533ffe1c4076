package io.balsa.raft.transport.http;

import io.balsa.raft.cluster.NodeId;
import io.balsa.raft.transport.Frame;
import java.nio.ByteBuffer;

/** Both streams to a peer, and what is counted for it. Safe as {@link OutboundLink} is. */
final class PeerLink {

    private final NodeId peer;
    private final int maxFrameBytes;
    private final LinkCounters counters = new LinkCounters();
    private final OutboundLink main;
    private final OutboundLink bulk;

    PeerLink(NodeId peer, Address address, LinkParts parts) {
        this.peer = peer;
        this.maxFrameBytes = parts.options().maxFrameBytes();
        this.main = new OutboundLink(peer, address, StreamKind.MAIN, parts, counters);
        this.bulk = new OutboundLink(peer, address, StreamKind.BULK, parts, counters);
    }

    void start() {
        main.start();
        bulk.start();
    }

    void send(Frame frame) {
        if (frame.sizeBytes() > maxFrameBytes) {
            counters.droppedTooLarge();
            return;
        }
        switch (StreamKind.of(frame.lane())) {
            case MAIN -> main.send(frame);
            case BULK -> bulk.send(frame);
        }
    }

    void flush() {
        main.flush();
        bulk.flush();
    }

    void moveTo(Address address) {
        main.moveTo(address);
        bulk.moveTo(address);
    }

    void hurry() {
        main.hurry();
        bulk.hurry();
    }

    void beat(ByteBuffer keepAlive) {
        main.beat(keepAlive);
        bulk.beat(keepAlive);
    }

    void forgive() {
        main.forgive();
        bulk.forgive();
    }

    void end() {
        main.end();
        bulk.end();
    }

    /** Counts a frame that came from the peer, and learns from it if it is a keep-alive. */
    void received(WireFrame frame) {
        counters.received(frame);
        if (frame.type() == FrameType.KEEP_ALIVE) {
            ByteBuffer sessions = ByteBuffer.wrap(frame.payload());
            while (sessions.remaining() >= Long.BYTES) {
                long session = sessions.getLong();
                main.heard(session);
                bulk.heard(session);
            }
        }
    }

    LinkStatus status() {
        return new LinkStatus(
                peer,
                main.address().toString(),
                main.isOpen(),
                counters.connections(),
                counters.sent(),
                counters.received(),
                counters.dropped());
    }
}
