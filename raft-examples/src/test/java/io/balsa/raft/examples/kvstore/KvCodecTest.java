package io.balsa.raft.examples.kvstore;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.balsa.raft.examples.kvstore.KvResult.Status;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.stream.Stream;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

@DisplayName("The bytes of commands and results")
class KvCodecTest {

    private static final HexFormat HEX = HexFormat.ofDelimiter(" ");

    static Stream<Arguments> commands() {
        Optional<Bytes> x = Optional.of(Bytes.utf8("x"));
        Optional<Bytes> none = Optional.empty();
        return Stream.of(
                Arguments.of(new KvCommand.Put("k", Bytes.utf8("v")), "01 01 00 01 6b 00 00 00 01 76"),
                Arguments.of(new KvCommand.Put("ä", Bytes.utf8("")), "01 01 00 02 c3 a4 00 00 00 00"),
                Arguments.of(new KvCommand.Get("k"), "01 02 00 01 6b"),
                Arguments.of(new KvCommand.Delete("k"), "01 03 00 01 6b"),
                Arguments.of(new KvCommand.CompareAndSet("k", none, x), "01 04 00 01 6b ff ff ff ff 00 00 00 01 78"),
                Arguments.of(new KvCommand.CompareAndSet("k", x, none), "01 04 00 01 6b 00 00 00 01 78 ff ff ff ff"),
                Arguments.of(new KvCommand.Announce(2, "u"), "01 05 00 00 00 00 00 00 00 02 00 01 75"));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("commands")
    @DisplayName("are those that logs on disk hold")
    void goldenCommands(KvCommand command, String golden) {
        byte[] bytes = KvCodec.encode(command);

        assertThat(HEX.formatHex(bytes)).isEqualTo(golden);
        assertThat(KvCodec.decodeCommand(ByteBuffer.wrap(HEX.parseHex(golden)))).isEqualTo(command);
    }

    static Stream<Arguments> results() {
        return Stream.of(
                Arguments.of(KvResult.of(Status.DONE), "01 00 ff ff ff ff"),
                Arguments.of(KvResult.of(Status.DONE, Bytes.utf8("v")), "01 00 00 00 00 01 76"),
                Arguments.of(KvResult.of(Status.ABSENT), "01 01 ff ff ff ff"),
                Arguments.of(KvResult.of(Status.MISMATCH, Bytes.utf8("")), "01 02 00 00 00 00"),
                Arguments.of(KvResult.of(Status.INVALID, Bytes.utf8("no")), "01 03 00 00 00 02 6e 6f"));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("results")
    @DisplayName("are told back as they were said")
    void goldenResults(KvResult result, String golden) {
        byte[] bytes = KvCodec.encode(result);

        assertThat(HEX.formatHex(bytes)).isEqualTo(golden);
        assertThat(KvCodec.decodeResult(HEX.parseHex(golden))).isEqualTo(result);
    }

    @ParameterizedTest(name = "{0}: {1}")
    @CsvSource({
        "'', end too soon",
        "01, end too soon",
        "02 01 00 01 6b 00 00 00 01 76, version 2 is not known",
        "01 09 00 01 6b, kind 9",
        "01 02 00 00, 1 to 1024 bytes",
        "01 02 04 01 6b, 1 to 1024 bytes",
        "01 02 00 02 6b, end too soon",
        "01 02 00 01 ff, UTF-8",
        "01 02 00 01 6b 00, 1 bytes too many",
        "01 01 00 01 6b ff ff ff ff, needs a value",
        "01 01 00 01 6b 7f ff ff ff 76, at most 1048576 bytes",
        "01 01 00 01 6b 80 00 00 00 76, at most 1048576 bytes",
        "01 01 00 01 6b 00 10 00 00 76, end too soon",
    })
    @DisplayName("are refused with a reason when they are no command")
    void refusesMalformedCommands(String hex, String reason) {
        ByteBuffer bytes = ByteBuffer.wrap(HEX.parseHex(hex));

        assertThatThrownBy(() -> KvCodec.decodeCommand(bytes))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining(reason);
    }

    @Test
    @DisplayName("never lead to anything but a refusal, however they were damaged")
    void damagedBytesAreRefusedOrReadAsACommand() {
        SplittableRandom random = new SplittableRandom(7);
        byte[] whole = KvCodec.encode(
                new KvCommand.CompareAndSet("key", Optional.of(Bytes.utf8("old")), Optional.of(Bytes.utf8("new"))));

        for (int i = 0; i < 20_000; i++) {
            byte[] damaged = Arrays.copyOf(whole, random.nextInt(whole.length + 4));
            for (int flips = random.nextInt(4); flips > 0 && damaged.length > 0; flips--) {
                damaged[random.nextInt(damaged.length)] = (byte) random.nextInt();
            }
            decodeOrRefuse(damaged);
        }
    }

    private static void decodeOrRefuse(byte[] damaged) {
        try {
            assertThat(KvCodec.decodeCommand(ByteBuffer.wrap(damaged))).isNotNull();
        } catch (IllegalArgumentException e) {
            assertThat(e).hasMessageMatching("(?s).+");
        }
    }

    @Test
    @DisplayName("of the longest command fit into the limit of a command")
    void longestCommandFits() {
        Bytes value = Bytes.copyOf(new byte[KvCodec.MAX_VALUE_BYTES]);

        byte[] put = KvCodec.encode(new KvCommand.Put("k".repeat(KvCodec.MAX_KEY_BYTES), value));

        assertThat(put.length).isLessThanOrEqualTo(KvCodec.MAX_COMMAND_BYTES);
    }
}
