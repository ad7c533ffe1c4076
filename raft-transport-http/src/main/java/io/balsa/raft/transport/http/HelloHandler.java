package io.balsa.raft.transport.http;

import com.sun.net.httpserver.Headers;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpHandler;
import io.balsa.raft.cluster.NodeId;
import io.balsa.raft.cluster.NodeIdentity;
import java.io.IOException;
import java.util.Optional;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Decides whom we listen to. Safe for any number of threads. */
final class HelloHandler implements HttpHandler {

    /**
     * Why not.
     *
     * @param status of the answer
     * @param reason in one sentence, which goes into a header
     */
    private record Refusal(int status, String reason) {}

    private static final Logger LOG = LoggerFactory.getLogger(HttpTransport.class);

    /** What a peer is told that asks for a stream which has ended here without its knowing. */
    private static final String NOT_HEARD = "nothing is heard of this session";

    private final NodeIdentity self;
    private final Protocols protocols;
    private final Sessions sessions;
    private final InboundStreams streams;
    private final Consumer<NodeId> welcomed;
    private final KnownStores stores = new KnownStores();
    private final Transitions transitions = new Transitions();

    /** Tells {@code welcomed} who has been let in. */
    HelloHandler(
            NodeIdentity self,
            Protocols protocols,
            Sessions sessions,
            InboundStreams streams,
            Consumer<NodeId> welcomed) {
        this.self = self;
        this.protocols = protocols;
        this.sessions = sessions;
        this.streams = streams;
        this.welcomed = welcomed;
    }

    @Override
    public void handle(HttpExchange exchange) throws IOException {
        Headers headers = exchange.getRequestHeaders();
        Hello hello;
        try {
            hello = Hello.read(name -> Optional.ofNullable(headers.getFirst(name)));
        } catch (IllegalArgumentException e) {
            String host = exchange.getRemoteAddress().getAddress().getHostAddress();
            refuse(exchange, new Refusal(Hello.MALFORMED, String.valueOf(e.getMessage())), "a stranger at " + host);
            return;
        }
        Optional<Refusal> refusal = judge(exchange, hello);
        if (refusal.isPresent()) {
            refuse(exchange, refusal.get(), "a server that calls itself " + hello.sender());
        } else {
            welcome(exchange, hello);
        }
    }

    private Optional<Refusal> judge(HttpExchange exchange, Hello hello) {
        NodeIdentity sender = hello.sender();
        String reason = null;
        if (!exchange.getRequestMethod().equals("POST")) {
            return Optional.of(new Refusal(Hello.MALFORMED, "a hello is a POST"));
        }
        if (!sender.cluster().equals(self.cluster())) {
            reason = "this server belongs to cluster '" + self.cluster() + "', not '" + sender.cluster() + "'";
        } else if (!hello.receiver().equals(self.node())) {
            reason = "this server is " + self.node() + ", not " + hello.receiver();
        } else if (sender.node().equals(self.node())) {
            reason = "this server itself is " + self.node() + "; no two may have the same id";
        } else if (streams.hasDouble(sender)) {
            reason = "another server with the id " + sender.node() + " but another store is connected already";
        }
        if (reason != null) {
            return Optional.of(new Refusal(Hello.WRONG_PEER, reason));
        }
        if (protocols.chosenWith(hello.protocols()).isEmpty()) {
            return Optional.of(new Refusal(
                    Hello.WRONG_PROTOCOL,
                    "this server speaks the protocol versions " + protocols + ", not " + hello.protocols()));
        }
        return hello.session()
                .filter(session -> !streams.isHeard(session))
                .map(session -> new Refusal(Hello.WRONG_PEER, NOT_HEARD));
    }

    private void refuse(HttpExchange exchange, Refusal refusal, String whom) throws IOException {
        if (refusal.reason().equals(NOT_HEARD)) {
            LOG.debug("{}: {} is to connect again: {}", self.node(), whom, refusal.reason());
        } else if (transitions.isNews(whom, refusal.reason())) {
            LOG.warn("{}: refuses {}: {}", self.node(), whom, refusal.reason());
        }
        exchange.getResponseHeaders().set(Hello.REASON, refusal.reason());
        answer(exchange, refusal.status());
    }

    private void welcome(HttpExchange exchange, Hello hello) throws IOException {
        if (stores.replaces(hello.sender())) {
            LOG.warn(
                    "{}: {} came back with another store, so it has forgotten its log and its votes; it counts for nothing"
                            + " until it has caught up",
                    self.node(),
                    hello.sender().node());
        }
        transitions.forget("a server that calls itself " + hello.sender());
        Headers headers = exchange.getResponseHeaders();
        headers.set(Hello.NODE, Long.toString(self.node().value()));
        headers.set(Hello.STORE, Hello.hex(self.storeId()));
        protocols
                .chosenWith(hello.protocols())
                .ifPresent(chosen -> headers.set(Hello.PROTOCOL, Integer.toString(chosen)));
        if (hello.session().isEmpty()) {
            headers.set(Hello.SESSION, Hello.hex(sessions.open(hello)));
        }
        answer(exchange, Hello.WELCOME);
        welcomed.accept(hello.sender().node());
    }

    private static void answer(HttpExchange exchange, int status) throws IOException {
        try (exchange) {
            exchange.sendResponseHeaders(status, -1);
        }
    }
}
