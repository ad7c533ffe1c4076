package io.balsa.raft.transport;

import io.balsa.raft.cluster.NodeId;
import io.balsa.raft.cluster.NodeIdentity;
import java.util.EnumMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;

/**
 * A server while it is on a {@link LocalNetwork}. What is not final is guarded by the network's lock.
 *
 * <p>A server that comes back is another one: what was sent to the old one does not reach the new one, as if a connection
 * had ended.
 */
final class LocalServer {

    private final NodeIdentity identity;
    private final Transport.Receiver receiver;
    private final LocalDelivery delivery;
    private final Map<Lane, Long> waitingBytes = new EnumMap<>(Lane.class);
    private final Set<NodeId> unreachable = new HashSet<>();
    private Set<NodeId> peers = Set.of();

    LocalServer(NodeIdentity identity, Transport.Receiver receiver, LocalDelivery delivery) {
        this.identity = identity;
        this.receiver = receiver;
        this.delivery = delivery;
    }

    String cluster() {
        return identity.cluster();
    }

    NodeId node() {
        return identity.node();
    }

    Transport.Receiver receiver() {
        return receiver;
    }

    LocalDelivery delivery() {
        return delivery;
    }

    void peers(Set<NodeId> peers) {
        this.peers = peers;
        unreachable.retainAll(peers);
    }

    boolean hasPeer(NodeId peer) {
        return peers.contains(peer);
    }

    long waitingBytes(Lane lane) {
        return waitingBytes.getOrDefault(lane, 0L);
    }

    void addWaitingBytes(Lane lane, int bytes) {
        waitingBytes.merge(lane, (long) bytes, Long::sum);
    }

    /** Whether that is news. */
    boolean rememberUnreachable(NodeId peer) {
        return unreachable.add(peer);
    }

    void forgetUnreachable(NodeId peer) {
        unreachable.remove(peer);
    }
}
