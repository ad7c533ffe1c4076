package io.balsa.raft.examples.kvstore;

import static org.assertj.core.api.Assertions.assertThat;

import io.balsa.raft.NodeStoppedException;
import io.balsa.raft.NotLeaderException;
import io.balsa.raft.OutcomeUnknownException;
import io.balsa.raft.ProposalRefusedException;
import io.balsa.raft.ProposalRefusedException.Reason;
import io.balsa.raft.ReadPolicy;
import io.balsa.raft.cluster.Member;
import io.balsa.raft.cluster.RaftRole;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;

@DisplayName("The HTTP API")
class KvApiTest {

    private static final HttpClient CLIENT = HttpClient.newBuilder()
            .version(HttpClient.Version.HTTP_1_1)
            .followRedirects(HttpClient.Redirect.NEVER)
            .build();

    private final KvStateMachine machine = new KvStateMachine();
    private final FakeNode node = new FakeNode(machine);
    private KvHttpServer server;

    @TempDir
    private Path directory;

    @BeforeEach
    void serve() throws IOException {
        server = KvHttpServer.bind(new HostPort("127.0.0.1", 0));
        Redirects redirects = new Redirects(node, machine);
        AdminApi admin = new AdminApi(node, redirects, Downloads.beside(directory.resolve("data")));
        server.start(new KvApi(node, machine, Duration.ofMillis(300), redirects, admin));
    }

    @AfterEach
    void stop() {
        server.close();
    }

    @Test
    @DisplayName("puts any bytes and gets them back")
    void putsAndGets() throws Exception {
        byte[] value = {0, -1, 10, 13, 127, -128};

        HttpResponse<byte[]> put = send("PUT", "/kv/a", value);
        HttpResponse<byte[]> got = send("GET", "/kv/a");

        assertThat(put.statusCode()).isEqualTo(200);
        assertThat(json(put).path("index").asLong()).isEqualTo(1);
        assertThat(got.statusCode()).isEqualTo(200);
        assertThat(got.body()).isEqualTo(value);
        assertThat(node.lastPolicy()).contains(ReadPolicy.LINEARIZABLE);
    }

    @Test
    @DisplayName("tells an empty value from an absent one")
    void knowsEmptyValues() throws Exception {
        send("PUT", "/kv/a", new byte[0]);

        assertThat(send("GET", "/kv/a").statusCode()).isEqualTo(200);
        assertThat(send("GET", "/kv/b").statusCode()).isEqualTo(404);
    }

    @Test
    @DisplayName("deletes, and says whether there was something to delete")
    void deletes() throws Exception {
        send("PUT", "/kv/a", new byte[] {1});

        assertThat(json(send("DELETE", "/kv/a")).path("existed").asBoolean()).isTrue();
        assertThat(json(send("DELETE", "/kv/a")).path("existed").asBoolean()).isFalse();
        assertThat(send("GET", "/kv/a").statusCode()).isEqualTo(404);
    }

    @Test
    @DisplayName("compares and sets, or answers 409 with the actual value")
    void comparesAndSets() throws Exception {
        assertThat(cas("{\"expect\": null, \"value\": \"1\"}").statusCode()).isEqualTo(200);
        assertThat(cas("{\"expect\": \"1\", \"value\": \"ä\"}").statusCode()).isEqualTo(200);

        HttpResponse<byte[]> mismatch = cas("{\"expect\": \"1\", \"value\": \"2\"}");

        assertThat(mismatch.statusCode()).isEqualTo(409);
        assertThat(text(mismatch)).isEqualTo("{\"actual\":\"ä\"}");
        assertThat(cas("{\"expect\": \"ä\", \"value\": null}").statusCode()).isEqualTo(200);
        assertThat(text(cas("{\"expect\": \"ä\", \"value\": null}"))).isEqualTo("{\"actual\":null}");
    }

    @Test
    @DisplayName("tells an actual value that is no text in base 64")
    void tellsBinaryValues() throws Exception {
        send("PUT", "/kv/a", new byte[] {-1});

        assertThat(text(cas("{\"expect\": null, \"value\": \"1\"}"))).isEqualTo("{\"actualBase64\":\"/w==\"}");
    }

    @ParameterizedTest(name = "{0}")
    @CsvSource({
        "'',                                LINEARIZABLE, 0",
        "?consistency=linearizable,         LINEARIZABLE, 0",
        "?consistency=lease,                LEASE,        0",
        "?consistency=local,                LOCAL,        0",
        "?consistency=local&minIndex=17&x=, LOCAL,        17",
        "?minIndex=0003,                    LINEARIZABLE, 3",
    })
    @DisplayName("reads as freshly as the client asks for")
    void readsAsAsked(String query, ReadPolicy policy, long minIndex) throws Exception {
        send("PUT", "/kv/a", new byte[] {1});

        assertThat(send("GET", "/kv/a" + query).body()).containsExactly(1);
        assertThat(node.lastPolicy()).contains(policy);
        assertThat(node.lastMinIndex()).isEqualTo(minIndex);
    }

