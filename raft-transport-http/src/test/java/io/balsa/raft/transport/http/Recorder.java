package io.balsa.raft.transport.http;

import io.balsa.raft.cluster.NodeId;
import io.balsa.raft.transport.Transport.Receiver;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;

/** A receiver that remembers what it was given. */
final class Recorder implements Receiver {

    /** A frame that has arrived. */
    record Received(NodeId from, int group, ByteBuffer payload) {}

    private final List<Received> frames = new ArrayList<>();
    private final List<NodeId> unreachable = new ArrayList<>();

    @Override
    public synchronized void onFrame(NodeId from, int group, ByteBuffer payload) {
        frames.add(new Received(from, group, payload));
    }

    @Override
    public synchronized void onUnreachable(NodeId peer) {
        unreachable.add(peer);
    }

    synchronized List<Received> frames() {
        return List.copyOf(frames);
    }

    synchronized List<NodeId> unreachable() {
        return List.copyOf(unreachable);
    }

    /** The first four bytes of each frame. */
    List<Integer> numbers() {
        return frames().stream()
                .map(frame -> frame.payload().getInt(frame.payload().position()))
                .toList();
    }

    synchronized void clear() {
        frames.clear();
        unreachable.clear();
    }
}
