package io.balsa.raft.message;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.management.ThreadMXBean;
import java.lang.management.ManagementFactory;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/**
 * Whatever a peer sends is a message or malformed: never another exception, and never more memory than its own size
 * explains. {@code -Dfuzz.messages=5000000} makes it long, {@code -Dfuzz.seed=…} another one.
 */
@DisplayName("Mutated bytes")
class MessageFuzzTest {

    private static final int MESSAGES = Integer.getInteger("fuzz.messages", 200_000);
    private static final long SEED = Long.getLong("fuzz.seed", 20_261_124L);

    /** What a message may take: a few objects for each byte of it, and what an exception with its trace takes. */
    private static final int BYTES_PER_BYTE = 64;

    private static final int BYTES_FOR_ANY = 32 << 10;

    /** Numbers that are on the edge of something. */
    private static final long[] NUMBERS = {
        0,
        1,
        -1,
        2,
        255,
        256,
        65_535,
        Short.MAX_VALUE,
        Integer.MAX_VALUE,
        Integer.MIN_VALUE,
        Long.MAX_VALUE,
        Long.MIN_VALUE,
    };

    private final SplittableRandom random = new SplittableRandom(SEED);
    private final ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
    private final List<byte[]> messages = MessageCodecTest.kinds()
            .map(kind -> HexFormat.of().parseHex((String) kind.get()[1]))
            .toList();

    @Test
    @DisplayName("are a message or malformed, and take no more memory than their size explains")
    void areMessagesOrMalformed() {
        long decoded = 0;
        long worstBytes = 0;
        for (int i = 0; i < MESSAGES; i++) {
            byte[] bytes = mutated(messages.get(random.nextInt(messages.size())));
            decoded += isMessage(bytes) ? 1 : 0;
            long limit = BYTES_FOR_ANY + (long) BYTES_PER_BYTE * bytes.length;
            long taken = allocatedFor(bytes);
            for (int chance = 0; taken > limit && chance < 3; chance++) {
                taken = allocatedFor(bytes); // until now, it may have been classes that were loaded
            }
            worstBytes = Math.max(worstBytes, taken);
            if (taken > limit) {
                throw new AssertionError(
                        "seed " + SEED + ": " + taken + " bytes allocated for " + Arrays.toString(bytes));
            }
        }

        System.out.printf(
                "fuzz of messages: seed %d, %,d decoded, %,d malformed, at most %,d bytes allocated for one%n",
                SEED, decoded, MESSAGES - decoded, worstBytes);
        assertThat(decoded).isBetween(MESSAGES / 20L, MESSAGES - MESSAGES / 20L);
    }

    private long allocatedFor(byte[] bytes) {
        long self = Thread.currentThread().getId();
        long before = threads.getThreadAllocatedBytes(self);
        isMessage(bytes);
        return threads.getThreadAllocatedBytes(self) - before;
    }

    private static boolean isMessage(byte[] bytes) {
        try {
            MessageCodec.decode(ByteBuffer.wrap(bytes));
            return true;
        } catch (MalformedMessageException e) {
            return false;
        } catch (RuntimeException e) {
            throw new AssertionError(
                    "seed " + SEED + ", bytes " + HexFormat.of().formatHex(bytes), e);
        }
    }

    private byte[] mutated(byte[] message) {
        byte[] bytes = switch (random.nextInt(8)) {
            case 0 -> Arrays.copyOf(message, random.nextInt(2 * message.length));
            case 1 -> spliced(message, messages.get(random.nextInt(messages.size())));
            default -> message.clone();
        };
        for (int i = random.nextInt(4); i > 0 && bytes.length > Long.BYTES; i--) {
            int at = random.nextInt(bytes.length - Long.BYTES);
            long number = NUMBERS[random.nextInt(NUMBERS.length)];
            switch (random.nextInt(4)) {
                case 0 -> ByteBuffer.wrap(bytes).putLong(at, number);
                case 1 -> ByteBuffer.wrap(bytes).putInt(at, (int) number);
                case 2 -> bytes[at] = (byte) number;
                default -> bytes[at] ^= (byte) (1 << random.nextInt(Byte.SIZE));
            }
        }
        return bytes;
    }

    private byte[] spliced(byte[] head, byte[] tail) {
        int cut = random.nextInt(Math.min(head.length, tail.length));
        byte[] bytes = tail.clone();
        System.arraycopy(head, 0, bytes, 0, cut);
        return bytes;
    }
}
