package io.balsa.raft.divergence;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.util.Arrays;
import java.util.HexFormat;
import java.util.stream.LongStream;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

@DisplayName("A span of hashes")
class HashSpanTest {

    @Test
    @DisplayName("is these bytes, now and for ever")
    void encodesToTheGoldenBytes() {
        HashSpan span = HashSpan.of(258, 1, -1);
        String hex = "0000000000000102" + "0000000000000001" + "ffffffffffffffff";

        assertThat(HexFormat.of().formatHex(span.encode())).isEqualTo(hex);
        assertThat(HashSpan.decode(HexFormat.of().parseHex(hex))).isEqualTo(span);
    }

    @Test
    @DisplayName("may be empty")
    void mayBeEmpty() {
        HashSpan none = HashSpan.of(1);

        assertThat(HashSpan.decode(none.encode())).isEqualTo(none);
        assertThat(none.lastIndex()).isZero();
    }

    @ParameterizedTest
    @DisplayName("is refused when its bytes are none")
    @ValueSource(ints = {0, 7, 8, 9, 15, 23, 8 * (HashSpan.MAX_COUNT + 2)})
    void refusesNonsense(int length) {
        byte[] zeros = new byte[length]; // a span does not begin at index 0

        assertThatIllegalArgumentException().isThrownBy(() -> HashSpan.decode(zeros));
    }

    @ParameterizedTest(
            name = "ours {0}..{1}, theirs {2}..{3}, other from {4} on, equal up to {5}, differ at {6}: {7}..{8}")
    @DisplayName("tells where it first differs from another")
    @CsvSource({
        // both windows reach back to where the servers agreed
        "1, 16, 1, 16, 11, 8, 16, 11, 11",
        "1, 20, 5, 18, 11, 8, 16, 11, 11",
        "9, 24, 9, 24, 9, 8, 16, 9, 9", // at the first index of a window
        "9, 16, 9, 16, 16, 8, 16, 16, 16", // at the last
        "1, 8, 1, 8, 1, 0, 8, 1, 1", // at the first entry of all
        // a window does not reach back
        "12, 24, 9, 24, 10, 8, 16, 9, 12",
        "9, 24, 13, 24, 16, 8, 16, 16, 16",
        "9, 24, 13, 24, 13, 8, 16, 9, 13",
        // nor up to the checkpoint
        "1, 12, 1, 16, 14, 8, 16, 13, 16",
        // they have no index in common
        "17, 30, 1, 16, 11, 8, 16, 9, 16",
        "20, 30, 20, 30, 11, 8, 16, 9, 16"
    })
    void tellsTheFirstDifference(
            long ourFirst,
            long ourLast,
            long theirFirst,
            long theirLast,
            long otherFrom,
            long equalUpTo,
            long differAt,
            long from,
            long to) {
        HashSpan ours = span(ourFirst, ourLast, Long.MAX_VALUE);
        HashSpan theirs = span(theirFirst, theirLast, otherFrom);

        assertThat(ours.firstDifference(theirs, equalUpTo, differAt)).hasValue(new IndexRange(from, to));
        assertThat(theirs.firstDifference(ours, equalUpTo, differAt)).hasValue(new IndexRange(from, to));
    }

    @Test
    @DisplayName("finds none in a window that was replaced meanwhile")
    void findsNoDifference() {
        HashSpan ours = span(1, 20, Long.MAX_VALUE);

        assertThat(ours.firstDifference(span(1, 20, Long.MAX_VALUE), 8, 16)).isEmpty();
    }

    @Test
    @DisplayName("says a range in words")
    void speaks() {
        assertThat(Arrays.asList(new IndexRange(5, 5), new IndexRange(5, 9)))
                .map(IndexRange::toString)
                .containsExactly("at 5", "between 5 and 9");
    }

    static HashSpan span(long first, long last, long otherFrom) {
        return HashSpan.of(
                first,
                LongStream.rangeClosed(first, last)
                        .map(index -> index < otherFrom ? index : -index)
                        .toArray());
    }
}
