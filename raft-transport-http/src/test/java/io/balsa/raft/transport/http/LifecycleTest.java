package io.balsa.raft.transport.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.balsa.raft.cluster.Member;
import io.balsa.raft.cluster.NodeId;
import io.balsa.raft.cluster.NodeIdentity;
import io.balsa.raft.transport.Lane;
import io.balsa.raft.transport.TransportException;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.time.Duration;
import java.util.List;
import java.util.regex.Pattern;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

@DisplayName("A transport")
@Timeout(60)
class LifecycleTest {

    private static final NodeIdentity SELF = new NodeIdentity("test", NodeId.of(1), 1);
    private static final Pattern OURS = Pattern.compile("raft-.*|HTTP-Dispatcher|idle-timeout-task");
    private static final Pattern OF_THE_CLIENT = Pattern.compile("HttpClient-.*");

    @Test
    @DisplayName("says so in one sentence if the port is taken, and leaves nothing behind")
    void tellsOfATakenPort() throws IOException {
        awaitNoThreads(OURS);
        try (ServerSocket other = new ServerSocket(0, 1, InetAddress.getLoopbackAddress());
                HttpTransport transport = HttpTransport.builder()
                        .listen("127.0.0.1:" + other.getLocalPort())
                        .build()) {

            assertThatThrownBy(() -> transport.start(SELF, new Recorder()))
                    .isInstanceOf(TransportException.class)
                    .hasMessage("Cannot listen at 127.0.0.1:" + other.getLocalPort()
                            + ": the port is taken; stop whatever uses it, or choose another");

            awaitNoThreads(OURS);
        }
    }

    @ParameterizedTest
    @CsvSource({
        "192.0.2.1:7001, 'Cannot listen at 192.0.2.1:7001: this machine has no such address'",
        "no-such-host.invalid:7001, 'Cannot listen at no-such-host.invalid:7001: the host name is unknown'",
        "nonsense, 'Cannot listen: ''nonsense'' is no address: expected host:port'"
    })
    @DisplayName("says so in one sentence if the address is none of ours, and leaves nothing behind")
    void tellsOfABadAddress(String address, String sentence) {
        try (HttpTransport transport = HttpTransport.builder().listen(address).build()) {
            assertThatThrownBy(() -> transport.start(SELF, new Recorder()))
                    .isInstanceOf(TransportException.class)
                    .hasMessageStartingWith(sentence);

            awaitNoThreads(OURS);
        }
    }

    @Test
    @DisplayName("can be started after it could not, for the reason may be gone")
    void startsOnceThePortIsFree() throws IOException {
        ServerSocket other = new ServerSocket(0, 1, InetAddress.getLoopbackAddress());
        try (HttpTransport transport = HttpTransport.builder()
                .listen("127.0.0.1:" + other.getLocalPort())
                .build()) {
            assertThatThrownBy(() -> transport.start(SELF, new Recorder())).isInstanceOf(TransportException.class);
            other.close();

            transport.start(SELF, new Recorder());

            assertThat(transport.port()).isEqualTo(other.getLocalPort());
        }
    }

    @Test
    @DisplayName("is closed within a second with open streams, and leaves no thread behind")
    void closesInTime() {
        awaitNoThreads(OURS);
        Server one = Server.start(1);
        Server two = Server.start(2);
        Server.connect(one, two);
        for (Lane lane : Lane.values()) {
            int number = lane.name().length();
            await().untilAsserted(() -> {
                one.send(two.id, Frames.numbered(lane, number));
                two.send(one.id, Frames.numbered(lane, number));
                assertThat(one.hasReceived(number)).isTrue();
                assertThat(two.hasReceived(number)).isTrue();
            });
        }

        Duration spent = timed(() -> {
            one.close();
            two.close();
        });

        assertThat(spent).isLessThan(Duration.ofSeconds(2));
        assertThat(namesOf(OURS)).isEmpty();
        // On 17 the client's thread lives until the client is found to be garbage; its owners above are still here.
        await().untilAsserted(() -> {
            if (Runtime.version().feature() < 21) {
                System.gc();
            }
            assertThat(namesOf(OF_THE_CLIENT)).isEmpty();
        });
        assertThat(one.transport.links()).isEmpty();
    }

    @Test
    @DisplayName("is closed in time while it dials a peer that hangs")
    void closesInTimeWhileDialling() throws IOException {
        try (MutePeer mute = MutePeer.fromTheStart()) {
            Server one = Server.start(1);
            one.knows(Member.of(2, "127.0.0.1:" + mute.port()));
            await().until(() -> mute.connections() > 0);

            assertThat(timed(one::close)).isLessThan(Duration.ofSeconds(1));
            assertThat(namesOf(OURS)).isEmpty();
        }
    }

    @Test
    @DisplayName("can be closed without being started, and not started afterwards")
    void closesUnstarted() {
        HttpTransport transport = HttpTransport.builder().listen("127.0.0.1:0").build();
        transport.close();

        assertThatThrownBy(() -> transport.start(SELF, new Recorder())).isInstanceOf(IllegalStateException.class);
        assertThatThrownBy(transport::port).isInstanceOf(IllegalStateException.class);
    }

    @Test
    @DisplayName("must be told where to listen, and sane numbers")
    void refusesBadSettings() {
        HttpTransport.Builder builder = HttpTransport.builder();

        assertThatThrownBy(builder::build).isInstanceOf(IllegalStateException.class);
        assertThatThrownBy(() -> builder.maxFrameBytes(0)).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> builder.maxQueueBytes(Lane.BULK, 1)).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> builder.connectTimeout(Duration.ZERO)).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> builder.silenceTimeout(Duration.ofDays(1)))
                .isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> builder.reconnect(Duration.ofSeconds(2), Duration.ofSeconds(1)))
                .isInstanceOf(IllegalArgumentException.class);
    }

    private static Duration timed(Runnable work) {
        long start = System.nanoTime();
        work.run();
        return Duration.ofNanos(System.nanoTime() - start);
    }

    private static void awaitNoThreads(Pattern names) {
        await().untilAsserted(() -> assertThat(namesOf(names)).isEmpty());
    }

    private static List<String> namesOf(Pattern names) {
        return Thread.getAllStackTraces().keySet().stream()
                .map(Thread::getName)
                .filter(name -> names.matcher(name).matches())
                .toList();
    }
}
