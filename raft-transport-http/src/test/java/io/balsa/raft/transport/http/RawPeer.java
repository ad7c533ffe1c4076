package io.balsa.raft.transport.http;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** Speaks HTTP to a transport by hand, so that it can say what no peer would. */
final class RawPeer implements AutoCloseable {

    /** The head of an answer. */
    record Answer(int status, Map<String, String> headers) {

        /** The permit to open a stream. */
        String session() {
            return headers.getOrDefault(Hello.SESSION, "none");
        }
    }

    private static final int PATIENCE_MILLIS = 10_000;

    /** After {@code HTTP/1.1} and a space. */
    private static final int STATUS_AT = 9;

    private final Socket socket;

    RawPeer(int port) throws IOException {
        socket = new Socket(InetAddress.getLoopbackAddress(), port);
        socket.setSoTimeout(PATIENCE_MILLIS);
    }

    /** The headers of a flawless hello of node 9 to node 1. */
    static Map<String, String> hello() {
        Map<String, String> headers = new LinkedHashMap<>();
        headers.put(Hello.CLUSTER, "test");
        headers.put(Hello.FROM, "9");
        headers.put(Hello.STORE, "beef");
        headers.put(Hello.PROTOCOL, "1-1");
        headers.put(Hello.TO, "1");
        headers.put(Hello.STREAM, "main");
        return headers;
    }

    /** A flawless hello but for one header. */
    static Map<String, String> helloBut(String header, String value) {
        Map<String, String> headers = hello();
        headers.put(header, value);
        return headers;
    }

    Answer sayHello(Map<String, String> headers) throws IOException {
        StringBuilder request =
                new StringBuilder("POST /raft/v1/hello HTTP/1.1\r\nHost: test\r\nContent-Length: 0\r\n");
        headers.forEach(
                (name, value) -> request.append(name).append(": ").append(value).append("\r\n"));
        send(request.append("\r\n").toString());
        return readHead();
    }

    /** Says hello and begins a stream. */
    void openStream() throws IOException {
        beginStream(sayHello(hello()).session());
    }

    void beginStream(String session) throws IOException {
        send("POST /raft/v1/stream?session=" + session
                + " HTTP/1.1\r\nHost: test\r\nTransfer-Encoding: chunked\r\n\r\n");
    }

    void sendChunk(byte[] bytes) throws IOException {
        // In one write: after half of it the other side may already have seen enough and closed.
        ByteArrayOutputStream chunk = new ByteArrayOutputStream();
        chunk.writeBytes((Integer.toHexString(bytes.length) + "\r\n").getBytes(StandardCharsets.US_ASCII));
        chunk.writeBytes(bytes);
        chunk.writeBytes("\r\n".getBytes(StandardCharsets.US_ASCII));
        socket.getOutputStream().write(chunk.toByteArray());
    }

    void send(String text) throws IOException {
        socket.getOutputStream().write(text.getBytes(StandardCharsets.US_ASCII));
    }

    /** Waits until the other side closes, and tells whether it said nothing before. */
    boolean isClosedWithoutAWord() throws IOException {
        try {
            return socket.getInputStream().read() < 0;
        } catch (SocketTimeoutException e) {
            throw new AssertionError("the connection should have been closed", e);
        } catch (IOException e) {
            return true; // a reset is a way to close
        }
    }

    private Answer readHead() throws IOException {
        String head = readHead(socket.getInputStream());
        List<String> lines = head.lines().filter(line -> !line.isEmpty()).toList();
        Map<String, String> headers = new LinkedHashMap<>();
        for (String line : lines.subList(1, lines.size())) {
            int colon = line.indexOf(':');
            headers.put(
                    line.substring(0, colon).toLowerCase(Locale.ROOT),
                    line.substring(colon + 1).trim());
        }
        return new Answer(Integer.parseInt(lines.get(0).substring(STATUS_AT, STATUS_AT + 3)), headers);
    }

    /** Everything up to the empty line; empty at the end of the stream. */
    static String readHead(InputStream in) throws IOException {
        StringBuilder head = new StringBuilder();
        while (head.indexOf("\r\n\r\n") < 0) {
            int next = in.read();
            if (next < 0) {
                return "";
            }
            head.append((char) next);
        }
        return head.toString();
    }

    @Override
    public void close() throws IOException {
        socket.close();
    }
}
