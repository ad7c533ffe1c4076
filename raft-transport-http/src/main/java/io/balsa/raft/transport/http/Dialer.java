package io.balsa.raft.transport.http;

import io.balsa.raft.cluster.NodeId;
import io.balsa.raft.cluster.NodeIdentity;
import java.io.IOException;
import java.net.ConnectException;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.net.http.HttpTimeoutException;
import java.nio.channels.UnresolvedAddressException;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.Executor;

/**
 * The requests a server makes of its peers. One for a transport; safe for any number of threads, and never blocks.
 *
 * <p>Each future is the client's own, not one derived from it: only cancelling that one ends the exchange.
 */
final class Dialer {

    private static final int MAX_REASON_LENGTH = 300;

    private final NodeIdentity self;
    private final HttpTransportOptions options;
    private final HttpClient client;

    Dialer(NodeIdentity self, HttpTransportOptions options, Executor executor) {
        this.self = self;
        this.options = options;
        this.client = HttpClient.newBuilder()
                // By default each connection would begin with an attempt to upgrade, which a stream can never complete.
                .version(HttpClient.Version.HTTP_1_1)
                .proxy(HttpClient.Builder.NO_PROXY)
                .followRedirects(HttpClient.Redirect.NEVER)
                .connectTimeout(options.connectTimeout())
                .executor(executor)
                .build();
    }

    HttpClient client() {
        return client;
    }

    /** Asks to be let in; {@link #welcomedBy} reads the answer. */
    CompletableFuture<HttpResponse<Void>> hello(Address address, NodeId peer, StreamKind kind) {
        return client.sendAsync(helloRequest(address, peer, kind).build(), BodyHandlers.discarding());
    }

    /** Asks whether a stream is still heard; {@link #isHeard} reads the answer. */
    CompletableFuture<HttpResponse<Void>> probe(Address address, NodeId peer, StreamKind kind, long session) {
        HttpRequest request = helloRequest(address, peer, kind)
                .header(Hello.SESSION, Hello.hex(session))
                .build();
        return client.sendAsync(request, BodyHandlers.discarding());
    }

    /** Opens a stream; the future completes when it has ended. */
    CompletableFuture<HttpResponse<Void>> stream(Address address, long session, FramePublisher frames) {
        // No timeout here: it would end the stream, however busy.
        HttpRequest request = HttpRequest.newBuilder(address.uri(StreamHandler.PATH + "?session=" + Hello.hex(session)))
                .POST(BodyPublishers.fromPublisher(frames))
                .build();
        return client.sendAsync(request, BodyHandlers.discarding());
    }

    private HttpRequest.Builder helloRequest(Address address, NodeId peer, StreamKind kind) {
        return HttpRequest.newBuilder(address.uri(Hello.PATH))
                .POST(BodyPublishers.noBody())
                .timeout(options.requestTimeout())
                .header(Hello.CLUSTER, self.cluster())
                .header(Hello.FROM, Long.toString(self.node().value()))
                .header(Hello.STORE, Hello.hex(self.storeId()))
                .header(Hello.PROTOCOL, options.protocols().toString())
                .header(Hello.TO, Long.toString(peer.value()))
                .header(Hello.STREAM, kind.label());
    }

    /**
     * The session that this answer to a hello permits to open.
     *
     * @throws HelloRefusedException if it permits none
     */
    static long welcomedBy(HttpResponse<Void> answer, NodeId peer) throws HelloRefusedException {
        Optional<String> reason = answer.headers().firstValue(Hello.REASON);
        if (answer.statusCode() != Hello.WELCOME) {
            throw new HelloRefusedException(reason.map(Dialer::printable)
                    .map(text -> "it refuses us: " + text)
                    .orElse("what answers there, with status " + answer.statusCode() + ", is no Raft server"));
        }
        try {
            NodeId answering =
                    Hello.parseNode(answer.headers().firstValue(Hello.NODE).orElse(""));
            if (!answering.equals(peer)) {
                throw new HelloRefusedException("at this address answers " + answering);
            }
            return Hello.parseHex(answer.headers().firstValue(Hello.SESSION).orElse(""));
        } catch (IllegalArgumentException e) {
            throw new HelloRefusedException("what answers there is no Raft server");
        }
    }

    /** Whether this answer to a probe says that the stream is heard. */
    static boolean isHeard(HttpResponse<Void> answer) {
        return answer.statusCode() == Hello.WELCOME;
    }

    /** Why a request failed, for an operator. The client's own messages are often empty. */
    static String describe(Throwable failure) {
        Throwable cause = failure;
        while (cause instanceof CompletionException && cause.getCause() != null) {
            cause = cause.getCause();
        }
        if (cause instanceof HttpTimeoutException) {
            return "it does not answer in time";
        }
        for (Throwable deeper = cause; deeper != null; deeper = deeper.getCause()) {
            if (deeper instanceof UnresolvedAddressException) {
                return "the host name is unknown";
            }
        }
        if (cause instanceof ConnectException) {
            return "the connection is refused or there is no way to it";
        }
        if (cause instanceof HelloRefusedException) {
            return String.valueOf(cause.getMessage());
        }
        return cause instanceof IOException ? "the connection was closed" : "the request failed: " + cause;
    }

    /** A peer's words, fit for a log line. */
    private static String printable(String text) {
        String clean = text.replaceAll("[^\\x20-\\x7e]", "?");
        return clean.length() <= MAX_REASON_LENGTH ? clean : clean.substring(0, MAX_REASON_LENGTH);
    }
}
