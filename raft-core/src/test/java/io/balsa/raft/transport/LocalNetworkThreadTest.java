package io.balsa.raft.transport;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.balsa.raft.cluster.NodeId;
import java.nio.ByteBuffer;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.function.Consumer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

@DisplayName("The thread of a local network")
class LocalNetworkThreadTest {

    private final LocalNetwork network = new LocalNetwork(1);
    private final CompletableFuture<Thread> thread = new CompletableFuture<>();

    @AfterEach
    void close() {
        network.close();
    }

    private LocalServerProbe server(long node) {
        return server(node, it -> thread.complete(Thread.currentThread()));
    }

    /** A server that does something with each frame. */
    private LocalServerProbe server(long node, Consumer<LocalServerProbe> action) {
        return new LocalServerProbe(network, "orders", node) {
            @Override
            public void onFrame(NodeId from, int group, ByteBuffer payload) {
                super.onFrame(from, group, payload);
                action.accept(this);
            }
        };
    }

    @Test
    @DisplayName("is a daemon with a name")
    void isADaemonWithAName() {
        server(1);
        server(2).send(1, "who calls?");

        assertThat(thread.join().getName()).isEqualTo("raft-local-network");
        assertThat(thread.join().isDaemon()).isTrue();
    }

    @Test
    @DisplayName("is gone when the network is closed")
    void endsWithTheNetwork() {
        server(1);
        server(2).send(1, "who calls?");
        thread.join();

        network.close();

        assertThat(thread.join().isAlive()).isFalse();
    }

    @Test
    @DisplayName("is gone when the last transport is closed, and no sooner")
    void endsWithTheLastTransport() {
        LocalServerProbe one = server(1);
        LocalServerProbe two = server(2);
        two.send(1, "who calls?");
        thread.join();

        one.transport.close();
        assertThat(thread.join().isAlive()).isTrue();
        two.transport.close();

        assertThat(thread.join().isAlive()).isFalse();
    }

    @Test
    @DisplayName("is followed by another when servers come back")
    void isFollowedByAnother() {
        server(1).transport.close();
        LocalServerProbe one = server(1);

        server(2).send(1, "back again");

        await().until(() -> one.heard.contains("n2: back again"));
    }

    @Test
    @DisplayName("goes on when a receiver throws")
    void goesOnWhenAReceiverThrows() {
        LocalServerProbe one = server(1, it -> {
            throw new IllegalStateException("thrown by a test");
        });
        LocalServerProbe two = server(2);

        two.send(1, "first");
        two.send(1, "second");

        await().until(() -> one.heard.contains("n2: second"));
    }

    @Test
    @DisplayName("goes on when a receiver interrupts it")
    void goesOnWhenAReceiverInterrupts() {
        LocalServerProbe one = server(1, it -> Thread.currentThread().interrupt());
        LocalServerProbe two = server(2);

        two.send(1, "first");
        await().until(() -> one.heard.size() == 1);
        two.send(1, "second");

        await().until(() -> one.heard.contains("n2: second"));
    }

    @Test
    @DisplayName("may close the transport whose receiver it calls, and calls it no more")
    void mayCloseTheTransportItCalls() {
        LocalServerProbe one = server(1, it -> it.transport.close());
        LocalServerProbe two = server(2);
        LocalServerProbe three = server(3);

        two.send(1, "first");
        two.send(1, "second");
        two.send(3, "after that");

        await().until(() -> !three.heard.isEmpty());
        assertThat(one.heard).containsExactly("n2: first");
    }

    @Test
    @DisplayName("may close the whole network, and ends")
    void mayCloseTheNetwork() {
        server(1, it -> {
            network.close();
            thread.complete(Thread.currentThread());
        });

        server(2).send(1, "close");

        await().until(() -> !thread.join().isAlive());
    }

    @Test
    @DisplayName("has returned from a receiver when its transport is closed")
    void hasReturnedWhenATransportIsClosed() {
        CountDownLatch called = new CountDownLatch(1);
        CountDownLatch mayReturn = new CountDownLatch(1);
        LocalServerProbe one = server(1, it -> {
            called.countDown();
            awaitUninterruptibly(mayReturn);
            it.heard.add("returned");
        });
        server(2).send(1, "x");
        awaitUninterruptibly(called);
        CompletableFuture<String> lastHeard = new CompletableFuture<>();
        Thread closing = new Thread(() -> {
            one.transport.close();
            lastHeard.complete(one.heard.get(one.heard.size() - 1));
        });

        closing.start();
        await().until(() -> closing.getState() == Thread.State.TIMED_WAITING);
        mayReturn.countDown();

        assertThat(lastHeard.join()).isEqualTo("returned");
    }

    @Test
    @DisplayName("calls no receiver after its transport was closed, whatever is on its way")
    void callsNobodyAfterClosing() {
        LocalServerProbe one = server(1);
        LocalServerProbe two = server(2);
        LocalServerProbe three = server(3);
        Gate gate = new Gate(network);
        two.send(1, "on its way");

        one.transport.close();
        gate.open();
        two.send(3, "after that");

        await().until(() -> !three.heard.isEmpty());
        assertThat(one.heard).isEmpty();
        assertThat(network.droppedFrames()).isEqualTo(1);
        assertThat(two.unreachable).containsExactly(NodeId.of(1));
    }

    private static void awaitUninterruptibly(CountDownLatch latch) {
        try {
            latch.await();
        } catch (InterruptedException e) {
            throw new IllegalStateException("nobody interrupts a test", e);
        }
    }
}