    @Test
    @DisplayName("keeps keys apart that need percent-encoding")
    void decodesKeys() throws Exception {
        send("PUT", "/kv/a%2Fb%20%C3%A4+", new byte[] {7});

        assertThat(machine.value("a/b ä+")).contains(Bytes.copyOf(new byte[] {7}));
        assertThat(send("PUT", "/kv/cas", new byte[0]).statusCode()).isEqualTo(200);
        assertThat(machine.value("cas")).isPresent();
    }

    @Test
    @DisplayName("shows one look at the node, with exactly these keys")
    void showsStats() throws Exception {
        node.become(RaftRole.PRE_CANDIDATE, 4);

        assertThat(text(send("GET", "/stats")))
                .isEqualTo("{\"id\":1,\"role\":\"pre_candidate\",\"term\":4,\"leaderId\":null,\"leaderAddress\":null,"
                        + "\"commitIndex\":0,\"appliedIndex\":0,\"lastIndex\":0,\"snapshotIndex\":0,\"configuration\":{\"index\":0,"
                        + "\"members\":[{\"id\":1,\"address\":\"http://raft-1:7001\",\"voter\":true},"
                        + "{\"id\":2,\"address\":\"http://raft-2:7002\",\"voter\":true},"
                        + "{\"id\":3,\"address\":\"http://raft-3:7003\",\"voter\":true}]},"
                        + "\"members\":[{\"id\":2,\"address\":\"http://raft-2:7002\",\"role\":\"follower\",\"voter\":true,"
                        + "\"standing\":\"active\",\"priority\":7,\"lastContactMillis\":12,\"lag\":3}]}");
        node.become(RaftRole.FOLLOWER, 4);
        assertThat(json(send("GET", "/stats")).path("leaderAddress").asString()).isEqualTo("http://raft-2:7002");
    }

    @ParameterizedTest(name = "{0} {1}")
    @CsvSource({"PUT, /kv/a%20b?x=1", "DELETE, /kv/a", "POST, /kv/a/cas"})
    @DisplayName("sends a write on to the leader, to the same path there")
    void redirects(String method, String path) throws Exception {
        announce(new KvCommand.Announce(2, "http://127.0.0.1:8082"));
        node.failWith(new NotLeaderException(Optional.of(FakeNode.LEADER)));

        HttpResponse<byte[]> response =
                send(method, path, "{\"expect\":null,\"value\":null}".getBytes(StandardCharsets.UTF_8));

        assertThat(response.statusCode()).isEqualTo(307);
        assertThat(response.headers().firstValue("Location")).contains("http://127.0.0.1:8082" + path);
    }

