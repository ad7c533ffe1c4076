package io.balsa.raft.transport.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.balsa.raft.cluster.Member;
import io.balsa.raft.cluster.NodeId;
import io.balsa.raft.cluster.NodeIdentity;
import io.balsa.raft.transport.http.RawPeer.Answer;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

@DisplayName("A hello")
class HelloTest {

    private final Server server = Server.start(1);

    @AfterEach
    void close() {
        server.close();
    }

    @Test
    @DisplayName("is answered with who we are and a session")
    void isWelcome() throws IOException {
        try (RawPeer peer = new RawPeer(server.transport.port())) {
            Answer answer = peer.sayHello(RawPeer.hello());

            assertThat(answer.status()).isEqualTo(204);
            assertThat(answer.headers())
                    .containsEntry(Hello.NODE, "1")
                    .containsEntry(Hello.STORE, "1")
                    .containsEntry(Hello.PROTOCOL, "1")
                    .containsKey(Hello.SESSION);
        }
    }

    @ParameterizedTest(name = "{0}: {1}")
    @CsvSource({
        "raft-cluster, other, 409, 'this server belongs to cluster ''test'', not ''other'''",
        "raft-to, 2, 409, 'this server is n1, not n2'",
        "raft-from, 1, 409, 'this server itself is n1; no two may have the same id'",
        "raft-protocol, 2-3, 426, 'this server speaks the protocol versions 1-1, not 2-3'",
        "raft-session, abc, 409, 'nothing is heard of this session'",
        "raft-cluster, 'a b', 400, 'the header ''raft-cluster'' is malformed'",
        "raft-from, 0, 400, 'the header ''raft-from'' is malformed'",
        "raft-store, xyz, 400, 'the header ''raft-store'' is malformed'",
        "raft-protocol, 3-2, 400, 'the header ''raft-protocol'' is malformed'",
        "raft-protocol, 99999999999-2, 400, 'the header ''raft-protocol'' is malformed'",
        "raft-stream, x, 400, 'the header ''raft-stream'' is malformed'"
    })
    @DisplayName("that is wrong is refused with the reason and without a body")
    void isRefused(String header, String value, int status, String reason) throws IOException {
        try (RawPeer peer = new RawPeer(server.transport.port())) {
            Answer answer = peer.sayHello(RawPeer.helloBut(header, value));

            assertThat(answer.status()).isEqualTo(status);
            assertThat(answer.headers())
                    .containsEntry(Hello.REASON, reason)
                    .containsEntry("content-length", "0")
                    .doesNotContainKey(Hello.SESSION);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {Hello.CLUSTER, Hello.FROM, Hello.STORE, Hello.PROTOCOL, Hello.TO, Hello.STREAM})
    @DisplayName("that lacks a header is refused with its name")
    void isRefusedIfIncomplete(String header) throws IOException {
        Map<String, String> headers = RawPeer.hello();
        headers.remove(header);

        try (RawPeer peer = new RawPeer(server.transport.port())) {
            Answer answer = peer.sayHello(headers);

            assertThat(answer.status()).isEqualTo(400);
            assertThat(answer.headers()).containsEntry(Hello.REASON, "the header '" + header + "' is missing");
        }
    }

    @Test
    @DisplayName("of a double, with the same id but another store, is refused while the first is heard")
    void refusesADouble() throws IOException {
        try (RawPeer first = new RawPeer(server.transport.port());
                RawPeer second = new RawPeer(server.transport.port())) {
            first.openStream();
            first.sendChunk(Frames.encoded(FrameType.ENTRIES, 1, ByteBuffer.allocate(4)));
            await().until(() -> server.hasReceived(0));
            first.sendChunk(Frames.encoded(FrameType.KEEP_ALIVE, 0, ByteBuffer.allocate(0)));

            Answer answer = second.sayHello(RawPeer.helloBut(Hello.STORE, "dead"));

            assertThat(answer.status()).isEqualTo(409);
            assertThat(answer.headers().get(Hello.REASON)).contains("another store is connected already");
        }
    }

    @Test
    @DisplayName(
            "of a server that came back with another store is welcome, and logged: what it counts for is Raft's business")
    void welcomesWhoLostItsStore() throws IOException {
        try (RawPeer first = new RawPeer(server.transport.port())) {
            assertThat(first.sayHello(RawPeer.hello()).status()).isEqualTo(204);
        }

        try (LogCapture log = new LogCapture();
                RawPeer wiped = new RawPeer(server.transport.port());
                RawPeer again = new RawPeer(server.transport.port())) {
            assertThat(wiped.sayHello(RawPeer.helloBut(Hello.STORE, "dead")).status())
                    .isEqualTo(204);
            assertThat(again.sayHello(RawPeer.helloBut(Hello.STORE, "dead")).status())
                    .isEqualTo(204);

            assertThat(log.linesWith("came back with another store")).hasSize(1);
        }
    }

    @Test
    @DisplayName("that is refused is logged once on each side, however often it is tried, and the peer is unreachable")
    void isLoggedOncePerTransition() {
        try (LogCapture log = new LogCapture();
                HttpTransport stranger =
                        HttpTransport.builder().listen("127.0.0.1:0").build()) {
            Recorder atStranger = new Recorder();
            stranger.start(new NodeIdentity("other", NodeId.of(2), 5), atStranger);
            stranger.members(List.of(new Member(server.id, server.transport.address())));

            await().until(() -> atStranger.unreachable().size() >= 3);

            assertThat(log.linesWith("n1: refuses a server that calls itself other/n2/5"))
                    .hasSize(1);
            assertThat(log.linesWith("n2: cannot send to n1"))
                    .singleElement()
                    .asString()
                    .contains("it refuses us: this server belongs to cluster 'test', not 'other'");
        }
    }

    @Test
    @DisplayName("to another node than the one at the address leads nowhere")
    void isForOneNodeOnly() {
        try (LogCapture log = new LogCapture();
                Server other = Server.start(2)) {
            other.knows(Member.of(3, server.transport.address()));

            await().until(() -> other.recorder.unreachable().size() >= 2);

            assertThat(log.linesWith("it refuses us: this server is n1, not n3"))
                    .hasSize(1);
            assertThat(other.link().connected()).isFalse();
        }
    }

    @Test
    @DisplayName("between servers that share no version leads nowhere, and says why")
    void needsACommonVersion() {
        try (LogCapture log = new LogCapture();
                Server newer = Server.start(2, "127.0.0.1:0", settings -> settings.protocols(2, 3))) {
            newer.knows(server.member());

            await().until(() -> newer.recorder.unreachable().size() >= 2);

            assertThat(log.linesWith("it refuses us: this server speaks the protocol versions 1-1, not 2-3"))
                    .hasSize(1);
        }
    }
}
