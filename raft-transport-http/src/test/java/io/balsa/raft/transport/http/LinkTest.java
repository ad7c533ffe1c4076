package io.balsa.raft.transport.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.balsa.raft.cluster.Member;
import io.balsa.raft.cluster.NodeId;
import io.balsa.raft.transport.Frame;
import io.balsa.raft.transport.Lane;
import java.io.IOException;
import java.time.Duration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@DisplayName("A link")
@Timeout(60)
class LinkTest {

    private static final NodeId TWO = NodeId.of(2);

    private final Server one = Server.start(1);

    @AfterEach
    void close() {
        one.close();
    }

    @Test
    @DisplayName("comes back when its peer has restarted on the same port")
    void reconnectsAfterARestart() {
        Server two = Server.start(2);
        Server.connect(one, two);
        awaitDelivery(one, two, 1);
        String address = two.transport.address();

        two.close();
        await().until(() -> one.recorder.unreachable().contains(TWO));

        try (Server again = Server.start(2, address, settings -> settings)) {
            again.knows(one.member());
            awaitDelivery(one, again, 2);
            awaitDelivery(again, one, 3);
            assertThat(one.link().connections()).isEqualTo(2);
        }
    }

    @Test
    @DisplayName("follows its peer to a new address")
    void followsAChangedAddress() {
        Server two = Server.start(2);
        Server.connect(one, two);
        awaitDelivery(one, two, 1);

        two.close();
        try (Server moved = Server.start(2)) {
            one.knows(moved.member());

            awaitDelivery(one, moved, 2);
            assertThat(one.link().address()).isEqualTo(moved.transport.address());
        }
    }

    @Test
    @DisplayName("stays as it is when its peer's address changes, until it is dialled again")
    void keepsAnOpenStreamWhenTheAddressChanges() {
        try (Server two = Server.start(2)) {
            Server.connect(one, two);
            awaitDelivery(one, two, 1);

            one.knows(Member.of(2, "127.0.0.1:1"));
            awaitDelivery(one, two, 2);

            assertThat(one.link().connections()).isEqualTo(1);
        }
    }

    @Test
    @DisplayName("stays up when nothing is sent, also if the peer does not know us, and we are heard by nobody else")
    void staysUpWhenIdle() {
        try (Server two = Server.start(2)) {
            one.knows(two.member());
            awaitDelivery(one, two, 1);

            await().during(Server.SILENCE.multipliedBy(6))
                    .atMost(Duration.ofSeconds(20))
                    .until(() -> one.link().connected() && one.link().connections() == 1);

            assertThat(one.recorder.unreachable()).isEmpty();
            assertThat(two.recorder.frames()).allMatch(frame -> frame.from().equals(one.id));
        }
    }

    @Test
    @DisplayName("to a peer that hangs from the start blocks nobody, and the peer is reported as unreachable")
    void doesNotBlockIfThePeerHangs() throws IOException {
        try (MutePeer mute = MutePeer.fromTheStart();
                Server impatient =
                        Server.start(3, "127.0.0.1:0", settings -> settings.connectTimeout(Duration.ofMillis(100)))) {
            impatient.knows(Member.of(2, "127.0.0.1:" + mute.port()));
            Frame large = Frames.sized(Lane.ENTRIES, 1, 1 << 20);

            for (int i = 0; i < 100; i++) {
                impatient.send(TWO, large);
            }

            await().until(() -> impatient.recorder.unreachable().size() >= 2);
            assertThat(impatient.link().dropped().total()).isPositive();
        }
    }

    @Test
    @DisplayName("to a peer that reads nothing blocks nobody, drops what is too much, and is dialled again")
    void detectsAHalfOpenPeer() throws IOException {
        try (MutePeer mute = MutePeer.afterHello(2)) {
            one.knows(Member.of(2, "127.0.0.1:" + mute.port()));
            await().until(() -> mute.streams() == 1);
            Frame large = Frames.sized(Lane.ENTRIES, 1, 1 << 20);

            for (int i = 0; i < 100; i++) {
                one.send(TWO, large);
            }

            assertThat(one.link().dropped().queueFull()).isGreaterThan(50);
            await().until(() -> one.recorder.unreachable().contains(TWO));
            assertThat(one.link().dropped().linkLost()).isPositive();
            await().until(() -> mute.connections() >= 2);
        }
    }

