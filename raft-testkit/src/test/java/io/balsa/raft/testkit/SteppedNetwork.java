package io.balsa.raft.testkit;

import io.balsa.raft.cluster.Member;
import io.balsa.raft.cluster.NodeId;
import io.balsa.raft.cluster.NodeIdentity;
import io.balsa.raft.transport.Frame;
import io.balsa.raft.transport.Transport;
import java.nio.ByteBuffer;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/** A network that delivers only when it is told to: in order between two servers, in any order otherwise. */
final class SteppedNetwork {

    private record Parcel(NodeId from, int group, ByteBuffer payload) {}

    private final Map<NodeId, Transport.Receiver> receivers = new TreeMap<>();
    private final Map<String, Deque<Parcel>> links = new TreeMap<>();

    Transport transport() {
        return new End();
    }

    /** Whether a frame was delivered. */
    boolean deliverOne(RandomGenerator random) {
        List<String> busy = new ArrayList<>();
        links.forEach((link, queue) -> {
            if (!queue.isEmpty()) {
                busy.add(link);
            }
        });
        if (busy.isEmpty()) {
            return false;
        }
        String link = busy.get(random.nextInt(busy.size()));
        Parcel parcel = links.getOrDefault(link, new ArrayDeque<>()).remove();
        Transport.Receiver receiver = receivers.get(NodeId.of(Long.parseLong(link.substring(link.indexOf('>') + 1))));
        if (receiver != null) {
            receiver.onFrame(parcel.from, parcel.group, parcel.payload);
        }
        return true;
    }

    private final class End implements Transport {

        private @Nullable NodeId self;

        @Override
        public void start(NodeIdentity identity, Receiver receiver) {
            self = identity.node();
            receivers.put(identity.node(), receiver);
        }

        @Override
        public void members(Collection<Member> peers) {}

        @Override
        public void send(NodeId to, Frame frame) {
            NodeId from = self;
            if (from != null) {
                links.computeIfAbsent(from.value() + ">" + to.value(), link -> new ArrayDeque<>())
                        .add(new Parcel(from, frame.group(), frame.joined()));
            }
        }

        @Override
        public void flush() {}

        @Override
        public void close() {}
    }
}
