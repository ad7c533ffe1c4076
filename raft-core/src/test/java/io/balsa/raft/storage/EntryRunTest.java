package io.balsa.raft.storage;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.ByteBuffer;
import java.nio.ReadOnlyBufferException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

@DisplayName("A run of entries")
class EntryRunTest {

    /** Entries 10, 11, 12 and 13 of term 3, of which 11 and 13 have no payload. */
    private static final EntryRun RUN = run(10, 3, "first", "", "third", "");

    @Test
    @DisplayName("knows its first and last index, term, kind and count")
    void knowsItsEnds() {
        assertThat(RUN.firstIndex()).isEqualTo(10);
        assertThat(RUN.lastPosition()).isEqualTo(new LogPosition(13, 3));
        assertThat(RUN.kind()).isEqualTo(EntryKind.COMMAND);
        assertThat(RUN.count()).isEqualTo(4);
    }

    @Test
    @DisplayName("gives the entries back that it was made of")
    void givesItsEntriesBack() {
        assertThat(RUN.entries())
                .containsExactly(entry(10, 3, "first"), entry(11, 3, ""), entry(12, 3, "third"), entry(13, 3, ""));
    }

    @Test
    @DisplayName("tells the length of a payload")
    void tellsTheLengthOfAPayload() {
        assertThat(Stream.of(10, 11, 12, 13).map(RUN::payloadBytes)).containsExactly(5, 0, 5, 0);
    }

    @Test
    @DisplayName("shows a payload without copying it")
    void showsAPayload() {
        assertThat(RUN.payload(12)).isEqualTo(ByteBuffer.wrap(bytes("third")));
    }

    @ParameterizedTest
    @DisplayName("may have a single entry, of any kind")
    @EnumSource(EntryKind.class)
    void mayHaveASingleEntry(EntryKind kind) {
        LogEntry entry = new LogEntry(new LogPosition(1, 1), kind, bytes("x"));

        assertThat(EntryRun.of(entry).entries()).containsExactly(entry);
    }

    @Test
    @DisplayName("may end at the largest index but one")
    void mayEndAtTheLargestIndex() {
        assertThat(run(Long.MAX_VALUE - 1, Long.MAX_VALUE, "x").lastIndex()).isEqualTo(Long.MAX_VALUE - 1);
    }

    @ParameterizedTest(name = "{0}/{1} is refused")
    @DisplayName("begins at index 1 and term 1 at the earliest, and does not overflow")
    @CsvSource({"0, 1", "1, 0", "-1, 1", "1, -1", "9223372036854775807, 1"})
    void refusesAnIllegalPosition(long firstIndex, long term) {
        assertThatIllegalArgumentException().isThrownBy(() -> run(firstIndex, term, "x"));
    }

    @Test
    @DisplayName("is never empty")
    void isNeverEmpty() {
        assertThatIllegalArgumentException().isThrownBy(() -> run(1, 1));
    }

    @Test
    @DisplayName("has at most 16777215 entries")
    void refusesTooManyEntries() {
        List<byte[]> payloads = Collections.nCopies(EntryRun.MAX_COUNT + 1, new byte[0]);

        assertThatIllegalArgumentException()
                .isThrownBy(() -> EntryRun.of(1, 1, EntryKind.COMMAND, payloads))
                .withMessage("a run has 1 to 16777215 entries, not 16777216");
    }

    @Test
    @DisplayName("is shorter than 2 GiB")
    void refusesTooManyBytes() {
        List<byte[]> payloads = Collections.nCopies(1 << 11, new byte[1 << 20]);

        assertThatIllegalArgumentException()
                .isThrownBy(() -> EntryRun.of(1, 1, EntryKind.COMMAND, payloads))
                .withMessage("a run cannot be 2147491868 bytes long");
    }

