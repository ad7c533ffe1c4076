package io.balsa.raft.transport.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.balsa.raft.cluster.Member;
import io.balsa.raft.cluster.NodeId;
import io.balsa.raft.cluster.NodeIdentity;
import io.balsa.raft.transport.Frame;
import io.balsa.raft.transport.Lane;
import io.balsa.raft.transport.Transport;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@DisplayName("A round trip")
@Timeout(120)
class LatencyTest {

    private static final long DELAYED_ACKNOWLEDGEMENT_NANOS = TimeUnit.MILLISECONDS.toNanos(20);

    @ParameterizedTest(name = "of {0} bytes")
    @ValueSource(ints = {256, 16 << 10})
    @DisplayName("waits for no delayed acknowledgement")
    void isShort(int bytes) throws InterruptedException {
        Semaphore replies = new Semaphore(0);
        try (HttpTransport echo = HttpTransport.builder().listen("127.0.0.1:0").build();
                HttpTransport caller =
                        HttpTransport.builder().listen("127.0.0.1:0").build()) {
            NodeId echoId = NodeId.of(2);
            NodeId callerId = NodeId.of(3);
            echo.start(new NodeIdentity("test", echoId, 2), answeringWith(echo));
            caller.start(new NodeIdentity("test", callerId, 3), releasing(replies));
            echo.members(List.of(Member.of(3, caller.address())));
            caller.members(List.of(Member.of(2, echo.address())));
            Frame frame = Frames.sized(Lane.ENTRIES, 1, bytes);
            await().until(() -> {
                caller.send(echoId, frame);
                caller.flush();
                return replies.tryAcquire();
            });
            roundTrips(caller, echoId, frame, replies, 500);

            long[] nanos = roundTrips(caller, echoId, frame, replies, 1000);

            Arrays.sort(nanos);
            assertThat(nanos[nanos.length / 2]).isLessThan(DELAYED_ACKNOWLEDGEMENT_NANOS);
        }
    }

    private static long[] roundTrips(Transport caller, NodeId to, Frame frame, Semaphore replies, int count)
            throws InterruptedException {
        long[] nanos = new long[count];
        replies.drainPermits();
        for (int i = 0; i < count; i++) {
            long start = System.nanoTime();
            caller.send(to, frame);
            caller.flush();
            assertThat(replies.tryAcquire(10, TimeUnit.SECONDS)).isTrue();
            nanos[i] = System.nanoTime() - start;
        }
        return nanos;
    }

    private static Transport.Receiver answeringWith(Transport transport) {
        return new Transport.Receiver() {
            @Override
            public void onFrame(NodeId from, int group, ByteBuffer payload) {
                transport.send(from, new Frame(group, Lane.ENTRIES, List.of(payload)));
                transport.flush();
            }

            @Override
            public void onUnreachable(NodeId peer) {}
        };
    }

    private static Transport.Receiver releasing(Semaphore replies) {
        return new Transport.Receiver() {
            @Override
            public void onFrame(NodeId from, int group, ByteBuffer payload) {
                replies.release();
            }

            @Override
            public void onUnreachable(NodeId peer) {}
        };
    }
}
