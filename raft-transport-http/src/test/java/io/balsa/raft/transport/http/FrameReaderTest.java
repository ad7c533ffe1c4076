package io.balsa.raft.transport.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@DisplayName("A frame on the wire")
class FrameReaderTest {

    private static final int MAX_FRAME_BYTES = 300_000;

    @ParameterizedTest(name = "in buffers of {0} bytes")
    @ValueSource(ints = {12, 13, 17, 64, 65_536})
    @DisplayName("is read as it was written, wherever the buffers end")
    void isReadAsWritten(int bufferBytes) throws IOException {
        byte[] large = new byte[200_000];
        new Random(2).nextBytes(large);
        List<List<ByteBuffer>> payloads = List.of(
                List.of(ByteBuffer.allocate(0)),
                List.of(ByteBuffer.wrap(large, 0, 5), ByteBuffer.allocate(0), ByteBuffer.wrap(large, 5, 60)),
                List.of(ByteBuffer.wrap(large)));

        byte[] wire = encode(payloads, bufferBytes);

        FrameReader reader = reader(wire);
        assertThat(reader.next().orElseThrow().payload()).isEmpty();
        assertThat(reader.next().orElseThrow().payload()).isEqualTo(Arrays.copyOf(large, 65));
        WireFrame last = reader.next().orElseThrow();
        assertThat(last.payload()).isEqualTo(large);
        assertThat(last.type()).isEqualTo(FrameType.ENTRIES);
        assertThat(last.group()).isEqualTo(-3);
        assertThat(reader.next()).isEmpty();
    }

    @Test
    @DisplayName("has this form, byte for byte")
    void hasThisForm() {
        byte[] wire = Frames.encoded(FrameType.URGENT, 0x01020304, ByteBuffer.wrap(new byte[] {'h', 'i'}));

        assertThat(wire)
                .asHexString()
                .startsWith("00000002" + "01" + "00" + "0000" + "01020304" + "6869")
                .hasSize(2 * (2 + WireFrame.OVERHEAD_BYTES));
    }

    @ParameterizedTest(name = "{0} bytes")
    @ValueSource(ints = {MAX_FRAME_BYTES + 1, Integer.MAX_VALUE, Integer.MIN_VALUE, -1})
    @DisplayName("is refused before any memory is taken for it, if it announces too many bytes")
    void refusesAnOversizedLength(int length) {
        byte[] header = ByteBuffer.allocate(WireFrame.HEADER_BYTES)
                .putInt(length)
                .put(FrameType.BULK.code())
                .array();
        InputStream nothingAfterTheHeader = new InputStream() {
            private boolean headerRead;

            @Override
            public int read() {
                throw new AssertionError("bytes are read in bulk");
            }

            @Override
            public int read(byte[] bytes, int offset, int count) {
                assertThat(headerRead).as("the payload should not be asked for").isFalse();
                headerRead = true;
                System.arraycopy(header, 0, bytes, offset, header.length);
                return header.length;
            }
        };

        assertThatThrownBy(() -> new FrameReader(nothingAfterTheHeader, MAX_FRAME_BYTES).next())
                .isInstanceOf(FrameException.class)
                .hasMessageContaining("at most " + MAX_FRAME_BYTES);
    }

    @Test
    @DisplayName("is refused if a bit has changed, wherever it is")
    void refusesAnyChangedBit() {
        byte[] wire = Frames.encoded(FrameType.ENTRIES, 1, ByteBuffer.wrap(new byte[] {1, 2, 3}));

        for (int bit = 0; bit < 8 * wire.length; bit++) {
            byte[] changed = wire.clone();
            changed[bit / 8] ^= (byte) (1 << bit % 8);
            assertThatThrownBy(() -> reader(changed).next()).isInstanceOf(FrameException.class);
        }
    }

    @Test
    @DisplayName("is refused if it is cut short, wherever that is")
    void refusesATruncatedFrame() {
        byte[] wire = Frames.encoded(FrameType.ENTRIES, 1, ByteBuffer.wrap(new byte[] {1, 2, 3}));

        for (int length = 1; length < wire.length; length++) {
            byte[] cut = Arrays.copyOf(wire, length);
            assertThatThrownBy(() -> reader(cut).next()).isInstanceOf(FrameException.class);
        }
    }

    @Test
    @DisplayName("is a frame or refused, whatever it is made of")
    void survivesHundredThousandMutations() {
        Random random = new Random(20_261_123);
        int frames = 0;
        int refused = 0;

        for (int i = 0; i < 100_000; i++) {
            byte[] wire = mutated(random);
            FrameReader reader = reader(wire);
            try {
                for (Optional<WireFrame> next = reader.next(); next.isPresent(); next = reader.next()) {
                    assertThat(next.get().payload().length).isLessThanOrEqualTo(wire.length);
                    frames++;
                }
            } catch (FrameException e) {
                refused++;
            } catch (IOException e) {
                throw new AssertionError("memory does not fail", e);
            }
        }

        assertThat(frames).isPositive();
        assertThat(refused).isGreaterThan(50_000);
    }

    private static byte[] mutated(Random random) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        for (int i = random.nextInt(3); i >= 0; i--) {
            byte[] payload = new byte[random.nextInt(200)];
            random.nextBytes(payload);
            FrameType type = FrameType.ofCode((byte) (1 + random.nextInt(4))).orElseThrow();
            out.writeBytes(Frames.encoded(type, random.nextInt(), ByteBuffer.wrap(payload)));
        }
        byte[] wire = out.toByteArray();
        for (int i = random.nextInt(4); i > 0; i--) {
            wire[random.nextInt(wire.length)] = (byte) random.nextInt();
        }
        return random.nextInt(3) == 0 ? Arrays.copyOf(wire, random.nextInt(wire.length)) : wire;
    }

    private static byte[] encode(List<List<ByteBuffer>> payloads, int bufferBytes) {
        FrameEncoder encoder = new FrameEncoder();
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        for (List<ByteBuffer> payload : payloads) {
            encoder.begin(FrameType.ENTRIES, -3, payload);
            boolean complete = false;
            while (!complete) {
                ByteBuffer buffer = ByteBuffer.allocate(bufferBytes);
                complete = encoder.writeTo(buffer);
                out.write(buffer.array(), 0, buffer.position());
            }
        }
        return out.toByteArray();
    }

    private static FrameReader reader(byte[] wire) {
        return new FrameReader(new ByteArrayInputStream(wire), MAX_FRAME_BYTES);
    }
}
