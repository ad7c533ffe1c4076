package io.balsa.raft.transport.http;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.management.ThreadMXBean;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.zip.CRC32C;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/**
 * Whatever a peer sends is a message or malformed: never another exception, and never more memory than announced limits
 * allow. {@code -Dfuzz.messages=5000000} makes it long, {@code -Dfuzz.seed=…} another one.
 */
@DisplayName("Mutated bytes")
class WireFuzzTest {

    private static final int MESSAGES = Integer.getInteger("fuzz.messages", 200_000);
    private static final long SEED = Long.getLong("fuzz.seed", 20_261_124L);

    private static final int MAX_FRAME_BYTES = 4096;

    private static final List<FrameType> TYPES = List.of(FrameType.values());

    /** The reader's own buffer, the longest frame, and what exceptions and small objects take. */
    private static final long MAX_ALLOCATED_BYTES = (64 << 10) + MAX_FRAME_BYTES + (64 << 10);

    /** Some objects for each header, and an exception with its trace. */
    private static final long MAX_HELLO_BYTES = 64 << 10;

    /** Lengths that are on the edge of something. */
    private static final int[] LENGTHS = {
        -1, Integer.MIN_VALUE, Integer.MAX_VALUE, MAX_FRAME_BYTES, MAX_FRAME_BYTES + 1, 8 << 20, 0, 1, 65_536
    };

    private static final String[] VALUES = {
        "",
        " ",
        "-1",
        "0",
        "9223372036854775808",
        "1-1",
        "99999-1",
        "0-0",
        "ffffffffffffffff",
        "\u0000",
        "main",
        "\u0661"
    };

    private final SplittableRandom random = new SplittableRandom(SEED);
    private final ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
    private long decoded;
    private long malformed;
    private long worstBytes;

    @Test
    @DisplayName("on a stream are frames or malformed, and take no more memory than the longest frame")
    void areFramesOrMalformed() {
        while (decoded + malformed < MESSAGES) {
            byte[] wire = mutatedFrames();
            checkAllocation(() -> readAll(wire), MAX_ALLOCATED_BYTES);
        }

        report("frames");
        assertThat(decoded).isGreaterThan(MESSAGES / 20);
        assertThat(malformed).isGreaterThan(MESSAGES / 20);
    }

    @Test
    @DisplayName("in the headers of a hello are a hello or malformed, and are said to be in words of ours")
    void areHellosOrMalformed() {
        while (decoded + malformed < MESSAGES) {
            Map<String, String> headers = mutatedHello();
            checkAllocation(() -> readHello(headers), MAX_HELLO_BYTES);
        }

        report("hellos");
        assertThat(decoded).isGreaterThan(MESSAGES / 20);
        assertThat(malformed).isGreaterThan(MESSAGES / 20);
    }

    private void readAll(byte[] wire) {
        FrameReader reader = new FrameReader(new ByteArrayInputStream(wire), MAX_FRAME_BYTES);
        try {
            for (Optional<WireFrame> next = reader.next(); next.isPresent(); next = reader.next()) {
                assertThat(next.get().payload().length <= MAX_FRAME_BYTES).isTrue();
                decoded++;
            }
        } catch (FrameException e) {
            malformed++;
        } catch (IOException | RuntimeException e) {
            throw new AssertionError("seed " + SEED + ", bytes " + Arrays.toString(wire), e);
        }
    }

    private void readHello(Map<String, String> headers) {
        try {
            Hello.read(name -> Optional.ofNullable(headers.get(name)));
            decoded++;
        } catch (IllegalArgumentException e) {
            assertThat(e.getMessage())
                    .as("seed %d, headers %s", SEED, headers)
                    .matches("the header 'raft-[a-z]+' is (missing|malformed|too long)");
            malformed++;
        } catch (RuntimeException e) {
            throw new AssertionError("seed " + SEED + ", headers " + headers, e);
        }
    }

    private byte[] mutatedFrames() {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        for (int i = random.nextInt(4); i >= 0; i--) {
            byte[] payload = new byte[random.nextInt(100)];
            FrameType type = TYPES.get(random.nextInt(TYPES.size()));
            byte[] frame = Frames.encoded(type, random.nextInt(), ByteBuffer.wrap(payload));
            if (random.nextInt(3) > 0) {
                mutate(frame);
                if (random.nextBoolean()) {
                    mend(frame);
                }
            }
            out.writeBytes(frame);
        }
        byte[] wire = out.toByteArray();
        return switch (random.nextInt(8)) {
            case 0 -> Arrays.copyOf(wire, random.nextInt(wire.length));
            case 1 -> Arrays.copyOfRange(wire, random.nextInt(wire.length), wire.length);
            default -> wire;
        };
    }

    private void mutate(byte[] frame) {
        if (random.nextInt(4) == 0) {
            ByteBuffer.wrap(frame).putInt(LENGTHS[random.nextInt(LENGTHS.length)]);
        }
        for (int i = random.nextInt(4); i > 0; i--) {
            int at = random.nextInt(random.nextBoolean() ? WireFrame.HEADER_BYTES : frame.length);
            frame[at] ^= (byte) (1 << random.nextInt(8));
        }
    }

    /** The checksum is right again, so that what is behind it is reached too. */
    private static void mend(byte[] frame) {
        CRC32C crc = new CRC32C();
        int end = frame.length - WireFrame.TRAILER_BYTES;
        crc.update(frame, 0, end);
        ByteBuffer.wrap(frame).putInt(end, (int) crc.getValue());
    }

    private Map<String, String> mutatedHello() {
        Map<String, String> headers = new LinkedHashMap<>(RawPeer.hello());
        headers.put(Hello.SESSION, Long.toHexString(random.nextLong()));
        List<String> names = List.copyOf(headers.keySet());
        for (int i = random.nextInt(3); i > 0; i--) {
            String name = names.get(random.nextInt(names.size()));
            String value = headers.getOrDefault(name, "");
            headers.put(name, mutated(value));
            if (random.nextInt(20) == 0) {
                headers.remove(name);
            }
        }
        return headers;
    }

    private String mutated(String value) {
        StringBuilder text = new StringBuilder(value);
        int at = random.nextInt(value.length() + 1);
        return switch (random.nextInt(5)) {
            case 0 -> VALUES[random.nextInt(VALUES.length)];
            case 1 -> text.insert(at, (char) random.nextInt(256)).toString();
            case 2 -> value.substring(at);
            case 3 -> value.repeat(1 + random.nextInt(300));
            default -> text.insert(at, random.nextInt(10)).toString();
        };
    }

    /** What takes too much is given a second chance: the first time, it may have been classes that were loaded. */
    private void checkAllocation(Runnable work, long limit) {
        long bytes = allocatedBy(work);
        if (bytes > limit) {
            bytes = allocatedBy(work);
        }
        worstBytes = Math.max(worstBytes, bytes);
        if (bytes > limit) {
            throw new AssertionError("seed " + SEED + ": " + bytes + " bytes allocated, allowed " + limit);
        }
    }

    private long allocatedBy(Runnable work) {
        long self = Thread.currentThread().getId();
        long before = threads.getThreadAllocatedBytes(self);
        work.run();
        return threads.getThreadAllocatedBytes(self) - before;
    }

    private void report(String what) {
        System.out.printf(
                "fuzz of %s: seed %d, %,d decoded, %,d malformed, at most %,d bytes allocated for one%n",
                what, SEED, decoded, malformed, worstBytes);
    }
}
