package io.balsa.raft.examples.kvstore;

import java.net.InetSocketAddress;

/**
 * A host and a port, as they are written on a command line: {@code 127.0.0.1:8081} or {@code [::1]:8081}.
 *
 * @param host name or address, without brackets
 * @param port 0 to 65535; 0 takes any free one
 */
record HostPort(String host, int port) {

    /**
     * Reads {@code HOST:PORT}.
     *
     * @throws IllegalArgumentException if it is something else
     */
    static HostPort parse(String text) {
        int colon = text.lastIndexOf(':');
        String host = colon < 0 ? "" : text.substring(0, colon);
        if (host.startsWith("[") && host.endsWith("]")) {
            host = host.substring(1, host.length() - 1);
        } else if (host.indexOf(':') >= 0) {
            host = "";
        }
        String port = text.substring(colon + 1);
        if (host.isBlank() || !port.matches("\\d{1,5}") || Integer.parseInt(port) > 65535) {
            throw new IllegalArgumentException(
                    "'" + text + "' is not HOST:PORT, for example 127.0.0.1:8081 or [::1]:8081");
        }
        return new HostPort(host, Integer.parseInt(port));
    }

    InetSocketAddress toSocketAddress() {
        return new InetSocketAddress(host, port);
    }

    @Override
    public String toString() {
        return (host.indexOf(':') >= 0 ? "[" + host + "]" : host) + ":" + port;
    }
}
