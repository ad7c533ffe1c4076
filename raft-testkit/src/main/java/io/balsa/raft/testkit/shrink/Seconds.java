package io.balsa.raft.testkit.shrink;

import java.math.BigDecimal;

/** Times as people write them, to the nanosecond. */
final class Seconds {

    private static final int DIGITS = 9;

    private Seconds() {}

    static String text(long nanos) {
        BigDecimal seconds = BigDecimal.valueOf(nanos, DIGITS);
        return nanos == 0 ? "0" : seconds.stripTrailingZeros().toPlainString();
    }

    /**
     * The other way round.
     *
     * @throws IllegalArgumentException if it is no time
     */
    static long nanos(String seconds) {
        try {
            return new BigDecimal(seconds).movePointRight(DIGITS).longValueExact();
        } catch (ArithmeticException | NumberFormatException e) {
            throw new IllegalArgumentException("'" + seconds + "' is no number of seconds", e);
        }
    }
}
