package io.balsa.raft.transport;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;
import static org.awaitility.Awaitility.await;

import io.balsa.raft.cluster.NodeId;
import io.balsa.raft.cluster.NodeIdentity;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

@DisplayName("A local network")
class LocalNetworkTest {

    private final LocalNetwork network = new LocalNetwork(1);

    @AfterEach
    void close() {
        network.close();
    }

    private LocalServerProbe server(long node) {
        return new LocalServerProbe(network, "orders", node);
    }

    @ParameterizedTest
    @DisplayName("delivers frames in the order they were sent, in each lane")
    @EnumSource(Lane.class)
    void keepsTheOrder(Lane lane) {
        LocalServerProbe one = server(1);
        LocalServerProbe two = server(2);

        IntStream.range(0, 1000).forEach(i -> one.send(2, lane, "" + i));

        await().until(() -> two.heard.size() == 1000);
        assertThat(two.heard)
                .isEqualTo(IntStream.range(0, 1000).mapToObj(i -> "n1: " + i).toList());
    }

    @Test
    @DisplayName("joins the parts of a frame to bytes that belong to the receiver, and tells the group")
    void joinsAndCopies() {
        LocalServerProbe one = server(1);
        CompletableFuture<ByteBuffer> received = new CompletableFuture<>();
        CompletableFuture<Integer> receivedGroup = new CompletableFuture<>();
        network.transport().start(new NodeIdentity("orders", NodeId.of(2), 2), new Transport.Receiver() {
            @Override
            public void onFrame(NodeId from, int group, ByteBuffer payload) {
                receivedGroup.complete(group);
                received.complete(payload);
            }

            @Override
            public void onUnreachable(NodeId peer) {}
        });
        ByteBuffer head = ByteBuffer.wrap("head,".getBytes(UTF_8));
        ByteBuffer body = ByteBuffer.wrap("body".getBytes(UTF_8)).asReadOnlyBuffer();

        one.transport.send(NodeId.of(2), new Frame(7, Lane.BULK, List.of(head, body)));
        ByteBuffer payload = received.join();
        payload.duplicate().put(0, (byte) 'H');

        assertThat(receivedGroup.join()).isEqualTo(7);
        assertThat(UTF_8.decode(payload).toString()).isEqualTo("Head,body");
        assertThat(head.get(0)).isEqualTo((byte) 'h');
    }

    @Test
    @DisplayName("keeps clusters apart, even if their servers have the same ids")
    void keepsClustersApart() {
        LocalServerProbe one = server(1);
        LocalServerProbe two = server(2);
        LocalServerProbe stranger = new LocalServerProbe(network, "invoices", 2);
        LocalServerProbe otherStranger = new LocalServerProbe(network, "invoices", 1);

        one.send(2, "to orders");
        otherStranger.send(2, "to invoices");

        await().until(() -> two.heard.size() + stranger.heard.size() == 2);
        assertThat(two.heard).containsExactly("n1: to orders");
        assertThat(stranger.heard).containsExactly("n1: to invoices");
    }

    @Test
    @DisplayName("drops what is sent to somebody who was not named as a member")
    void dropsWhatIsForStrangers() {
        LocalServerProbe one = server(1);
        LocalServerProbe two = server(2);
        one.transport.members(List.of());

        one.send(2, "lost");

        assertThat(network.droppedFrames()).isEqualTo(1);
        assertThat(two.heard).isEmpty();
    }

    @Test
    @DisplayName("drops what is sent before the transport is started")
    void dropsWhatIsSentTooEarly() {
        Frame frame = new Frame(0, Lane.URGENT, List.of(ByteBuffer.allocate(1)));

        network.transport().send(NodeId.of(2), frame);

        assertThat(network.droppedFrames()).isEqualTo(1);
    }

    @Test
    @DisplayName("counts what it delivered")
    void countsDeliveries() {
        LocalServerProbe one = server(1);
        LocalServerProbe two = server(2);

        one.send(2, "x");
        two.send(1, "y");

        await().until(() -> network.deliveredFrames() == 2);
        assertThat(network.droppedFrames()).isZero();
    }

    @Test
    @DisplayName("tells the sender that a server is not there, but once only")
    void tellsOnceThatAServerIsNotThere() {
        LocalServerProbe one = server(1);
        LocalServerProbe two = server(2);

        one.send(3, "lost");
        one.send(3, "lost, too");
        two.send(1, "after that");

        await().until(() -> !one.heard.isEmpty());
        assertThat(one.unreachable).containsExactly(NodeId.of(3));
    }

    @Test
    @DisplayName("tells the sender that a server is gone again, if it was there meanwhile")
    void tellsAgainThatAServerIsGone() {
        LocalServerProbe one = server(1);
        one.send(2, "lost");
        LocalServerProbe two = server(2);
        two.transport.close();

        one.send(2, "lost, too");

        await().until(() -> one.unreachable.size() == 2);
        assertThat(one.unreachable).containsExactly(NodeId.of(2), NodeId.of(2));
    }

    @Test
    @DisplayName("refuses a second server of the same cluster and id")
    void refusesAnIdTwice() {
        server(1);

        assertThatExceptionOfType(TransportException.class)
                .isThrownBy(() -> server(1))
                .withMessage("Server n1 of cluster 'orders' is on this local network already; close it first, or give"
                        + " this one another id.");
    }

    @Test
    @DisplayName("takes a server back that was closed, as a new one")
    void takesAServerBack() {
        LocalServerProbe one = server(1);
        server(2).transport.close();
        LocalServerProbe again = server(2);

        one.send(2, "welcome back");

        await().until(() -> again.heard.contains("n1: welcome back"));
    }

    @Test
    @DisplayName("does not start a transport twice")
    void doesNotStartTwice() {
        LocalServerProbe one = server(1);

        assertThatIllegalStateException()
                .isThrownBy(() -> one.transport.start(new NodeIdentity("orders", NodeId.of(2), 2), one));
    }

    @Test
    @DisplayName("takes no server once it is closed")
    void takesNobodyOnceClosed() {
        network.close();

        assertThatExceptionOfType(TransportException.class)
                .isThrownBy(() -> server(1))
                .withMessage("The local network that orders/n1/1 is to be started on is closed.");
    }
}
