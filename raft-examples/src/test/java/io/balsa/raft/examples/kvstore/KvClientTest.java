package io.balsa.raft.examples.kvstore;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.InstanceOfAssertFactories.type;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import io.balsa.raft.Outcome;
import io.balsa.raft.examples.kvstore.KvClient.UnknownOutcome;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Queue;
import org.assertj.core.api.AbstractThrowableAssert;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@DisplayName("The client")
class KvClientTest {

    private static final Duration LONG = Duration.ofSeconds(20);
    private static final byte[] VALUE = {1};

    private final List<Scripted> servers = new ArrayList<>();

    @AfterEach
    void stop() {
        servers.forEach(Scripted::close);
    }

    @Test
    @DisplayName("follows a redirect, and goes to the leader directly from then on")
    void followsRedirects() throws Exception {
        Scripted leader = serve("200", "200");
        Scripted follower = serve("307 " + leader.uri);
        KvClient client = new KvClient(List.of(follower.uri), LONG, UnknownOutcome.FAIL);

        client.put("a b", VALUE);
        client.put("c", VALUE);

        assertThat(follower.seen).containsExactly("PUT /kv/a%20b");
        assertThat(leader.seen).containsExactly("PUT /kv/a%20b", "PUT /kv/c");
    }

    @Test
    @DisplayName("tries anything again after 503 and after a refused connection, on the next server")
    void triesAgainWhatDidNotHappen() throws Exception {
        Scripted busy = serve("503", "503");
        Scripted fine = serve("503", "200");
        List<URI> cluster = List.of(LocalCluster.freeAddresses(1).get(0), busy.uri, fine.uri);

        assertThat(new KvClient(cluster, LONG, UnknownOutcome.FAIL).compareAndSet("k", null, "v"))
                .isEmpty();

        assertThat(busy.seen).hasSize(2);
        assertThat(fine.seen).containsExactly("POST /kv/k/cas", "POST /kv/k/cas");
    }

    @Test
    @DisplayName("gives up at its deadline and says that nothing was done")
    void givesUp() throws Exception {
        List<URI> cluster = LocalCluster.freeAddresses(2);
        KvClient client = new KvClient(cluster, Duration.ofMillis(300), UnknownOutcome.FAIL);

        assertThatClientFails(() -> client.put("k", VALUE), Outcome.NOT_APPLIED)
                .hasMessageContaining("nothing was done");
    }

    @Test
    @DisplayName("does not run in circles when two servers each name the other")
    void redirectsInCircles() throws Exception {
        Scripted first = serve();
        Scripted second = serve();
        first.fallback = "307 " + second.uri;
        second.fallback = "307 " + first.uri;
        KvClient client = new KvClient(List.of(first.uri, second.uri), Duration.ofSeconds(2), UnknownOutcome.FAIL);

        assertThatClientFails(() -> client.put("k", VALUE), Outcome.NOT_APPLIED)
                .hasMessageContaining("too often or too late");
        assertThat(first.seen.size() + second.seen.size()).isLessThan(300);
    }

    @ParameterizedTest(name = "{0}")
    @ValueSource(strings = {"504", "break"})
    @DisplayName("does not repeat a write whose outcome is unknown")
    void doesNotRepeatUnknownWrites(String answer) throws Exception {
        Scripted server = serve(answer, answer, answer);
        KvClient client = new KvClient(List.of(server.uri), LONG, UnknownOutcome.FAIL);

        assertThatClientFails(() -> client.put("k", VALUE), Outcome.UNKNOWN);
        assertThatClientFails(() -> client.delete("k"), Outcome.UNKNOWN);
        assertThatClientFails(() -> client.compareAndSet("k", null, "v"), Outcome.UNKNOWN);

        assertThat(server.seen).containsExactly("PUT /kv/k", "DELETE /kv/k", "POST /kv/k/cas");
    }

