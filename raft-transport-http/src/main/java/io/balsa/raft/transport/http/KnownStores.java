package io.balsa.raft.transport.http;

import io.balsa.raft.cluster.NodeId;
import io.balsa.raft.cluster.NodeIdentity;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * With which store each server has come, since this one was started. One that comes back with another store has lost its
 * log and its votes: the consensus core does not count it until it has caught up, and whoever runs the cluster should know.
 *
 * <p>Safe for any number of threads.
 */
final class KnownStores {

    private static final int MAX_SERVERS = 1024;

    private final Map<NodeId, Long> stores = new LinkedHashMap<>();

    /** Remembers the store of a server; true if it had another one when it last came. */
    synchronized boolean replaces(NodeIdentity server) {
        if (stores.size() >= MAX_SERVERS && !stores.containsKey(server.node())) {
            return false;
        }
        Long known = stores.put(server.node(), server.storeId());
        return known != null && known != server.storeId();
    }
}
