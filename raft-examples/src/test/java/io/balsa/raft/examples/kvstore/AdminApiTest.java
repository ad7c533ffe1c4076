package io.balsa.raft.examples.kvstore;

import static org.assertj.core.api.Assertions.assertThat;

import io.balsa.raft.ChangeRefusedException;
import io.balsa.raft.NodeStoppedException;
import io.balsa.raft.NotLeaderException;
import io.balsa.raft.OutcomeUnknownException;
import io.balsa.raft.cluster.ChangeRefusal;
import io.balsa.raft.cluster.Member;
import io.balsa.raft.cluster.MembershipChange;
import io.balsa.raft.cluster.NodeId;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import tools.jackson.databind.JsonNode;

@DisplayName("The HTTP API of operators")
class AdminApiTest {

    private static final HttpClient CLIENT = HttpClient.newBuilder()
            .version(HttpClient.Version.HTTP_1_1)
            .followRedirects(HttpClient.Redirect.NEVER)
            .build();
    private static final MembershipChange NO_CHANGE = MembershipChange.begin();

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
    @DisplayName("lists the members and how they are")
    void members() throws Exception {
        assertThat(text(send("GET", "/admin/members", "")))
                .isEqualTo("{\"id\":1,\"role\":\"leader\",\"term\":3,\"leaderId\":1,\"index\":0,\"joint\":false,"
                        + "\"members\":[{\"id\":2,\"address\":\"http://raft-2:7002\",\"role\":\"follower\",\"voter\":true,"
                        + "\"standing\":\"active\",\"priority\":7,\"lastContactMillis\":12,\"lag\":3}]}");
    }

    @Test
    @DisplayName("adds, as a voter unless a learner is asked for, and replaces")
    void adds() throws Exception {
        Member four = Member.of(4, "http://d:1");

        HttpResponse<byte[]> added = send("POST", "/admin/members", "{\"id\":4,\"address\":\"http://d:1\"}");
        assertThat(added.statusCode()).isEqualTo(200);
        assertThat(json(added).path("members")).hasSize(3);
        assertThat(node.lastChange()).contains(NO_CHANGE.addVoter(four));

        send("POST", "/admin/members", "{\"id\":4,\"address\":\"http://d:1\",\"voter\":false}");
        assertThat(node.lastChange()).contains(NO_CHANGE.addLearner(four));

        send("POST", "/admin/members?ifIndex=9", "{\"id\":4,\"address\":\"http://d:1\",\"replace\":2}");
        assertThat(node.lastChange())
                .contains(NO_CHANGE.remove(NodeId.of(2)).addVoter(four).onlyIfAt(9));
    }

    @Test
    @DisplayName("removes, promotes and demotes, if asked for on a condition")
    void changes() throws Exception {
        NodeId two = NodeId.of(2);

        send("DELETE", "/admin/members/2", "");
        assertThat(node.lastChange()).contains(NO_CHANGE.remove(two));
        send("POST", "/admin/members/2/promote?ifIndex=5", "");
        assertThat(node.lastChange()).contains(NO_CHANGE.promote(two).onlyIfAt(5));
        send("POST", "/admin/members/2/demote", "{}");
        assertThat(node.lastChange()).contains(NO_CHANGE.demote(two));
    }

    @Test
    @DisplayName("changes an address or a priority and leaves the rest of the member as it is")
    void alters() throws Exception {
        send("POST", "/admin/members/2/address", "{\"address\":\"http://new:1\"}");
        assertThat(node.lastChange())
                .contains(NO_CHANGE
                        .alter(FakeNode.LEADER.withAddress("http://new:1"))
                        .onlyIfAt(0));
        send("POST", "/admin/members/2/priority?ifIndex=0", "{\"priority\":100}");
        assertThat(node.lastChange())
                .contains(NO_CHANGE.alter(FakeNode.LEADER.withPriority(100)).onlyIfAt(0));
    }

    @Test
    @DisplayName("never alters a member on a condition that it did not see hold")
    void altersOnlyWhatItSees() throws Exception {
        send("POST", "/admin/members/2/priority?ifIndex=4", "{\"priority\":1}");

        assertThat(node.lastChange().orElseThrow().expectedIndex().orElseThrow())
                .isNegative();
    }

