package io.balsa.raft.examples.kvstore;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.time.Duration;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The HTTP server in front of a {@link KvApi}.
 *
 * <p>A request holds a thread while it waits, so the number of threads bounds how many proposals one server has under way.
 * Further requests queue, one for each connection at most; when too many do, those whose turn comes are turned away. A
 * client that takes too long to send its request loses its connection.
 */
final class KvHttpServer implements AutoCloseable {

    private static final Logger log = LoggerFactory.getLogger(KvHttpServer.class);

    private static final int MAX_THREADS = 128;
    private static final int MAX_QUEUED = 1024;
    private static final int BACKLOG = 1024;
    private static final Duration MAX_REQUEST_TIME = Duration.ofSeconds(30);
    private static final Duration HANDLERS_FINISH_WITHIN = Duration.ofSeconds(2);
    private static final long MAX_DRAIN_BYTES = 64L << 20;
    private static final Duration MAX_DRAIN_TIME = Duration.ofSeconds(5);

    private final HttpServer server;
    private final ThreadPoolExecutor pool;

    private KvHttpServer(HttpServer server, ThreadPoolExecutor pool) {
        this.server = server;
        this.pool = pool;
    }

    /**
     * Takes the port, without answering yet.
     *
     * @throws IOException if the port is taken
     */
    static KvHttpServer bind(HostPort address) throws IOException {
        return bind(address, MAX_REQUEST_TIME);
    }

    /** For tests: a server that has less patience. */
    static KvHttpServer bind(HostPort address, Duration requestLimit) throws IOException {
        HttpServer server = HttpServer.create(address.toSocketAddress(), BACKLOG);
        RequestThreads pool = new RequestThreads(MAX_THREADS, requestLimit);
        server.setExecutor(pool);
        return new KvHttpServer(server, pool);
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
        try (exchange) {
            Reply reply = replyTo(api, exchange);
            // Whoever gets an answer while he still sends may never see it, so the rest is read, within bounds.
            send(exchange, drained(exchange.getRequestBody()) ? reply : reply.with("Connection", "close"));
        } catch (IOException e) {
            log.debug("A client went away: {}", e.toString());
            throw e; // only then does the JDK's server close the connection, too
        }
    }

    private Reply replyTo(KvApi api, HttpExchange exchange) throws IOException {
        if (pool.getQueue().size() > MAX_QUEUED) {
            return KvApi.unavailable("too many requests wait on this server");
        }
        try {
            return api.handle(
                    exchange.getRequestMethod(), exchange.getRequestURI(), maxBytes -> readBody(exchange, maxBytes));
        } catch (RuntimeException e) {
            log.error("A request failed in a way that was not foreseen", e);
            return Reply.error(500, "this server made a mistake; its log says more");
        }
    }

    private static void send(HttpExchange exchange, Reply reply) throws IOException {
        reply.headers().forEach(exchange.getResponseHeaders()::set);
        byte[] body = reply.body().toArray();
        boolean bodiless = body.length == 0 || exchange.getRequestMethod().equals("HEAD");
        exchange.sendResponseHeaders(reply.status(), bodiless ? -1 : body.length);
        if (!bodiless) {
            try (OutputStream out = exchange.getResponseBody()) {
                out.write(body);
            }
        }
    }

    private static byte[] readBody(HttpExchange exchange, int maxBytes) throws IOException, HttpProblem {
        byte[] body = exchange.getRequestBody().readNBytes(maxBytes + 1);
        if (body.length > maxBytes) {
            throw new HttpProblem(413, "the body is longer than " + maxBytes + " bytes");
        }
        return body;
    }

    private static boolean drained(InputStream in) throws IOException {
        long giveUpAt = System.nanoTime() + MAX_DRAIN_TIME.toNanos();
        byte[] buffer = new byte[64 << 10];
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