    @Test
    @DisplayName("counts what it drops because a queue is full, for each lane")
    void countsWhatDoesNotFit() throws IOException {
        try (MutePeer mute = MutePeer.fromTheStart();
                Server small = Server.start(
                        3,
                        "127.0.0.1:0",
                        settings -> settings.maxQueueBytes(Lane.URGENT, 1024).maxQueueBytes(Lane.BULK, 2048))) {
            small.knows(Member.of(2, "127.0.0.1:" + mute.port()));
            int fits = 1024 - WireFrame.OVERHEAD_BYTES;

            for (int i = 0; i < 5; i++) {
                small.send(TWO, Frames.sized(Lane.URGENT, 1, fits));
                small.send(TWO, Frames.sized(Lane.BULK, 1, fits));
            }

            assertThat(small.link().dropped().queueFull()).isEqualTo(4 + 3);
        }
    }

    @Test
    @DisplayName("drops a frame that is longer than a frame may be, and goes on")
    void dropsWhatIsTooLong() {
        try (Server two = Server.start(2)) {
            Server.connect(one, two);
            awaitDelivery(one, two, 1);

            one.send(TWO, Frames.sized(Lane.ENTRIES, 2, Frame.MAX_BYTES + 1));
            awaitDelivery(one, two, 3);

            assertThat(one.link().dropped().tooLarge()).isEqualTo(1);
            assertThat(two.hasReceived(2)).isFalse();
        }
    }

    @Test
    @DisplayName("opens a stream of its own for snapshots with the first of them, and again after it was lost")
    void opensTheBulkStreamWhenNeeded() {
        Server two = Server.start(2);
        Server.connect(one, two);
        awaitDelivery(one, two, 1);

        one.send(TWO, Frames.sized(Lane.BULK, 2, 1 << 20));
        await().until(() -> two.hasReceived(2));

        String address = two.transport.address();
        two.close();
        try (Server again = Server.start(2, address, settings -> settings)) {
            await().untilAsserted(() -> {
                one.send(TWO, Frames.sized(Lane.BULK, 3, 1 << 20));
                assertThat(again.hasReceived(3)).isTrue();
            });
        }
    }

    @Test
    @DisplayName("survives a sender that is interrupted")
    void survivesAnInterruptedSender() throws InterruptedException {
        try (Server two = Server.start(2)) {
            Server.connect(one, two);
            awaitDelivery(one, two, 1);

            Thread interrupted = new Thread(() -> {
                Thread.currentThread().interrupt();
                one.send(two, 2);
            });
            interrupted.start();
            interrupted.join();

            await().until(() -> two.hasReceived(2));
            assertThat(one.link().connections()).isEqualTo(1);
        }
    }

    @Test
    @DisplayName("counts what goes over it")
    void countsTraffic() {
        try (Server two = Server.start(2)) {
            Server.connect(one, two);

            awaitDelivery(one, two, 1);

            await().until(() ->
                    two.link().received().frames() == one.link().sent().frames());
            assertThat(one.link().sent().bytes()).isGreaterThanOrEqualTo(4 + WireFrame.OVERHEAD_BYTES);
            assertThat(two.link().received().bytes()).isGreaterThanOrEqualTo(4 + WireFrame.OVERHEAD_BYTES);
        }
    }

    @Test
    @DisplayName("to an address that is none is no reason to fail, but said")
    void sparesTheOthersABadAddress() {
        try (LogCapture log = new LogCapture();
                Server two = Server.start(2)) {
            one.knows(two.member(), Member.of(3, "nowhere"));

            awaitDelivery(one, two, 1);

            assertThat(log.linesWith("cannot send to n3: 'nowhere' is no address"))
                    .hasSize(1);
        }
    }

    private static void awaitDelivery(Server from, Server to, int number) {
        await().untilAsserted(() -> {
            from.send(to, number);
            assertThat(to.hasReceived(number)).isTrue();
        });
    }
}
