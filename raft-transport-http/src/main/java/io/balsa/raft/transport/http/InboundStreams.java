package io.balsa.raft.transport.http;

import io.balsa.raft.cluster.NodeId;
import io.balsa.raft.cluster.NodeIdentity;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Predicate;

/** All streams that lead to us: at most one of each kind from each peer. Safe for any number of threads. */
final class InboundStreams {

    private record Key(NodeId peer, StreamKind kind) {}

    private final Map<Key, InboundStream> current = new ConcurrentHashMap<>();
    private final long silenceNanos;

    /** Streams count as heard if something came in the last so many nanoseconds. */
    InboundStreams(long silenceNanos) {
        this.silenceNanos = silenceNanos;
    }

    /** Puts a stream in the place of the one that the same peer had opened before; that one is over when this returns. */
    void add(InboundStream stream) {
        InboundStream before = current.put(keyOf(stream), stream);
        if (before != null) {
            before.end();
        }
    }

    void remove(InboundStream stream) {
        current.remove(keyOf(stream), stream);
    }

    /** Whether something came on the stream of this session lately. */
    boolean isHeard(long session) {
        return any(stream -> stream.session() == session && isHeard(stream));
    }

    /** Whether a server with the same name, but not the same store, is talking to us right now. */
    boolean hasDouble(NodeIdentity sender) {
        return any(stream -> stream.peer().equals(sender.node())
                && stream.hello().sender().storeId() != sender.storeId()
                && isHeard(stream));
    }

    /** The sessions of a peer that we have heard lately, as a keep-alive tells them. */
    ByteBuffer keepAliveFor(NodeId peer) {
        List<Long> heard = current.values().stream()
                .filter(stream -> stream.peer().equals(peer) && isHeard(stream))
                .map(InboundStream::session)
                .toList();
        ByteBuffer payload = ByteBuffer.allocate(Long.BYTES * heard.size());
        heard.forEach(payload::putLong);
        return payload.flip();
    }

    /** Ends those that nothing has come on since before then. */
    void endSilentSince(long nanos) {
        current.values().stream()
                .filter(stream -> stream.heardAtNanos() - nanos < 0)
                .forEach(InboundStream::end);
    }

    void forgive() {
        current.values().forEach(InboundStream::forgive);
    }

    void endAll() {
        current.values().forEach(InboundStream::end);
    }

    private boolean any(Predicate<InboundStream> condition) {
        return current.values().stream().anyMatch(condition);
    }

    private boolean isHeard(InboundStream stream) {
        return System.nanoTime() - stream.heardAtNanos() <= silenceNanos;
    }

    private static Key keyOf(InboundStream stream) {
        return new Key(stream.peer(), stream.hello().kind());
    }
}
