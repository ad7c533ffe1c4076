package io.balsa.raft.examples.kvstore;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;

/**
 * What a server is started with.
 *
 * @param id its node id
 * @param cluster name of the cluster
 * @param peers the servers the cluster is founded with, this one among them; or, if it joins, servers of the cluster that exists
 * @param joins whether it joins a cluster that exists
 * @param listen where it listens for its peers
 * @param http where it listens for clients
 * @param data its directory
 * @param timing its timeouts
 * @param snapshots when it takes snapshots, and which one it begins with
 * @param serving how it serves clients
 */
record ServerSettings(
        long id,
        String cluster,
        Peers peers,
        boolean joins,
        HostPort listen,
        HostPort http,
        Path data,
        Timing timing,
        SnapshotSettings snapshots,
        Serving serving) {

    /**
     * How clients are served.
     *
     * @param leaseReads whether leaders may answer lease reads
     * @param forward whether it passes writes on to the leader, instead of sending clients there
     */
    record Serving(boolean leaseReads, boolean forward) {}

    /** How long a follower waits for a leader, and how often a leader shows that it lives. */
    record Timing(Duration electionTimeout, Duration heartbeat) {}

    /**
     * When a snapshot is taken, and what of the log is kept then.
     *
     * @param everyEntries after so many applied entries; 0 for never because of that
     * @param everyBytes after so many bytes of them; 0 for never because of that
     * @param trailingEntries how many entries that it covers are kept
     * @param seed an exported snapshot that an empty directory is begun with
     */
    record SnapshotSettings(long everyEntries, long everyBytes, long trailingEntries, Optional<Path> seed) {}

    ServerSettings {
        boolean listed = peers.addresses().containsKey(id);
        if (!joins && !listed) {
            throw new IllegalArgumentException("the id " + id + " is not in the peer list, which has "
                    + peers.addresses().keySet());
        }
        if (joins && listed) {
            throw new IllegalArgumentException("a server that joins is not in its own peer list, which has "
                    + peers.addresses().keySet() + "; name the servers that are there already");
        }
        if (joins && isEverywhere(listen) && isEverywhere(http)) {
            throw new IllegalArgumentException(
                    "a server that joins needs a host in --listen or --http by which others can reach it");
        }
    }

    /**
     * Where clients are told to find this server: its client API on {@code port}. A host that means "all interfaces" is
     * no place to go to, so then it is the host that the peers use.
     */
    URI clientAddress(int port) {
        String host = isEverywhere(http) ? hostAmongPeers() : http.host();
        return URI.create("http://" + new HostPort(host, port));
    }

    private static boolean isEverywhere(HostPort address) {
        InetAddress bound = new InetSocketAddress(address.host(), 0).getAddress();
        return bound != null && bound.isAnyLocalAddress();
    }

    private String hostAmongPeers() {
        if (joins) {
            return listen.host();
        }
        String host = peers.addressOf(id).getHost();
        return host.startsWith("[") ? host.substring(1, host.length() - 1) : host;
    }
}
