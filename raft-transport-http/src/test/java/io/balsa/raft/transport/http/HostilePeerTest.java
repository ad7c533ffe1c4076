package io.balsa.raft.transport.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.balsa.raft.cluster.NodeId;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@DisplayName("Whoever sends what no peer would")
@Timeout(60)
class HostilePeerTest {

    private static final byte[] GOOD_FRAME =
            Frames.encoded(FrameType.ENTRIES, 1, ByteBuffer.allocate(4).putInt(0, 42));

    /** Nobody is given up here because the machine is busy for a moment. */
    private static final Duration SILENCE = Duration.ofSeconds(1);

    private final LogCapture log = new LogCapture();
    private final Server one = Server.start(
            1, "127.0.0.1:0", settings -> settings.silenceTimeout(SILENCE).connectTimeout(Duration.ofSeconds(2)));
    private final Server two = Server.start(2, "127.0.0.1:0", settings -> settings.silenceTimeout(SILENCE));

    @BeforeEach
    void connect() {
        Server.connect(one, two);
        awaitDelivery(-1);
    }

    @AfterEach
    void closeAndCheckThatTheOthersWereSpared() {
        try (log;
                one;
                two) {
            awaitDelivery(-2);
            assertThat(two.link().connections()).isEqualTo(1);
            assertThat(two.recorder.unreachable()).isEmpty();
        }
    }

    @Test
    @DisplayName("loses that connection, but what came before was taken")
    void losesItsConnection() throws IOException {
        try (RawPeer peer = new RawPeer(one.transport.port())) {
            peer.openStream();
            peer.sendChunk(GOOD_FRAME);
            await().until(() -> one.hasReceived(42));

            peer.sendChunk("this is not a frame, but long enough for one".getBytes(StandardCharsets.US_ASCII));

            assertThat(peer.isClosedWithoutAWord()).isTrue();
            assertThat(one.recorder.frames())
                    .filteredOn(frame -> frame.from().equals(NodeId.of(9)))
                    .hasSize(1);
            await().until(() ->
                    !log.linesWith("n1: closes the main stream from n9").isEmpty());
        }
    }

    @Test
    @DisplayName("loses its connection for a frame of another stream")
    void losesItsConnectionForTheWrongLane() throws IOException {
        try (RawPeer peer = new RawPeer(one.transport.port())) {
            peer.openStream();

            peer.sendChunk(Frames.encoded(FrameType.BULK, 1, ByteBuffer.allocate(4)));

            assertThat(peer.isClosedWithoutAWord()).isTrue();
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"0", "zzz", "", "7fffffffffffffff"})
    @DisplayName("gets no stream without a session, and no answer either")
    void getsNoStreamWithoutASession(String session) throws IOException {
        try (RawPeer peer = new RawPeer(one.transport.port())) {
            peer.beginStream(session);

            assertThat(peer.isClosedWithoutAWord()).isTrue();
        }
    }

    @Test
    @DisplayName("cannot use a session twice")
    void cannotUseASessionTwice() throws IOException {
        try (RawPeer first = new RawPeer(one.transport.port());
                RawPeer second = new RawPeer(one.transport.port())) {
            String session = first.sayHello(RawPeer.hello()).session();
            first.beginStream(session);
            first.sendChunk(GOOD_FRAME);
            await().until(() -> one.hasReceived(42));

            second.beginStream(session);

            assertThat(second.isClosedWithoutAWord()).isTrue();
        }
    }

    @Test
    @DisplayName("ends its first stream by opening another")
    void hasOneStreamOfAKind() throws IOException {
        try (RawPeer first = new RawPeer(one.transport.port());
                RawPeer second = new RawPeer(one.transport.port())) {
            first.openStream();
            first.sendChunk(GOOD_FRAME);
            await().until(() -> one.hasReceived(42));

            second.openStream();

            assertThat(first.isClosedWithoutAWord()).isTrue();
        }
    }

    @Test
    @DisplayName("loses a stream on which it says nothing")
    void losesASilentStream() throws IOException {
        try (RawPeer peer = new RawPeer(one.transport.port())) {
            peer.openStream();

            assertThat(peer.isClosedWithoutAWord()).isTrue();
        }
    }

    @Test
    @DisplayName("cannot occupy our threads with half a request")
    void cannotOccupyThreads() throws IOException {
        List<RawPeer> peers = new ArrayList<>();
        try {
            for (int i = 0; i < 40; i++) {
                RawPeer peer = new RawPeer(one.transport.port());
                peers.add(peer);
                peer.send("POST /raft/v1/hello HTTP/1.1\r\nHost:");
            }

            for (RawPeer peer : peers) {
                assertThat(peer.isClosedWithoutAWord()).isTrue();
            }
        } finally {
            for (RawPeer peer : peers) {
                peer.close();
            }
        }
    }

    @Test
    @DisplayName("harms nobody with bytes at random")
    void harmsNobodyAtRandom() throws IOException {
        Random random = new Random(3);
        for (int i = 0; i < 50; i++) {
            byte[] garbage = new byte[1 + random.nextInt(300)];
            random.nextBytes(garbage);
            try (RawPeer peer = new RawPeer(one.transport.port())) {
                peer.openStream();
                peer.sendChunk(garbage);
            }
        }

        assertThat(one.recorder.frames()).noneMatch(frame -> frame.from().equals(NodeId.of(9)));
    }

    private void awaitDelivery(int number) {
        await().untilAsserted(() -> {
            two.send(one, number);
            assertThat(one.hasReceived(number)).isTrue();
        });
    }
}
