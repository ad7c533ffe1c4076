package io.balsa.raft.storage;

import static io.balsa.raft.storage.EntryRunTest.run;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.zip.CRC32C;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

@DisplayName("The encoding of a run of entries")
class EntryRunEncodingTest {

    /** Entries 258 and 259 of term 7, "hi" and nothing. */
    private static final String GOLDEN_HEX = "" //
            + "3f39f161" // CRC32C
            + "00000026" // length: 38 bytes
            + "0000000000000102" // first index
            + "0000000000000007" // term
            + "00" // kind: command
            + "000002" // entries
            + "00000002" // "hi" ends at 2
            + "00000002" // the empty payload ends there, too
            + "6869";

    private static final EntryRun GOLDEN_RUN = run(258, 7, "hi", "");

    @Test
    @DisplayName("is these bytes, now and for ever")
    void encodesToTheGoldenBytes() {
        assertThat(HexFormat.of().formatHex(bytesOf(GOLDEN_RUN))).isEqualTo(GOLDEN_HEX);
    }

    @Test
    @DisplayName("of old is still understood")
    void decodesTheGoldenBytes() {
        assertThat(EntryRun.decode(golden())).isEqualTo(GOLDEN_RUN);
    }

    @ParameterizedTest(name = "{0} has code {1}")
    @DisplayName("has these numbers for the kinds of entries, now and for ever")
    @CsvSource({"COMMAND, 0", "NO_OP, 1", "MEMBERSHIP, 2", "SESSION, 3"})
    void numbersTheKinds(EntryKind kind, int code) {
        assertThat(bytesOf(EntryRun.of(1, 1, kind, List.of(new byte[0])))[24]).isEqualTo((byte) code);
        assertThat(EntryKind.ofCode(code)).isEqualTo(kind);
    }

    @Test
    @DisplayName("stands between a buffer's position and its limit, whatever is around it")
    void isFoundWithinABuffer() {
        byte[] run = bytesOf(GOLDEN_RUN);
        ByteBuffer surrounded = ByteBuffer.allocate(run.length + 9).put(5, run);

        assertThat(EntryRun.decode(surrounded.position(5).limit(5 + run.length)))
                .isEqualTo(GOLDEN_RUN);
    }

    @Test
    @DisplayName("is understood in a buffer that has no array")
    void isUnderstoodInADirectBuffer() {
        ByteBuffer direct = ByteBuffer.allocateDirect(GOLDEN_RUN.sizeBytes());
        direct.put(GOLDEN_RUN.encoded()).flip();

        assertThat(EntryRun.decode(direct)).isEqualTo(GOLDEN_RUN);
    }

    @Test
    @DisplayName("is understood in a buffer that is read-only")
    void isUnderstoodInAReadOnlyBuffer() {
        assertThat(EntryRun.decode(GOLDEN_RUN.encoded())).isEqualTo(GOLDEN_RUN);
    }

    @Test
    @DisplayName("is refused as an illegal argument, whichever byte is changed to whatever else")
    void refusesEveryChangedByte() {
        byte[] whole = golden().array();

        for (int at = 0; at < whole.length; at++) {
            for (int flip = 1; flip < 256; flip++) {
                byte[] changed = whole.clone();
                changed[at] ^= (byte) flip;
                assertThatIllegalArgumentException().isThrownBy(() -> EntryRun.decode(ByteBuffer.wrap(changed)));
            }
        }
    }

    @Test
    @DisplayName("is refused at every length but its own")
    void refusesTruncatedBytes() {
        byte[] whole = golden().array();

        for (int length = 0; length < whole.length; length++) {
            byte[] truncated = Arrays.copyOf(whole, length);
            assertThatIllegalArgumentException().isThrownBy(() -> EntryRun.decode(ByteBuffer.wrap(truncated)));
        }
    }

    @Test
    @DisplayName("is refused with a byte too many")
    void refusesAByteTooMany() {
        byte[] longer = Arrays.copyOf(golden().array(), golden().capacity() + 1);

        assertThatIllegalArgumentException()
                .isThrownBy(() -> EntryRun.decode(ByteBuffer.wrap(longer)))
                .withMessage("not a run of entries, or not all of it: 39 bytes");
    }

    @Test
    @DisplayName("is refused when it is nothing but zeros")
    void refusesZeros() {
        assertThatIllegalArgumentException().isThrownBy(() -> EntryRun.decode(ByteBuffer.allocate(28)));
    }

    @ParameterizedTest(name = "{3}")
    @DisplayName("is refused when it contradicts itself, though its checksum is right")
    @CsvSource({
        " 8, 8, 0000000000000000, first index is 0",
        " 8, 8, ffffffffffffffff, first index is negative",
        " 8, 8, 7fffffffffffffff, last index overflows",
        " 8, 8, 7ffffffffffffffe, index after the last overflows",
        "16, 8, 0000000000000000, term is 0",
        "16, 8, 8000000000000000, term is negative",
        "24, 1, 04, kind is unknown",
        "24, 1, ff, kind is far off",
        "25, 3, 000000, no entries",
        "25, 3, 000001, payloads end before the run does",
        "25, 3, 000003, payload is taken for a table",
        "25, 3, ffffff, table is longer than the run",
        "28, 4, 00000003, payload ends after the next one",
        "28, 4, ffffffff, payload ends before it begins",
        "28, 4, 80000000, payload ends far before it begins",
        "28, 4, 7fffffff, payload ends far after the run",
        "32, 4, 00000001, last payload ends before the run does",
        "32, 4, 00000003, last payload ends after the run",
        "32, 4, ffffffff, last payload ends before the table does",
        "32, 4, 7fffffff, last payload ends far after the run",
    })
    void refusesContradictions(int at, int length, String replacement, String why) {
        byte[] bytes = HexFormat.of().parseHex(replacement);
        assertThat(bytes).hasSize(length);
        ByteBuffer run = golden().put(at, bytes);
        run.putInt(0, crcOf(run));

        assertThatIllegalArgumentException().as(why).isThrownBy(() -> EntryRun.decode(run));
    }

    @Test
    @DisplayName("has its checksum over everything but the checksum")
    void hasItsChecksumFirst() {
        assertThat(GOLDEN_RUN.checksum()).isEqualTo(crcOf(golden()));
    }

    private static ByteBuffer golden() {
        return ByteBuffer.wrap(HexFormat.of().parseHex(GOLDEN_HEX));
    }

    private static int crcOf(ByteBuffer run) {
        CRC32C crc = new CRC32C();
        crc.update(run.duplicate().position(Integer.BYTES));
        return (int) crc.getValue();
    }

    private static byte[] bytesOf(EntryRun run) {
        byte[] bytes = new byte[run.sizeBytes()];
        run.encoded().get(bytes);
        return bytes;
    }
}
