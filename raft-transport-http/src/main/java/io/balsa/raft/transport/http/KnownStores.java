package io.balsa.raft.transport.http;

import io.balsa.raft.cluster.NodeId;
import io.balsa.raft.cluster.NodeIdentity;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * With which store each server has come, since this one was started. One that comes back with another store has lost its
 * log and its votes: were it let in again under its old id, it could vote twice in a term, and entries that it has
 * acknowledged would count as stored where they are not.
 *
 * <p>Safe for any number of threads.
 */
final class KnownStores {

    private static final int MAX_SERVERS = 1024;

    private final Map<NodeId, Long> stores = new LinkedHashMap<>();

    synchronized boolean hasAnother(NodeIdentity server) {
        Long known = stores.get(server.node());
        return known != null && known != server.storeId();
    }

    synchronized void remember(NodeIdentity server) {
        if (stores.size() < MAX_SERVERS) {
            stores.putIfAbsent(server.node(), server.storeId());
        }
    }
}
