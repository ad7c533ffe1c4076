package io.balsa.raft.transport.http;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpHandler;
import io.balsa.raft.cluster.NodeId;
import io.balsa.raft.transport.Transport.Receiver;
import java.io.IOException;
import java.util.Optional;
import java.util.function.BiConsumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Reads the streams of peers, each on the thread that serves the request, for as long as it lasts.
 *
 * <p>It never answers, and always throws in the end: the client does not look at an answer before it has sent its body, but
 * a handler that throws makes the server close the connection, and that it sees at once.
 *
 * <p>Safe for any number of threads.
 */
final class StreamHandler implements HttpHandler {

    static final String PATH = "/raft/v1/stream";

    private static final Logger LOG = LoggerFactory.getLogger(HttpTransport.class);
    private static final String SESSION_QUERY = "session=";

    private final NodeId self;
    private final Sessions sessions;
    private final InboundStreams streams;
    private final ServerThreads threads;
    private final int maxFrameBytes;
    private final Receiver receiver;
    private final BiConsumer<NodeId, WireFrame> arrived;

    StreamHandler(
            NodeId self,
            Sessions sessions,
            InboundStreams streams,
            ServerThreads threads,
            int maxFrameBytes,
            Receiver receiver,
            BiConsumer<NodeId, WireFrame> arrived) {
        this.self = self;
        this.sessions = sessions;
        this.streams = streams;
        this.threads = threads;
        this.maxFrameBytes = maxFrameBytes;
        this.receiver = receiver;
        this.arrived = arrived;
    }

    @Override
    public void handle(HttpExchange exchange) throws IOException {
        long session = sessionOf(exchange);
        Hello hello = sessions.redeem(session).orElseThrow(() -> new IOException("a stream without a hello"));
        threads.admit();
        InboundStream stream = new InboundStream(hello, session);
        streams.add(stream);
        try {
            stream.read(
                    exchange.getRequestBody(), maxFrameBytes, frame -> arrived.accept(stream.peer(), frame), receiver);
        } catch (FrameException e) {
            LOG.warn("{}: closes the {} stream from {}: {}", self, hello.kind().label(), stream.peer(), e.getMessage());
        } finally {
            streams.remove(stream);
        }
        throw new IOException("the stream has ended");
    }

    private static long sessionOf(HttpExchange exchange) throws IOException {
        Optional<String> query = Optional.ofNullable(exchange.getRequestURI().getRawQuery())
                .filter(text -> text.startsWith(SESSION_QUERY)
                        && exchange.getRequestMethod().equals("POST"));
        try {
            return Hello.parseHex(query.orElse(SESSION_QUERY).substring(SESSION_QUERY.length()));
        } catch (NumberFormatException e) {
            throw new IOException("a stream without a session", e);
        }
    }
}
