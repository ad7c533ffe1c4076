package io.balsa.raft.transport;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.balsa.raft.cluster.Member;
import io.balsa.raft.cluster.NodeId;
import io.balsa.raft.cluster.NodeIdentity;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.stream.LongStream;

/** A server on a local network that notes what it is told. */
class LocalServerProbe implements Transport.Receiver {

    final Transport transport;
    final List<String> heard = new CopyOnWriteArrayList<>();
    final List<NodeId> unreachable = new CopyOnWriteArrayList<>();

    /** A server that is started and knows servers 1 to 4. */
    LocalServerProbe(LocalNetwork network, String cluster, long node) {
        transport = network.transport();
        transport.start(new NodeIdentity(cluster, NodeId.of(node), node), this);
        transport.members(LongStream.rangeClosed(1, 4)
                .filter(id -> id != node)
                .mapToObj(id -> Member.of(id, "ignored"))
                .toList());
    }

    /** Sends a text in the lane of entries. */
    void send(long to, String text) {
        send(to, Lane.ENTRIES, text);
    }

    void send(long to, Lane lane, String text) {
        transport.send(NodeId.of(to), new Frame(0, lane, List.of(ByteBuffer.wrap(text.getBytes(UTF_8)))));
        transport.flush();
    }

    @Override
    public void onFrame(NodeId from, int group, ByteBuffer payload) {
        heard.add(from + ": " + UTF_8.decode(payload));
    }

    @Override
    public void onUnreachable(NodeId peer) {
        unreachable.add(peer);
    }
}
