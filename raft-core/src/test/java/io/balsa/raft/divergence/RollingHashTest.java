package io.balsa.raft.divergence;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.TreeSet;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

@DisplayName("The rolling hash")
class RollingHashTest {

    private static final byte[] NOTHING = {};

    @Test
    @DisplayName("is these numbers, now and for ever")
    void isTheGoldenNumbers() {
        long first = RollingHash.next(RollingHash.START, 1, 1, buffer(""), NOTHING);
        long second = RollingHash.next(first, 2, 0, buffer("put key value"), bytes("ok"));
        long third = RollingHash.next(second, 3, 3, buffer("0123456789".repeat(8)), bytes("abc".repeat(11)));

        assertThat(Long.toHexString(first)).isEqualTo("593634b6114fdcfb");
        assertThat(Long.toHexString(second)).isEqualTo("6a3b32b75bf28f36");
        assertThat(Long.toHexString(third)).isEqualTo("89df68a3779ddae0");
    }

    @Test
    @DisplayName("does not depend on where the bytes lie, and does not move the buffer")
    void dependsOnContentOnly() {
        byte[] command = bytes("a command of more than eight bytes");
        ByteBuffer direct = ByteBuffer.allocateDirect(100).position(3);
        direct.put(command).limit(direct.position()).position(3);
        ByteBuffer readOnly = ByteBuffer.wrap(command).asReadOnlyBuffer();
        long expected = RollingHash.next(1, 2, 0, ByteBuffer.wrap(command), NOTHING);

        assertThat(RollingHash.next(1, 2, 0, direct, NOTHING)).isEqualTo(expected);
        assertThat(RollingHash.next(1, 2, 0, readOnly, NOTHING)).isEqualTo(expected);
        assertThat(direct.position()).isEqualTo(3);
    }

    @Test
    @DisplayName(
            "tells apart what went before, index, kind, payload and result, and where one ends and the next begins")
    void dependsOnEverything() {
        Set<Long> hashes = new TreeSet<>();
        hashes.add(RollingHash.next(RollingHash.START, 1, 0, buffer("ab"), bytes("c")));
        hashes.add(RollingHash.next(~RollingHash.START, 1, 0, buffer("ab"), bytes("c")));
        hashes.add(RollingHash.next(RollingHash.START, 2, 0, buffer("ab"), bytes("c")));
        hashes.add(RollingHash.next(RollingHash.START, 1, 3, buffer("ab"), bytes("c")));
        hashes.add(RollingHash.next(RollingHash.START, 1, 0, buffer("a"), bytes("bc")));
        hashes.add(RollingHash.next(RollingHash.START, 1, 0, buffer("abc"), NOTHING));
        hashes.add(RollingHash.next(RollingHash.START, 1, 0, buffer(""), bytes("abc")));
        hashes.add(RollingHash.next(RollingHash.START, 1, 0, buffer("ab"), bytes("c\0")));
        hashes.add(RollingHash.next(RollingHash.START, 1, 0, buffer("ab\0"), bytes("c")));
        hashes.add(RollingHash.next(RollingHash.START, 1, 0, buffer(""), NOTHING));

        assertThat(hashes).hasSize(10);
    }

    @Test
    @DisplayName("changes about half of its bits with any single bit of a command or a result")
    void spreadsEveryBit() {
        long seed = 411;
        SplittableRandom random = new SplittableRandom(seed);
        for (int length = 1; length <= 110; length++) {
            byte[] command = new byte[length];
            random.nextBytes(command);
            long expected = RollingHash.next(5, 6, 0, ByteBuffer.wrap(command), command);
            long changedBits = 0;
            for (int bit = 0; bit < Byte.SIZE * length; bit++) {
                byte[] other = Arrays.copyOf(command, length);
                other[bit / Byte.SIZE] ^= (byte) (1 << bit % Byte.SIZE);
                long inCommand = RollingHash.next(5, 6, 0, ByteBuffer.wrap(other), command);
                long inResult = RollingHash.next(5, 6, 0, ByteBuffer.wrap(command), other);
                assertThat(new long[] {inCommand, inResult})
                        .as("bit %d of %d bytes, seed %d", bit, length, seed)
                        .doesNotContain(expected);
                changedBits += Long.bitCount(inCommand ^ expected) + Long.bitCount(inResult ^ expected);
            }
            assertThat(changedBits / (2.0 * Byte.SIZE * length))
                    .as("%d bytes", length)
                    .isBetween(26.0, 38.0);
        }
    }

    @Test
    @DisplayName("does not repeat itself over two hundred thousand entries that say the same, nor after a difference")
    void neverForgets() {
        Set<Long> seen = new TreeSet<>();
        long straight = RollingHash.START;
        long other = RollingHash.next(RollingHash.START, 1, 0, buffer("x"), bytes("2"));
        straight = RollingHash.next(straight, 1, 0, buffer("x"), bytes("1"));
        for (int index = 2; index < 100_000; index++) {
            straight = RollingHash.next(straight, index, 0, buffer("x"), bytes("1"));
            other = RollingHash.next(other, index, 0, buffer("x"), bytes("1"));
            assertThat(seen.add(straight)).isTrue();
            assertThat(seen.add(other)).isTrue();
        }
    }

    private static ByteBuffer buffer(String text) {
        return ByteBuffer.wrap(bytes(text));
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }
}
