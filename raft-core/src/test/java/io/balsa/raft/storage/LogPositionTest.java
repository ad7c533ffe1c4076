package io.balsa.raft.storage;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

@DisplayName("A position in the log")
class LogPositionTest {

    @ParameterizedTest(name = "{0}/{1} is at least as up-to-date as {2}/{3}: {4}")
    @DisplayName("is more up-to-date with the later term, and within a term with the longer log (§3.6.1)")
    @CsvSource({
        "0, 0, 0, 0, true", // two empty logs
        "1, 1, 0, 0, true",
        "0, 0, 1, 1, false",
        "5, 3, 5, 3, true", // the same log
        "6, 3, 5, 3, true", // the same term: the longer log
        "4, 3, 5, 3, false",
        "5, 4, 5, 3, true", // the same length: the later term
        "5, 2, 5, 3, false",
        "1, 4, 9, 3, true", // the later term, however short
        "9, 2, 1, 3, false", // the longer log, but of an earlier term
    })
    void isAtLeastAsUpToDate(long index, long term, long otherIndex, long otherTerm, boolean expected) {
        LogPosition position = new LogPosition(index, term);
        LogPosition other = new LogPosition(otherIndex, otherTerm);

        assertThat(position.isAtLeastAsUpToDateAs(other)).isEqualTo(expected);
    }

    @ParameterizedTest(name = "{0}/{1} is refused")
    @DisplayName("is never negative")
    @CsvSource({"-1, 0", "0, -1"})
    void isNeverNegative(long index, long term) {
        assertThatIllegalArgumentException().isThrownBy(() -> new LogPosition(index, term));
    }

    @Test
    @DisplayName("reads as index and term")
    void readsAsIndexAndTerm() {
        assertThat(new LogPosition(17, 3)).hasToString("17/3");
    }
}