    @ParameterizedTest(name = "entry {0} of 10..13 is refused")
    @DisplayName("has no entry out of its bounds")
    @CsvSource({"9", "14", "0", "-1", "9223372036854775807", "4294967306"})
    void hasNoEntryOutOfBounds(long index) {
        assertThat(RUN.contains(index)).isFalse();
        assertThatExceptionOfType(IndexOutOfBoundsException.class).isThrownBy(() -> RUN.payload(index));
        assertThatExceptionOfType(IndexOutOfBoundsException.class).isThrownBy(() -> RUN.copyOfPayload(index));
        assertThatExceptionOfType(IndexOutOfBoundsException.class).isThrownBy(() -> RUN.payloadBytes(index));
    }

    @ParameterizedTest(name = "{0}..{1}")
    @DisplayName("can be sliced, and the slice is the run that these entries alone would make")
    @CsvSource({"10, 10", "10, 12", "11, 11", "11, 13", "13, 13", "10, 13"})
    void canBeSliced(long from, long to) {
        List<byte[]> payloads = RUN.entries().subList((int) from - 10, (int) to - 9).stream()
                .map(LogEntry::data)
                .toList();

        assertThat(RUN.slice(from, to)).isEqualTo(EntryRun.of(from, 3, EntryKind.COMMAND, payloads));
    }

    @Test
    @DisplayName("is not copied when the slice is all of it")
    void isItsOwnSlice() {
        assertThat(RUN.slice(10, 13)).isSameAs(RUN);
    }

    @ParameterizedTest(name = "{0}..{1} of 10..13 is refused")
    @DisplayName("cannot be sliced out of its bounds, or to nothing")
    @CsvSource({"9, 13", "10, 14", "12, 11", "14, 14", "9, 9"})
    void cannotBeSlicedOutOfBounds(long from, long to) {
        assertThatExceptionOfType(IndexOutOfBoundsException.class).isThrownBy(() -> RUN.slice(from, to));
    }

    @Test
    @DisplayName("does not change with the payloads it was made of")
    void copiesItsPayloads() {
        byte[] payload = bytes("before");
        EntryRun run = EntryRun.of(1, 1, EntryKind.COMMAND, List.of(payload));

        Arrays.fill(payload, (byte) 0);

        assertThat(run.copyOfPayload(1)).isEqualTo(bytes("before"));
    }

    @Test
    @DisplayName("shows its bytes, but not for writing")
    void isReadOnly() {
        assertThatThrownBy(() -> RUN.encoded().put(0, (byte) 0)).isInstanceOf(ReadOnlyBufferException.class);
        assertThatThrownBy(() -> RUN.payload(10).put(0, (byte) 0)).isInstanceOf(ReadOnlyBufferException.class);
    }

    @Test
    @DisplayName("shows its bytes from the first on, however far others have read them")
    void showsAllItsBytesEachTime() {
        ByteBuffer read = RUN.encoded();
        read.position(read.limit());

        assertThat(RUN.encoded().remaining()).isEqualTo(RUN.sizeBytes());
    }

    @Test
    @DisplayName("is the same as another of the same bytes")
    void equalsByBytes() {
        assertThat(run(10, 3, "first", "", "third", "")).isEqualTo(RUN).hasSameHashCodeAs(RUN);
    }

    @Test
    @DisplayName("differs from another of which only the boundary between two payloads differs")
    void differsByBoundaries() {
        assertThat(run(1, 1, "a", "bc")).isNotEqualTo(run(1, 1, "ab", "c"));
    }

    @Test
    @DisplayName("reads as its indexes, term, kind and size")
    void readsAsItsIndexes() {
        assertThat(RUN).hasToString("10..13/3 COMMAND (54 bytes)");
        assertThat(run(7, 2, "x")).hasToString("7/2 COMMAND (33 bytes)");
    }

    static EntryRun run(long firstIndex, long term, String... payloads) {
        return EntryRun.of(
                firstIndex,
                term,
                EntryKind.COMMAND,
                Stream.of(payloads).map(EntryRunTest::bytes).toList());
    }

    static LogEntry entry(long index, long term, String payload) {
        return new LogEntry(new LogPosition(index, term), EntryKind.COMMAND, bytes(payload));
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }
}
