package io.balsa.raft.examples.kvstore;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;

/**
 * What a server is started with.
 *
 * @param id its node id, one of the peers
 * @param cluster name of the cluster
 * @param peers the servers the cluster is founded with
 * @param listen where it listens for its peers
 * @param http where it listens for clients
 * @param data its directory
 * @param timing its timeouts
 */
record ServerSettings(long id, String cluster, Peers peers, HostPort listen, HostPort http, Path data, Timing timing) {

    /** How long a follower waits for a leader, and how often a leader shows that it lives. */
    record Timing(Duration electionTimeout, Duration heartbeat) {}

    ServerSettings {
        if (!peers.addresses().containsKey(id)) {
            throw new IllegalArgumentException("the id " + id + " is not in the peer list, which has "
                    + peers.addresses().keySet());
        }
    }

    /**
     * Where clients are told to find this server: its client API on {@code port}. A host that means "all interfaces" is
     * no place to go to, so then it is the host that the peers use.
     */
    URI clientAddress(int port) {
        InetAddress bound = new InetSocketAddress(http.host(), 0).getAddress();
        boolean everywhere = bound != null && bound.isAnyLocalAddress();
        String host = everywhere ? hostAmongPeers() : http.host();
        return URI.create("http://" + new HostPort(host, port));
    }

    private String hostAmongPeers() {
        String host = peers.addressOf(id).getHost();
        return host.startsWith("[") ? host.substring(1, host.length() - 1) : host;
    }
}
