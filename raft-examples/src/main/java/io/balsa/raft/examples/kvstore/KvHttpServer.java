package io.balsa.raft.examples.kvstore;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The HTTP server in front of a {@link KvApi}.
 *
 * <p>A request holds a thread while it waits, so the number of threads bounds how many proposals one server has under
 * way. Further requests queue, one for each connection at most; when too many do, those whose turn comes are turned
 * away. A client that takes too long to send its request loses its connection. How many bytes of requests are under way
 * is bounded, too.
 */
final class KvHttpServer implements AutoCloseable {

    private static final Logger log = LoggerFactory.getLogger(KvHttpServer.class);

    private static final int MAX_THREADS = 128;
    private static final int MAX_QUEUED = 1024;
    private static final int BACKLOG = 1024;
    private static final Duration MAX_REQUEST_TIME = Duration.ofSeconds(30);
    private static final Duration HANDLERS_FINISH_WITHIN = Duration.ofSeconds(2);
    private static final int PIECE_BYTES = 64 << 10;
    private static final long MAX_DRAIN_BYTES = 64L << 20;
    private static final Duration MAX_DRAIN_TIME = Duration.ofSeconds(5);

    private final HttpServer server;
    private final RequestThreads pool;
    private final Semaphore room;

    private KvHttpServer(HttpServer server, RequestThreads pool, int roomBytes) {
        this.server = server;
        this.pool = pool;
        this.room = new Semaphore(roomBytes);
    }

    /**
     * Takes the port, without answering yet.
     *
     * @throws IOException if the port is taken
     */
    static KvHttpServer bind(HostPort address) throws IOException {
        return bind(address, MAX_REQUEST_TIME, Footprint.ofThisProcess().requestBytes());
    }

    /** For tests: a server that has less patience, and less room for bodies. */
    static KvHttpServer bind(HostPort address, Duration requestLimit, int roomBytes) throws IOException {
        HttpServer server = HttpServer.create(address.toSocketAddress(), BACKLOG);
        RequestThreads pool = new RequestThreads(MAX_THREADS, requestLimit);
        server.setExecutor(pool);
        return new KvHttpServer(server, pool, roomBytes);
    }

    int port() {
        return server.getAddress().getPort();
    }

    /** Begins to answer. */
    void start(KvApi api) {
        server.createContext("/", exchange -> answer(api, exchange));
        server.start();
    }

    /** Stops taking requests, lets those under way be answered, and ends all threads. */
    @Override
    public void close() {
        pool.shutdown();
        try {
            if (!pool.awaitTermination(HANDLERS_FINISH_WITHIN.toMillis(), TimeUnit.MILLISECONDS)) {
                pool.shutdownNow();
            }
        } catch (InterruptedException e) {
            pool.shutdownNow();
            Thread.currentThread().interrupt();
        }
        server.stop(0); // not stop(n), which waits the full n seconds while any connection is open
    }

    private void answer(KvApi api, HttpExchange exchange) throws IOException {
        try (exchange;
                Incoming request = new Incoming(exchange)) {
            Reply reply = replyTo(api, request);
            // Whoever gets an answer while he still sends may never see it, so the rest is read, within bounds.
            send(exchange, drained(exchange.getRequestBody()) ? reply : reply.with("Connection", "close"));
        } catch (IOException e) {
            log.debug("A client went away: {}", e.toString());
            throw e; // only then does the JDK's server close the connection, too
        }
    }

    private Reply replyTo(KvApi api, Request request) throws IOException {
        if (pool.getQueue().size() > MAX_QUEUED) {
            return Reply.unavailable("too many requests wait on this server");
        }
        try {
            return api.handle(request);
        } catch (RuntimeException e) {
            log.error("A request failed in a way that was not foreseen", e);
            return Reply.error(500, "this server made a mistake; its log says more");
        }
    }

    private void send(HttpExchange exchange, Reply reply) throws IOException {
        reply.headers().forEach(exchange.getResponseHeaders()::set);
        if (reply.file().isPresent()) {
            sendFile(exchange, reply, reply.file().get());
            return;
        }
        boolean bodiless =
                reply.body().length() == 0 || exchange.getRequestMethod().equals("HEAD");
        exchange.sendResponseHeaders(
                reply.status(), bodiless ? -1 : reply.body().length());
        if (!bodiless) {
            try (OutputStream out = exchange.getResponseBody()) {
                reply.body().writeTo(out);
            }
        }
    }

    private void sendFile(HttpExchange exchange, Reply reply, Path file) throws IOException {
        try (InputStream in = Files.newInputStream(file)) {
            exchange.sendResponseHeaders(reply.status(), Files.size(file));
            try (OutputStream out = exchange.getResponseBody()) {
                byte[] piece = new byte[PIECE_BYTES];
                for (int count = in.read(piece); count >= 0; count = in.read(piece)) {
                    out.write(piece, 0, count);
                    pool.stillWorking(); // a client that takes a piece now and then is slow, but not gone
                }
            }
        } finally {
            Files.deleteIfExists(file);
        }
    }

    /** A request on its way; when it is closed, the room that its body took is free again. */
    private final class Incoming implements Request, AutoCloseable {

        private final HttpExchange exchange;
        private int taken;

        Incoming(HttpExchange exchange) {
            this.exchange = exchange;
        }

        @Override
        public String method() {
            return exchange.getRequestMethod();
        }

        @Override
        public URI target() {
            return exchange.getRequestURI();
        }

        @Override
        public byte[] body(int maxBytes) throws IOException, HttpProblem {
            int most = mostBytes(maxBytes);
            if (!room.tryAcquire(most)) {
                throw new HttpProblem(503, "too many bytes of requests wait on this server");
            }
            taken += most;
            byte[] body = exchange.getRequestBody().readNBytes(most);
            if (body.length > maxBytes) {
                throw new HttpProblem(413, "the body is longer than " + maxBytes + " bytes");
            }
            return body;
        }

        /** As long as it says it is; one more than allowed is enough to know that it is too long. */
        private int mostBytes(int maxBytes) {
            String length = exchange.getRequestHeaders().getFirst("Content-Length");
            boolean told = length != null && length.matches("\\d{1,9}");
            if (told) {
                return Math.min(Integer.parseInt(length), maxBytes + 1);
            }
            boolean none = length == null && exchange.getRequestHeaders().getFirst("Transfer-Encoding") == null;
            return none ? 0 : maxBytes + 1;
        }

        @Override
        public void stillWorking() {
            pool.stillWorking();
        }

        @Override
        public void close() {
            room.release(taken);
        }
    }

    private static boolean drained(InputStream in) throws IOException {
        long giveUpAt = System.nanoTime() + MAX_DRAIN_TIME.toNanos();
        byte[] buffer = new byte[PIECE_BYTES];
        long total = 0;
        while (total < MAX_DRAIN_BYTES && System.nanoTime() - giveUpAt < 0) {
            int count = in.read(buffer);
            if (count < 0) {
                return true;
            }
            total += count;
        }
        return false;
    }
}
