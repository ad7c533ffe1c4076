package io.balsa.raft.transport.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.balsa.raft.transport.Frame;
import io.balsa.raft.transport.Lane;
import java.time.Duration;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.random.RandomGenerator;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

@DisplayName("The small parts of the transport")
class ValuesTest {

    @Nested
    @DisplayName("An address")
    class AddressTest {

        @ParameterizedTest
        @CsvSource({
            "127.0.0.1:7001, 127.0.0.1:7001",
            "http://a.example:1, a.example:1",
            "http://a.example:1/, a.example:1",
            "[::1]:65535, [::1]:65535",
            "localhost:0, localhost:0"
        })
        @DisplayName("may be written so")
        void isParsed(String text, String expected) {
            assertThat(Address.parse(text)).hasToString(expected);
        }

        @ParameterizedTest
        @ValueSource(
                strings = {
                    "",
                    "host",
                    "host:",
                    ":7001",
                    "host:65536",
                    "host:-1",
                    "https://host:1",
                    "ftp://host:1",
                    "http://user@host:1",
                    "host:1/path",
                    "host:1?q",
                    "host:1#f",
                    "ho st:1",
                    "http://",
                    "::1:7001"
                })
        @DisplayName("may not be written so")
        void isRefused(String text) {
            assertThatThrownBy(() -> Address.parse(text))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessageContaining("'" + text + "' is no address");
        }
    }

    @Test
    @DisplayName("Of two ranges of versions the highest common one is chosen")
    void choosesTheHighestCommonVersion() {
        assertThat(new Protocols(1, 3).chosenWith(new Protocols(2, 5))).contains(3);
        assertThat(new Protocols(1, 1).chosenWith(new Protocols(1, 1))).contains(1);
        assertThat(new Protocols(1, 1).chosenWith(new Protocols(2, 3))).isEmpty();
        assertThat(new Protocols(4, 5).chosenWith(new Protocols(2, 3))).isEmpty();
    }

    @Test
    @DisplayName("The wait before a dial is a random part of a bound that doubles up to a limit")
    void backsOff() {
        RandomGenerator highest = new RandomGenerator() {
            @Override
            public long nextLong() {
                throw new AssertionError("only bounded numbers are asked for");
            }

            @Override
            public long nextLong(long bound) {
                return bound - 1;
            }
        };
        Backoff backoff =
                new Backoff(new HttpTransportOptions.Reconnect(Duration.ofNanos(50), Duration.ofNanos(180)), highest);

        assertThat(new long[] {backoff.nextNanos(), backoff.nextNanos(), backoff.nextNanos(), backoff.nextNanos()})
                .containsExactly(50, 100, 180, 180);
        backoff.reset();
        assertThat(backoff.nextNanos()).isEqualTo(50);
    }

    @Test
    @DisplayName("The wait before a dial is never nothing")
    void waitsAtLeastANanosecond() {
        Backoff backoff = new Backoff(
                new HttpTransportOptions.Reconnect(Duration.ofNanos(1), Duration.ofNanos(2)), new SplittableRandom(1));

        assertThat(backoff.nextNanos()).isEqualTo(1);
    }

    @Test
    @DisplayName("A queue refuses what is beyond the bound of its lane, and has room again afterwards")
    void boundsALane() {
        int frameBytes = 100 + WireFrame.OVERHEAD_BYTES;
        FrameQueue queue = new FrameQueue(Map.of(Lane.URGENT, frameBytes, Lane.ENTRIES, 2 * frameBytes));
        Frame entries = Frames.sized(Lane.ENTRIES, 1, 100);

        assertThat(queue.offer(entries)).isTrue();
        assertThat(queue.offer(entries)).isTrue();
        assertThat(queue.offer(entries)).isFalse();
        assertThat(queue.offer(Frames.sized(Lane.URGENT, 1, 100))).isTrue();
        assertThat(queue.bytes()).isEqualTo(3 * frameBytes);

        assertThat(queue.poll()).extracting(Frame::lane).isEqualTo(Lane.URGENT);
        assertThat(queue.poll()).isEqualTo(entries);
        assertThat(queue.offer(entries)).isTrue();
        assertThat(queue.clear()).isEqualTo(2);
        assertThat(queue.bytes()).isZero();
    }

    @Test
    @DisplayName("What was said last about a subject is no news")
    void tellsNews() {
        Transitions transitions = new Transitions();

        assertThat(transitions.isNews("n1", "down")).isTrue();
        assertThat(transitions.isNews("n1", "down")).isFalse();
        assertThat(transitions.isNews("n2", "down")).isTrue();
        assertThat(transitions.isNews("n1", "up")).isTrue();
        transitions.forget("n1");
        assertThat(transitions.isNews("n1", "up")).isTrue();
    }
}
