package io.balsa.raft.transport.http;

import static org.assertj.core.api.Assertions.assertThat;

import io.balsa.raft.transport.Lane;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Queue;
import java.util.concurrent.Flow;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

@DisplayName("The body of a stream")
class FramePublisherTest {

    /** Asks for nothing by itself. */
    private static final class Client implements Flow.Subscriber<ByteBuffer> {
        private final List<ByteBuffer> buffers = new ArrayList<>();
        private final List<Throwable> errors = new ArrayList<>();

        @Override
        public void onSubscribe(Flow.Subscription subscription) {}

        @Override
        public void onNext(ByteBuffer buffer) {
            buffers.add(buffer);
        }

        @Override
        public void onError(Throwable error) {
            errors.add(error);
        }

        @Override
        public void onComplete() {}

        /** What came, as numbers; frames of our own do not count. */
        List<Integer> numbers() throws IOException {
            ByteArrayOutputStream wire = new ByteArrayOutputStream();
            buffers.forEach(
                    buffer -> wire.write(buffer.array(), buffer.arrayOffset() + buffer.position(), buffer.remaining()));
            FrameReader reader = new FrameReader(new ByteArrayInputStream(wire.toByteArray()), 1 << 20);
            List<Integer> numbers = new ArrayList<>();
            for (Optional<WireFrame> next = reader.next(); next.isPresent(); next = reader.next()) {
                numbers.add(ByteBuffer.wrap(next.get().payload()).getInt());
            }
            return numbers;
        }
    }

    private final FrameQueue queue = new FrameQueue(Map.of(Lane.URGENT, 1 << 20, Lane.ENTRIES, 4 << 20));
    private final Queue<Runnable> handedOver = new ArrayDeque<>();
    private final List<String> told = new ArrayList<>();
    private final Client client = new Client();
    private final FramePublisher publisher =
            new FramePublisher(queue, new LinkCounters(), handedOver::add, new FramePublisher.Listener() {
                @Override
                public void onOpen() {
                    told.add("open");
                }

                @Override
                public void onClosed() {
                    told.add("closed");
                }
            });

    @BeforeEach
    void subscribe() {
        publisher.subscribe(client);
    }

    @Test
    @DisplayName("lets urgent frames overtake all that waits")
    void urgentFramesOvertake() throws IOException {
        queue.offer(Frames.numbered(Lane.ENTRIES, 1));
        queue.offer(Frames.numbered(Lane.ENTRIES, 2));
        queue.offer(Frames.numbered(Lane.URGENT, 3));

        publisher.request(1);

        assertThat(client.buffers).hasSize(1);
        assertThat(client.numbers()).containsExactly(3, 1, 2);
    }

    @Test
    @DisplayName("sends nothing unasked, and what waits when asked")
    void waitsForDemand() throws IOException {
        queue.offer(Frames.numbered(Lane.ENTRIES, 1));
        publisher.flush();
        assertThat(client.buffers).isEmpty();

        publisher.request(1);

        assertThat(client.numbers()).containsExactly(1);
    }

    @Test
    @DisplayName("sends on the thread that flushes if there is little, once there is demand")
    void flushesOnTheCallingThread() throws IOException {
        publisher.request(1);
        queue.offer(Frames.numbered(Lane.ENTRIES, 1));

        publisher.flush();

        assertThat(client.numbers()).containsExactly(1);
        assertThat(handedOver).isEmpty();
    }

    @Test
    @DisplayName("leaves it to another thread to send much, and never makes a buffer larger than 64 KiB")
    void handsOverWhatIsMuch() throws IOException {
        publisher.request(100);
        queue.offer(Frames.sized(Lane.ENTRIES, 1, 1 << 20));
        queue.offer(Frames.sized(Lane.ENTRIES, 2, 100));

        publisher.flush();
        assertThat(client.buffers).isEmpty();
        handedOver.remove().run();

        assertThat(client.numbers()).containsExactly(1, 2);
        assertThat(client.buffers).allMatch(buffer -> buffer.remaining() <= FramePublisher.BUFFER_BYTES);
    }

    @Test
    @DisplayName("never writes on a thread that is interrupted, for that would close the connection")
    void handsOverFromAnInterruptedThread() throws IOException {
        publisher.request(1);
        queue.offer(Frames.numbered(Lane.ENTRIES, 1));

        Thread.currentThread().interrupt();
        publisher.flush();
        assertThat(Thread.interrupted()).isTrue();

        assertThat(client.buffers).isEmpty();
        handedOver.remove().run();
        assertThat(client.numbers()).containsExactly(1);
    }

    @Test
    @DisplayName("sends the newest keep-alive first, and only that")
    void sendsTheNewestKeepAliveFirst() throws IOException {
        queue.offer(Frames.numbered(Lane.URGENT, 1));
        publisher.keepAlive(ByteBuffer.allocate(8).putInt(0, 8));
        publisher.keepAlive(ByteBuffer.allocate(8).putInt(0, 9));

        publisher.request(1);

        assertThat(client.numbers()).containsExactly(9, 1);
    }

    @Test
    @DisplayName("exists once: whoever subscribes second is turned away")
    void refusesASecondSubscriber() {
        Client second = new Client();

        publisher.subscribe(second);

        assertThat(second.errors).singleElement().isInstanceOf(IllegalStateException.class);
        assertThat(told).containsExactly("open");
    }

    @Test
    @DisplayName("ends when the client cancels")
    void endsWhenCancelled() {
        publisher.request(1);
        publisher.cancel();
        queue.offer(Frames.numbered(Lane.ENTRIES, 1));
        publisher.flush();

        assertThat(client.buffers).isEmpty();
        assertThat(told).containsExactly("open", "closed");
    }
}
