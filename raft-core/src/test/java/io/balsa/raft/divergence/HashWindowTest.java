package io.balsa.raft.divergence;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.OptionalLong;
import java.util.stream.IntStream;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

@DisplayName("A window of hashes")
class HashWindowTest {

    private static final int INTERVAL = 4;

    @Test
    @DisplayName("rolls over one entry after the other")
    void rollsOn() {
        HashWindow window = HashWindow.atStart(INTERVAL);
        assertThat(window.lastHash()).hasValue(RollingHash.START);

        add(window, 1);

        long expected = RollingHash.next(RollingHash.START, 1, 0, command(1), result(1));
        assertThat(window.lastHash()).hasValue(expected);
        assertThat(window.hashAt(1)).hasValue(expected);
        assertThat(window.lastIndex()).isEqualTo(1);
    }

    @Test
    @DisplayName("leaves no entry out")
    void refusesAGap() {
        HashWindow window = HashWindow.atStart(INTERVAL);

        assertThatIllegalArgumentException().isThrownBy(() -> add(window, 2));
    }

    @Test
    @DisplayName("keeps the last two intervals")
    void keepsTwoIntervals() {
        HashWindow window = windowAfter(11);

        assertThat(window.hashAt(3)).isEmpty();
        assertThat(window.hashAt(4)).isPresent();
        assertThat(window.hashAt(11)).isEqualTo(window.lastHash());
        assertThat(window.hashAt(12)).isEmpty();
        assertThat(window.span().firstIndex()).isEqualTo(4);
        assertThat(window.span().lastIndex()).isEqualTo(11);
        assertThat(window.span().hashAt(7)).isEqualTo(window.hashAt(7).getAsLong());
    }

    @Test
    @DisplayName("has a checkpoint at each multiple of the interval, and none at the start")
    void knowsCheckpoints() {
        HashWindow window = HashWindow.atStart(INTERVAL);

        assertThat(IntStream.rangeClosed(0, 12).filter(window::isCheckpoint)).containsExactly(4, 8, 12);
    }

    @ParameterizedTest(name = "after {0} entries")
    @DisplayName("goes on after a snapshot as if there had been none")
    @ValueSource(ints = {0, 1, 4, 7, 8, 9, 50})
    void survivesASnapshot(int entries) throws IOException {
        HashWindow straight = windowAfter(entries);
        HashWindow restored = read(written(straight), INTERVAL);
        assertThat(restored.span()).isEqualTo(straight.span());
        assertThat(restored.lastHash()).isEqualTo(straight.lastHash());

        for (int index = entries + 1; index < entries + 10; index++) {
            add(straight, index);
            add(restored, index);
        }

        assertThat(restored.span()).isEqualTo(straight.span());
        assertThat(written(restored)).isEqualTo(written(straight));
    }

    @Test
    @DisplayName("is copied as it is")
    void copies() {
        HashWindow window = windowAfter(10);
        HashWindow copy = window.copy();
        HashSpan before = window.span();
        add(window, 11);

        assertThat(copy.span()).isEqualTo(before);
        assertThat(copy.lastIndex()).isEqualTo(10);
    }

    @Test
    @DisplayName("of another size keeps as much of a snapshot as there is room for")
    void readsAnotherSize() throws IOException {
        HashWindow large = windowAfter(10);

        HashWindow small = read(written(large), 2);

        assertThat(small.span())
                .isEqualTo(HashSpan.of(
                        7,
                        IntStream.rangeClosed(7, 10)
                                .mapToLong(index -> large.hashAt(index).getAsLong())
                                .toArray()));
    }

    @Test
    @DisplayName("of a server whose snapshot said nothing knows nothing, for ever, and cannot be written")
    void staysUnknown() {
        HashWindow window = HashWindow.unknownAfter(100, INTERVAL);
        for (int index = 101; index < 120; index++) {
            add(window, index);
        }

        assertThat(window.lastHash()).isEmpty();
        assertThat(window.hashAt(119)).isEqualTo(OptionalLong.empty());
        assertThat(window.span().firstIndex()).isEqualTo(120);
        assertThat(window.span().lastIndex()).isEqualTo(119);
        assertThatIllegalStateException()
                .isThrownBy(() -> window.writeTo(new DataOutputStream(new ByteArrayOutputStream())));
    }

    @Test
    @DisplayName("is written as these bytes, now and for ever")
    void encodesToTheGoldenBytes() throws IOException {
        HashWindow window = windowAfter(2);
        String first = hex(window.hashAt(1).getAsLong());
        String second = hex(window.hashAt(2).getAsLong());

        assertThat(HexFormat.of().formatHex(written(window)))
                .isEqualTo("01" + hex(2) + second + "00000002" + first + second);
    }

    @ParameterizedTest(name = "{0}: {1}")
    @DisplayName("is refused when it says what cannot be, before memory is taken for it")
    @CsvSource({
        "02, unknown version 2",
        "01ffffffffffffffff000000000000000000000000, 0 hashes up to index -1",
        "010000000000000001000000000000000000000002, 2 hashes up to index 1",
        "0100000000ffffffff00000000000000007fffffff, 2147483647 hashes up to index 4294967295",
        "0100000000000000010000000000000000ffffffff, -1 hashes up to index 1",
        "0100000000000000010000000000000007000000010000000000000008, the last hash is there twice"
    })
    void refusesNonsense(String hex, String message) {
        byte[] bytes = Arrays.copyOf(HexFormat.of().parseHex(hex), 29);

        assertThatThrownBy(() -> read(bytes, INTERVAL))
                .isInstanceOf(IOException.class)
                .hasMessageContaining(message);
    }

    @Test
    @DisplayName("is refused at every length but its own")
    void refusesTruncatedBytes() throws IOException {
        byte[] whole = written(windowAfter(3));

        for (int length = 0; length < whole.length; length++) {
            byte[] cut = Arrays.copyOf(whole, length);
            assertThatThrownBy(() -> read(cut, INTERVAL)).isInstanceOf(IOException.class);
        }
    }

    static HashWindow windowAfter(int entries) {
        HashWindow window = HashWindow.atStart(INTERVAL);
        for (int index = 1; index <= entries; index++) {
            add(window, index);
        }
        return window;
    }

    private static void add(HashWindow window, long index) {
        window.add(index, 0, command(index), result(index));
    }

    private static ByteBuffer command(long index) {
        return ByteBuffer.allocate(Long.BYTES).putLong(index * 31).flip();
    }

    private static byte[] result(long index) {
        return new byte[] {(byte) index};
    }

    private static String hex(long number) {
        return HexFormat.of().toHexDigits(number);
    }

    private static byte[] written(HashWindow window) throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        window.writeTo(new DataOutputStream(bytes));
        return bytes.toByteArray();
    }

    private static HashWindow read(byte[] bytes, int interval) throws IOException {
        return HashWindow.readFrom(new DataInputStream(new ByteArrayInputStream(bytes)), interval);
    }
}