    static Stream<RuntimeException> notApplied() {
        return Stream.of(
                new NotLeaderException(Optional.empty()),
                new NotLeaderException(Optional.of(FakeNode.LEADER)), // who did not announce itself yet
                new NotLeaderException(Optional.of(Member.of(1, "http://raft-1:7001"))), // this server itself
                new ProposalRefusedException(Reason.OVERLOADED, "too much waits"),
                new ProposalRefusedException(Reason.TIMED_OUT, "not confirmed"),
                new NodeStoppedException("closed"));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("notApplied")
    @DisplayName("answers 503 with Retry-After when a request certainly had no effect")
    void unavailable(RuntimeException failure) throws Exception {
        announce(new KvCommand.Announce(1, "http://127.0.0.1:8081"));
        node.failWith(failure);

        for (HttpResponse<byte[]> response : List.of(send("PUT", "/kv/a", new byte[] {1}), send("GET", "/kv/a"))) {
            assertThat(response.statusCode()).isEqualTo(503);
            assertThat(response.headers().firstValue("Retry-After")).contains("1");
            assertThat(json(response).path("error").asString()).isNotBlank();
        }
    }

    @Test
    @DisplayName("answers 504 when a write may have taken effect")
    void outcomeUnknown() throws Exception {
        node.failWith(new OutcomeUnknownException("lost its office"));
        HttpResponse<byte[]> response = send("PUT", "/kv/a", new byte[] {1});

        assertThat(response.statusCode()).isEqualTo(504);
        assertThat(text(response)).isEqualTo("{\"outcome\":\"unknown\"}");

        node.failWith(new IllegalStateException("a failure nobody thought of"));
        assertThat(send("PUT", "/kv/a", new byte[] {1}).statusCode()).isEqualTo(504);
    }

    @Test
    @DisplayName("waits no longer than its deadline: 504 for a write, 503 for a read")
    void deadlines() throws Exception {
        node.hang();

        assertThat(text(send("PUT", "/kv/a", new byte[] {1}))).isEqualTo("{\"outcome\":\"unknown\"}");
        assertThat(send("GET", "/kv/a").statusCode()).isEqualTo(503);
    }

    @ParameterizedTest(name = "{0} {1} -> {2}")
    @CsvSource({
        "GET,    /,                        404, there are",
        "GET,    /kv,                      404, there are",
        "GET,    /stats/x,                 404, there are",
        "GET,    /kv/,                     400, 1 to 1024 bytes",
        "PUT,    /kv/a/b,                  400, %2F",
        "PUT,    /kv/%FF,                  400, UTF-8",
        "GET,    /kv/a?consistency=stale,  400, 'linearizable, lease or local'",
        "GET,    /kv/a?consistency,        400, 'linearizable, lease or local'",
        "GET,    /kv/a?minIndex=-1,        400, minIndex is a number",
        "GET,    /kv/a?minIndex=x,         400, minIndex is a number",
        "POST,   /kv/a,                    405, knows",
        "PATCH,  /kv/a,                    405, knows",
        "PUT,    /kv/a/cas,                405, knows POST",
        "DELETE, /stats,                   405, knows GET",
    })
    @DisplayName("says in a sentence what is wrong with a request")
    void refusesBadRequests(String method, String path, int status, String sentence) throws Exception {
        HttpResponse<byte[]> response = send(method, path, new byte[] {1});

        assertThat(response.statusCode()).isEqualTo(status);
        assertThat(json(response).path("error").asString()).contains(sentence);
        assertThat(response.headers().firstValue("Allow").isPresent()).isEqualTo(status == 405);
        assertThat(node.lastIndex()).isZero();
    }

    @ParameterizedTest(name = "{0}")
    @ValueSource(
            strings = {
                "",
                "x",
                "[]",
                "{}",
                "{\"expect\":null}",
                "{\"expect\":1,\"value\":\"x\"}",
                "{\"expect\":null,\"value\":\"x\"} {}",
                "{\"expect\":null,\"value\":\"x\",\"value\":\"y\"}",
                "{\"expect\":null,\"value\":\"x\",\"other\":1}",
                "{\"expect\":null,\"value\":\"\\ud800\"}"
            })
    @DisplayName("answers 400 to a compare-and-set that is not well formed")
    void refusesMalformedCompareAndSet(String body) throws Exception {
        HttpResponse<byte[]> response = cas(body);

        assertThat(response.statusCode()).isEqualTo(400);
        assertThat(json(response).path("error").asString()).isNotBlank();
        assertThat(node.lastIndex()).isZero();
    }

    @Test
    @DisplayName("takes a value of the longest length, and answers 413 to a longer one and to a longer key 400")
    void refusesWhatIsTooLarge() throws Exception {
        assertThat(send("PUT", "/kv/a", new byte[KvCodec.MAX_VALUE_BYTES]).statusCode())
                .isEqualTo(200);

        assertThat(send("PUT", "/kv/a", new byte[KvCodec.MAX_VALUE_BYTES + 1]).statusCode())
                .isEqualTo(413);
        assertThat(send("PUT", "/kv/a", new byte[20 * KvCodec.MAX_VALUE_BYTES]).statusCode())
                .isEqualTo(413);
        assertThat(send("GET", "/kv/" + "k".repeat(1025)).statusCode()).isEqualTo(400);
        node.failWith(new ProposalRefusedException(Reason.TOO_LARGE, "too large"));
        assertThat(send("PUT", "/kv/a", new byte[1]).statusCode()).isEqualTo(413);
    }

    @Test
    @DisplayName("writes nothing of a body that broke off")
    void ignoresHalfARequest() throws Exception {
        try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), server.port())) {
            socket.getOutputStream()
                    .write("PUT /kv/a HTTP/1.1\r\nHost: x\r\nContent-Length: 10\r\n\r\nhalf"
                            .getBytes(StandardCharsets.US_ASCII));
            socket.shutdownOutput();
            InputStream in = socket.getInputStream();
            assertThat(in.readAllBytes()).doesNotContain("200".getBytes(StandardCharsets.US_ASCII));
        }

        assertThat(node.lastIndex()).isZero();
    }

    private void announce(KvCommand.Announce announcement) {
        assertThat(node.propose(KvCodec.encode(announcement))).isCompleted();
    }

    private HttpResponse<byte[]> cas(String body) throws Exception {
        return send("POST", "/kv/a/cas", body.getBytes(StandardCharsets.UTF_8));
    }

    private HttpResponse<byte[]> send(String method, String path) throws Exception {
        return send(method, path, new byte[0]);
    }

    private HttpResponse<byte[]> send(String method, String path, byte[] body) throws Exception {
        HttpRequest request = HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + server.port() + path))
                .timeout(Duration.ofSeconds(20))
                .method(method, BodyPublishers.ofByteArray(body))
                .build();
        return CLIENT.send(request, BodyHandlers.ofByteArray());
    }

    private static String text(HttpResponse<byte[]> response) {
        return new String(response.body(), StandardCharsets.UTF_8);
    }

    private static JsonNode json(HttpResponse<byte[]> response) {
        return Json.readObject(response.body());
    }
}
