package io.balsa.raft.examples.kvstore;

import java.net.URI;
import java.util.Collections;
import java.util.Objects;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * The servers a cluster is founded with, and their Raft addresses.
 *
 * @param addresses by node id, never empty
 */
record Peers(SortedMap<Long, URI> addresses) {

    Peers {
        addresses = Collections.unmodifiableSortedMap(new TreeMap<>(addresses));
    }

    /**
     * Reads {@code 1=http://HOST:PORT,2=http://HOST:PORT}.
     *
     * @throws IllegalArgumentException if it is something else, or an id or address comes twice
     */
    static Peers parse(String text) {
        SortedMap<Long, URI> addresses = new TreeMap<>();
        for (String peer : text.split(",", -1)) {
            int equals = peer.indexOf('=');
            if (equals < 0 || !peer.substring(0, equals).matches("0*[1-9]\\d{0,17}")) {
                throw new IllegalArgumentException("'" + peer + "' is not ID=http://HOST:PORT with a positive ID");
            }
            long id = Long.parseLong(peer.substring(0, equals));
            URI address = HttpUrls.parse(peer.substring(equals + 1));
            if (addresses.containsValue(address)) {
                throw new IllegalArgumentException("two peers have the address " + address);
            }
            if (addresses.put(id, address) != null) {
                throw new IllegalArgumentException("two peers have the id " + id);
            }
        }
        return new Peers(addresses);
    }

    /** Raft address of the peer with this id, which must be one. */
    URI addressOf(long id) {
        return Objects.requireNonNull(addresses.get(id), () -> "no peer has the id " + id);
    }
}
