package io.balsa.raft.session;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

@DisplayName("The request of a session")
class SessionRequestTest {

    static Stream<Arguments> golden() {
        return Stream.of(
                Arguments.of(new SessionRequest.Open(258), "0101" + "0000000000000102"),
                Arguments.of(new SessionRequest.KeepAlive(7, 258), "0102" + "0000000000000007" + "0000000000000102"),
                Arguments.of(new SessionRequest.Close(7), "0103" + "0000000000000007"),
                Arguments.of(
                        new SessionRequest.Command(7, 259, 258, bytes("hi")),
                        "0104" + "0000000000000007" + "0000000000000103" + "0000000000000102" + "6869"));
    }

    @ParameterizedTest
    @DisplayName("is these bytes, now and for ever")
    @MethodSource("golden")
    void encodesToTheGoldenBytes(SessionRequest request, String hex) {
        assertThat(HexFormat.of().formatHex(request.encode())).isEqualTo(hex);
    }

    @ParameterizedTest
    @DisplayName("of old is still understood")
    @MethodSource("golden")
    void decodesTheGoldenBytes(SessionRequest request, String hex) {
        assertThat(decode(hex)).isEqualTo(request);
    }

    @Test
    @DisplayName("may carry an empty command")
    void carriesAnEmptyCommand() {
        SessionRequest empty = new SessionRequest.Command(1, 1, 0, ByteBuffer.allocate(0));

        assertThat(SessionRequest.decode(ByteBuffer.wrap(empty.encode()))).isEqualTo(empty);
    }

    @Test
    @DisplayName("stands between a buffer's position and its limit, and leaves both where they are")
    void isFoundWithinABuffer() {
        byte[] request = new SessionRequest.Command(7, 1, 0, bytes("hi")).encode();
        ByteBuffer around = ByteBuffer.allocate(request.length + 9).put(5, request);
        around.position(5).limit(5 + request.length);

        assertThat(SessionRequest.decode(around.asReadOnlyBuffer()))
                .isEqualTo(new SessionRequest.Command(7, 1, 0, bytes("hi")));
        assertThat(around.position()).isEqualTo(5);
    }

    @Test
    @DisplayName("does not move the buffer of its command when it is encoded")
    void encodesTwice() {
        SessionRequest request = new SessionRequest.Command(7, 1, 0, bytes("hi"));

        assertThat(request.encode()).isEqualTo(request.encode());
    }

    @ParameterizedTest
    @DisplayName("is refused when it ends too soon, or, but for a command, too late")
    @MethodSource("golden")
    void refusesOtherLengths(SessionRequest request, String hex) {
        byte[] whole = HexFormat.of().parseHex(hex);
        int shortest = request instanceof SessionRequest.Command ? SessionRequest.COMMAND_AT : whole.length;

        for (int length = 0; length < shortest; length++) {
            ByteBuffer cut = ByteBuffer.wrap(whole, 0, length);
            assertThatIllegalArgumentException().isThrownBy(() -> SessionRequest.decode(cut));
        }
        if (!(request instanceof SessionRequest.Command)) {
            ByteBuffer longer = ByteBuffer.wrap(Arrays.copyOf(whole, whole.length + 1));
            assertThatIllegalArgumentException().isThrownBy(() -> SessionRequest.decode(longer));
        }
    }

    @ParameterizedTest(name = "{0}: {1}")
    @DisplayName("is refused when it says what cannot be")
    @CsvSource({
        "02010000000000000001, unknown version 2",
        "00010000000000000001, unknown version 0",
        "01000000000000000001, no kind of session's request has the number 0",
        "01050000000000000001, no kind of session's request has the number 5",
        "01010000000000000000, expires after 1 to",
        "01018000000000000000, expires after 1 to",
        "01010000010000000001, expires after 1 to",
        "01030000000000000000, the id of a session",
        "010200000000000000008000000000000000, the id of a session",
        "010200000000000000018000000000000000, nothing is acknowledged up to",
        "0104000000000000000000000000000000010000000000000000, the id of a session",
        "0104000000000000000100000000000000000000000000000000, command 0 is sent although",
        "0104000000000000000100000000000000050000000000000005, command 5 is sent although",
        "010400000000000000018000000000000000ffffffffffffffff, nothing is acknowledged up to"
    })
    void refusesNonsense(String hex, String message) {
        assertThatIllegalArgumentException().isThrownBy(() -> decode(hex)).withMessageContaining(message);
    }

    @Test
    @DisplayName("is refused as an illegal argument, or understood, whatever the bytes are")
    void refusesRandomBytes() {
        long seed = 20_261_122;
        Random random = new Random(seed);
        for (int round = 0; round < 20_000; round++) {
            byte[] bytes = new byte[random.nextInt(40)];
            random.nextBytes(bytes);
            if (bytes.length > 1 && random.nextBoolean()) {
                bytes[0] = SessionRequest.VERSION;
                bytes[1] = (byte) random.nextInt(6);
            }
            try {
                SessionRequest understood = SessionRequest.decode(ByteBuffer.wrap(bytes));
                assertThat(understood.encode())
                        .as("seed %d, round %d", seed, round)
                        .isEqualTo(bytes);
            } catch (IllegalArgumentException e) {
                assertThat(e).as("seed %d, round %d", seed, round).hasMessageMatching("(?s).+");
            }
        }
    }

    @Test
    @DisplayName("of a later release is told from one that nobody understands")
    void knowsTheFuture() {
        assertThat(List.of("02", "7f01")).allMatch(hex -> SessionRequest.isOfTheFuture(buffer(hex)));
        assertThat(List.of("", "00", "01", "80", "ff01")).noneMatch(hex -> SessionRequest.isOfTheFuture(buffer(hex)));
    }

    private static SessionRequest decode(String hex) {
        return SessionRequest.decode(buffer(hex));
    }

    private static ByteBuffer buffer(String hex) {
        return ByteBuffer.wrap(HexFormat.of().parseHex(hex));
    }

    private static ByteBuffer bytes(String text) {
        return ByteBuffer.wrap(text.getBytes(StandardCharsets.UTF_8));
    }
}