    @Test
    @DisplayName("hands the leadership over, to whom it is told or to anybody")
    void transfers() throws Exception {
        assertThat(text(send("POST", "/admin/transfer", "{\"target\":3}"))).isEqualTo("{\"leaderId\":3}");
        assertThat(text(send("POST", "/admin/transfer", ""))).isEqualTo("{\"leaderId\":2}");
    }

    @Test
    @DisplayName("takes a snapshot, tells the newest, and lets it be fetched")
    void snapshots() throws Exception {
        assertThat(send("GET", "/admin/snapshot", "").statusCode()).isEqualTo(404);
        assertThat(json(send("GET", "/admin/snapshot/export", ""))
                        .path("reason")
                        .asString())
                .isEqualTo("NOTHING_TO_SNAPSHOT");

        String taken = text(send("POST", "/admin/snapshot", ""));

        assertThat(taken).isEqualTo("{\"index\":5,\"term\":2,\"bytes\":7,\"membershipIndex\":0}");
        assertThat(text(send("GET", "/admin/snapshot", ""))).isEqualTo(taken);
        HttpResponse<byte[]> exported = send("GET", "/admin/snapshot/export", "");
        assertThat(exported.statusCode()).isEqualTo(200);
        assertThat(exported.body()).isEqualTo(FakeSnapshots.EXPORTED);
        assertThat(exported.headers().firstValue("Content-Disposition"))
                .contains("attachment; filename=\"snapshot-5\"");
        assertThat(directory.resolve("data.downloads")).isEmptyDirectory();
    }

    @ParameterizedTest(name = "{0}")
    @EnumSource
    @DisplayName("answers 409 with the reason and a sentence when something is refused")
    void refusals(ChangeRefusal reason) throws Exception {
        node.failWith(new ChangeRefusedException(reason));

        for (HttpResponse<byte[]> response : java.util.List.of(
                send("POST", "/admin/members", "{\"id\":4,\"address\":\"http://d:1\"}"),
                send("DELETE", "/admin/members/2", ""),
                send("POST", "/admin/members/2/promote", ""),
                send("POST", "/admin/members/2/demote", ""),
                send("POST", "/admin/members/2/address", "{\"address\":\"http://d:1\"}"),
                send("POST", "/admin/members/2/priority", "{\"priority\":1}"),
                send("POST", "/admin/transfer", ""),
                send("POST", "/admin/snapshot", ""))) {
            assertThat(response.statusCode()).isEqualTo(409);
            assertThat(json(response).path("reason").asString()).isEqualTo(reason.name());
            assertThat(json(response).path("error").asString())
                    .isEqualTo(Refusals.sentence(reason))
                    .isNotBlank();
        }
    }

    @Test
    @DisplayName("says what made a snapshot fail")
    void namesTheCause() throws Exception {
        node.failWith(new ChangeRefusedException(ChangeRefusal.SNAPSHOT_FAILED, new IOException("the disk is full")));

        assertThat(json(send("POST", "/admin/snapshot", "")).path("error").asString())
                .endsWith(": the disk is full");
    }

    @Test
    @DisplayName("sends on to the leader, or says that nothing was done, or that nobody knows")
    void otherFailures() throws Exception {
        node.failWith(new NotLeaderException(Optional.of(FakeNode.LEADER)));
        assertThat(send("DELETE", "/admin/members/2", "").statusCode()).isEqualTo(503);
        node.succeed();
        assertThat(node.propose(KvCodec.encode(new KvCommand.Announce(2, "http://c:8082"))))
                .isCompleted();
        node.failWith(new NotLeaderException(Optional.of(FakeNode.LEADER)));
        HttpResponse<byte[]> response = send("DELETE", "/admin/members/2?ifIndex=7", "");
        assertThat(response.statusCode()).isEqualTo(307);
        assertThat(response.headers().firstValue("Location")).contains("http://c:8082/admin/members/2?ifIndex=7");

        node.failWith(new NodeStoppedException("closed"));
        assertThat(send("POST", "/admin/snapshot", "").statusCode()).isEqualTo(503);
        node.failWith(new OutcomeUnknownException("lost its office"));
        assertThat(text(send("POST", "/admin/transfer", ""))).isEqualTo("{\"outcome\":\"unknown\"}");
        node.failWith(new IllegalStateException("a failure nobody thought of"));
        assertThat(send("POST", "/admin/transfer", "").statusCode()).isEqualTo(504);
    }