    @ParameterizedTest(name = "{0}")
    @ValueSource(strings = {"504", "break"})
    @DisplayName("repeats an unknown put or delete when told to, but never a compare-and-set")
    void repeatsWhenTold(String answer) throws Exception {
        Scripted server = serve(answer, "200", answer, "200", answer);
        KvClient client = new KvClient(List.of(server.uri), LONG, UnknownOutcome.RETRY);

        client.put("k", VALUE);
        client.delete("k");
        assertThatClientFails(() -> client.compareAndSet("k", null, "v"), Outcome.UNKNOWN);

        assertThat(server.seen)
                .containsExactly("PUT /kv/k", "PUT /kv/k", "DELETE /kv/k", "DELETE /kv/k", "POST /kv/k/cas");
    }

    @Test
    @DisplayName("remembers that an earlier attempt may have happened when it gives up")
    void remembersUnknownAttempts() throws Exception {
        Scripted server = serve("504");
        server.fallback = "503";
        KvClient client = new KvClient(List.of(server.uri), Duration.ofMillis(300), UnknownOutcome.RETRY);

        assertThatClientFails(() -> client.put("k", VALUE), Outcome.UNKNOWN);
    }

    @ParameterizedTest(name = "{0}")
    @ValueSource(strings = {"504", "503", "break"})
    @DisplayName("always repeats a read")
    void repeatsReads(String answer) throws Exception {
        Scripted server = serve(answer, "200 v", answer, "404");
        KvClient client = new KvClient(List.of(server.uri), LONG, UnknownOutcome.FAIL);

        assertThat(client.get("k"))
                .hasValueSatisfying(value -> assertThat(value).asString().isEqualTo("v"));
        assertThat(client.get("k")).isEmpty();
    }

    @Test
    @DisplayName("tells other answers as they are, without trying again")
    void tellsOtherAnswers() throws Exception {
        Scripted server = serve("413", "409 {\"actual\":\"x\"}");
        KvClient client = new KvClient(List.of(server.uri), LONG, UnknownOutcome.RETRY);

        assertThatClientFails(() -> client.put("k", VALUE), Outcome.NOT_APPLIED).hasMessageContaining("413");
        assertThat(client.compareAndSet("k", "a", "b"))
                .hasValueSatisfying(
                        answer -> assertThat(answer.path("actual").asString()).isEqualTo("x"));
        assertThat(server.seen).hasSize(2);
    }

    private static AbstractThrowableAssert<?, ? extends Throwable> assertThatClientFails(
            org.assertj.core.api.ThrowableAssert.ThrowingCallable call, Outcome outcome) {
        AbstractThrowableAssert<?, ? extends Throwable> failure =
                assertThatThrownBy(call).isInstanceOf(KvClientException.class);
        failure.asInstanceOf(type(KvClientException.class))
                .extracting(KvClientException::outcome)
                .isEqualTo(outcome);
        return failure;
    }

    private Scripted serve(String... answers) throws IOException {
        Scripted server = new Scripted(answers);
        servers.add(server);
        return server;
    }

    /** Answers each request by the next line of its script: a status, or "break", and what goes with it. */
    private static final class Scripted {

        private final HttpServer server =
                HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        private final URI uri =
                URI.create("http://127.0.0.1:" + server.getAddress().getPort());
        private final Queue<String> script = new ArrayDeque<>();
        private final List<String> seen = Collections.synchronizedList(new ArrayList<>());
        private volatile String fallback = "500";

        Scripted(String... answers) throws IOException {
            script.addAll(Arrays.asList(answers));
            server.createContext("/", this::answer);
            server.start();
        }

        private void answer(HttpExchange exchange) throws IOException {
            exchange.getRequestBody().readAllBytes();
            seen.add(exchange.getRequestMethod() + " " + exchange.getRequestURI());
            String line = script.isEmpty() ? fallback : script.remove();
            if (line.equals("break")) {
                throw new IOException("breaks the connection");
            }
            String body = line.length() > 4 ? line.substring(4) : "{}";
            if (line.startsWith("307")) {
                exchange.getResponseHeaders().set("Location", body + exchange.getRequestURI());
            }
            byte[] bytes = body.getBytes(StandardCharsets.UTF_8);
            exchange.sendResponseHeaders(Integer.parseInt(line.substring(0, 3)), bytes.length);
            exchange.getResponseBody().write(bytes);
            exchange.close();
        }

        void close() {
            server.stop(0);
        }
    }
}
