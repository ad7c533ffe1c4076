package io.balsa.raft.session;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.util.Arrays;
import java.util.HexFormat;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

@DisplayName("The answer to a session's request")
class SessionAnswerTest {

    private static final byte[] HI = {0x68, 0x69};

    static Stream<Arguments> golden() {
        String place = "0000000000000102" + "0000000000000007";
        return Stream.of(
                Arguments.of(new SessionAnswer.Opened(258), "0101" + "0000000000000102"),
                Arguments.of(new SessionAnswer.KeptAlive(), "0102"),
                Arguments.of(new SessionAnswer.Closed(), "0103"),
                Arguments.of(new SessionAnswer.Executed(258, 7, false, HI), "0104" + place + "6869"),
                Arguments.of(new SessionAnswer.Executed(258, 7, true, new byte[0]), "0105" + place),
                Arguments.of(new SessionAnswer.ResultDropped(258, 7), "0106" + place),
                Arguments.of(new SessionAnswer.Refused(SessionRefusal.SESSION_EXPIRED), "010701"),
                Arguments.of(new SessionAnswer.Refused(SessionRefusal.ALREADY_ACKNOWLEDGED), "010702"),
                Arguments.of(new SessionAnswer.Refused(SessionRefusal.SEQUENCE_REUSED), "010703"),
                Arguments.of(new SessionAnswer.Refused(SessionRefusal.TOO_MANY_UNACKNOWLEDGED), "010704"),
                Arguments.of(new SessionAnswer.Refused(SessionRefusal.MALFORMED), "010705"));
    }

    @ParameterizedTest
    @DisplayName("is these bytes, now and for ever")
    @MethodSource("golden")
    void encodesToTheGoldenBytes(SessionAnswer answer, String hex) {
        assertThat(HexFormat.of().formatHex(answer.encode())).isEqualTo(hex);
    }

    @ParameterizedTest
    @DisplayName("of old is still understood")
    @MethodSource("golden")
    void decodesTheGoldenBytes(SessionAnswer answer, String hex) {
        SessionAnswer decoded = SessionAnswer.decode(HexFormat.of().parseHex(hex));

        assertThat(decoded).usingRecursiveComparison().isEqualTo(answer);
    }

    @ParameterizedTest
    @DisplayName("is refused when it ends too soon, or, but for a result, too late")
    @MethodSource("golden")
    void refusesOtherLengths(SessionAnswer answer, String hex) {
        byte[] whole = HexFormat.of().parseHex(hex);
        int shortest = answer instanceof SessionAnswer.Executed ? 18 : whole.length;

        for (int length = 0; length < shortest; length++) {
            byte[] cut = Arrays.copyOf(whole, length);
            assertThatIllegalArgumentException().isThrownBy(() -> SessionAnswer.decode(cut));
        }
        if (!(answer instanceof SessionAnswer.Executed)) {
            byte[] longer = Arrays.copyOf(whole, whole.length + 1);
            assertThatIllegalArgumentException().isThrownBy(() -> SessionAnswer.decode(longer));
        }
    }

    @ParameterizedTest(name = "{0}: {1}")
    @DisplayName("is refused when it says what cannot be")
    @CsvSource({
        "0202, of an unknown version: 2 bytes that begin with 2",
        "0100, no kind of session's answer has the number 0",
        "0108, no kind of session's answer has the number 8",
        "010700, no refusal has the code 0",
        "010706, no refusal has the code 6",
        "0107ff, no refusal has the code -1"
    })
    void refusesNonsense(String hex, String message) {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> SessionAnswer.decode(HexFormat.of().parseHex(hex)))
                .withMessageContaining(message);
    }

    @Test
    @DisplayName("is refused as an illegal argument, or understood, whatever the bytes are")
    void refusesRandomBytes() {
        long seed = 63;
        Random random = new Random(seed);
        for (int round = 0; round < 20_000; round++) {
            byte[] bytes = new byte[random.nextInt(24)];
            random.nextBytes(bytes);
            if (bytes.length > 1 && random.nextBoolean()) {
                bytes[0] = SessionAnswer.VERSION;
                bytes[1] = (byte) random.nextInt(9);
            }
            try {
                SessionAnswer understood = SessionAnswer.decode(bytes);
                assertThat(understood.encode())
                        .as("seed %d, round %d", seed, round)
                        .isEqualTo(bytes);
            } catch (IllegalArgumentException e) {
                assertThat(e).as("seed %d, round %d", seed, round).hasMessageMatching("(?s).+");
            }
        }
    }
}
