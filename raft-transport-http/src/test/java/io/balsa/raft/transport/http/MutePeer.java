package io.balsa.raft.transport.http;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * A peer whose machine hangs: connections are accepted, for the kernel does that, but nothing is read. It may say hello
 * before it falls silent.
 */
final class MutePeer implements AutoCloseable {

    private final ServerSocket listener = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
    private final List<Socket> connections = new CopyOnWriteArrayList<>();
    private final AtomicInteger streams = new AtomicInteger();
    private final String helloAnswer;

    /** Not even a hello is answered. */
    static MutePeer fromTheStart() throws IOException {
        return new MutePeer("");
    }

    /** Answers hellos as this node, and then reads nothing of the stream. */
    static MutePeer afterHello(long node) throws IOException {
        return new MutePeer("HTTP/1.1 204 No Content\r\n" + Hello.NODE + ": " + node + "\r\n" + Hello.STORE + ": 1\r\n"
                + Hello.SESSION + ": 77\r\n\r\n");
    }

    private MutePeer(String helloAnswer) throws IOException {
        this.helloAnswer = helloAnswer;
        startDaemon(this::accept);
    }

    int port() {
        return listener.getLocalPort();
    }

    /** How many streams have begun. */
    int streams() {
        return streams.get();
    }

    int connections() {
        return connections.size();
    }

    private void accept() {
        try {
            while (!listener.isClosed()) {
                Socket connection = listener.accept();
                connections.add(connection);
                if (!helloAnswer.isEmpty()) {
                    startDaemon(() -> answerHellos(connection));
                }
            }
        } catch (IOException e) {
            // closed
        }
    }

    private void answerHellos(Socket connection) {
        try {
            String head = RawPeer.readHead(connection.getInputStream());
            while (head.startsWith("POST " + Hello.PATH) && streams.get() == 0) {
                connection.getOutputStream().write(helloAnswer.getBytes(StandardCharsets.US_ASCII));
                head = RawPeer.readHead(connection.getInputStream());
            }
            if (head.startsWith("POST " + StreamHandler.PATH)) {
                streams.incrementAndGet();
            }
        } catch (IOException e) {
            // closed
        }
    }

    private static void startDaemon(Runnable work) {
        Thread thread = new Thread(work, "mute-peer");
        thread.setDaemon(true);
        thread.start();
    }

    @Override
    public void close() throws IOException {
        listener.close();
        for (Socket connection : connections) {
            connection.close();
        }
    }
}
