package io.balsa.raft.transport.http;

import java.net.InetSocketAddress;
import java.net.URI;
import java.net.URISyntaxException;

/**
 * Where a server listens, or where a peer is reached: {@code 10.0.0.1:7001}, {@code [::1]:7001} or
 * {@code http://host:7001}.
 *
 * @param host a name or a literal; a literal of IP version 6 in brackets
 * @param port 0 (any, only to listen) to 65535
 */
record Address(String host, int port) {

    private static final int MAX_PORT = 65_535;
    private static final String SCHEME = "http://";

    /**
     * The address that is written so.
     *
     * @throws IllegalArgumentException in one sentence, if it is none
     */
    static Address parse(String text) {
        URI uri;
        try {
            uri = new URI(text.contains("://") ? text : SCHEME + text);
        } catch (URISyntaxException e) {
            throw new IllegalArgumentException(complaint(text), e);
        }
        String host = uri.getHost();
        boolean hasMore = uri.getRawUserInfo() != null
                || uri.getRawQuery() != null
                || uri.getRawFragment() != null
                || !(uri.getRawPath().isEmpty() || uri.getRawPath().equals("/"));
        if (host == null
                || hasMore
                || !"http".equals(uri.getScheme())
                || uri.getPort() < 0
                || uri.getPort() > MAX_PORT) {
            throw new IllegalArgumentException(complaint(text));
        }
        return new Address(host, uri.getPort());
    }

    private static String complaint(String text) {
        return "'" + text + "' is no address: expected host:port or http://host:port";
    }

    /** This host, another port. */
    Address withPort(int other) {
        return new Address(host, other);
    }

    /** Asks the name service each time: an address that was looked up once is not to be relied on. */
    InetSocketAddress resolved() {
        String bare = host.startsWith("[") ? host.substring(1, host.length() - 1) : host;
        return new InetSocketAddress(bare, port);
    }

    /** What to send a request to; the path begins with a slash. */
    URI uri(String pathAndQuery) {
        return URI.create(SCHEME + this + pathAndQuery);
    }

    @Override
    public String toString() {
        return host + ":" + port;
    }
}