    @ParameterizedTest(name = "{0} {1} {2} -> {3}")
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "GET    | /admin/                        | ``              | 404 | there are members",
                "GET    | /admin/nodes                   | ``              | 404 | there are members",
                "POST   | /admin/members/2/fly           | ``              | 404 | there are members",
                "POST   | /admin/members/2/promote/x     | ``              | 404 | there are members",
                "GET    | /admin/snapshot/other          | ``              | 404 | there are members",
                "PUT    | /admin/members                 | ``              | 405 | GET, POST",
                "GET    | /admin/members/2               | ``              | 405 | DELETE",
                "GET    | /admin/transfer                | ``              | 405 | POST",
                "POST   | /admin/snapshot/export         | ``              | 405 | GET",
                "DELETE | /admin/members/0               | ``              | 400 | '0' is not the id",
                "DELETE | /admin/members/x               | ``              | 400 | 'x' is not the id",
                "DELETE | /admin/members/2?ifindex=3     | ``              | 400 | only ifIndex=N",
                "DELETE | /admin/members/2?ifIndex=x     | ``              | 400 | ifIndex is a number",
                "DELETE | /admin/members/2?ifIndex       | ``              | 400 | ifIndex is a number",
                "DELETE | /admin/members/2?ifIndex=1&a=b | ``              | 400 | ifIndex is a number",
                "POST   | /admin/transfer?ifIndex=1      | ``              | 400 | means nothing here",
                "POST   | /admin/transfer                | {`target`:`3`}  | 400 | JSON",
                "POST   | /admin/transfer                | {\"target\":\"3\"} | 400 | 'target' is a whole number",
                "POST   | /admin/transfer                | {\"target\":-1} | 400 | positive",
                "POST   | /admin/snapshot                | {\"x\":1}       | 400 | 'x' means nothing",
                "POST   | /admin/members                 | ``              | 400 | JSON",
                "POST   | /admin/members                 | {}              | 400 | 'id'",
                "POST   | /admin/members                 | {\"id\":4}      | 400 | 'address'",
                "POST   | /admin/members                 | {\"id\":4,\"address\":\"d\"} | 400 | 'd' is not an address",
                "POST   | /admin/members  | {\"id\":-4,\"address\":\"http://d:1\"} | 400 | positive",
                "POST   | /admin/members  | {\"id\":4,\"address\":\"http://d:1\",\"voter\":1} | 400 | true or false",
                "POST   | /admin/members  | {\"id\":4,\"address\":\"http://d:1\",\"vote\":true} | 400 | 'vote' means nothing",
                "POST   | /admin/members/2/priority      | {\"priority\":101} | 400 | 0 to 100",
                "POST   | /admin/members/2/priority      | {}              | 400 | 'priority'",
                "POST   | /admin/members/2/address       | {\"address\":7} | 400 | 'address', a string",
                "POST   | /admin/members/2/promote       | {\"id\":2}      | 400 | 'id' means nothing",
            })
    @DisplayName("says in a sentence what is wrong with a request, and changes nothing")
    void refusesBadRequests(String method, String path, String body, int status, String sentence) throws Exception {
        HttpResponse<byte[]> response = send(method, path, body);

        assertThat(json(response).path("error").asString()).contains(sentence);
        assertThat(response.statusCode()).isEqualTo(status);
        assertThat(node.lastChange()).isEmpty();
    }

    private HttpResponse<byte[]> send(String method, String path, String body) throws Exception {
        HttpRequest request = HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + server.port() + path))
                .timeout(Duration.ofSeconds(20))
                .method(method, BodyPublishers.ofString(body))
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
