package io.balsa.raft.transport.http;

import io.balsa.raft.transport.Frame;
import io.balsa.raft.transport.Lane;
import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.util.List;

/** Frames for tests. */
final class Frames {

    private Frames() {}

    /** A frame of four bytes. */
    static Frame numbered(Lane lane, int number) {
        return sized(lane, number, Integer.BYTES);
    }

    /** A frame of this size that begins with a number. */
    static Frame sized(Lane lane, int number, int bytes) {
        ByteBuffer payload = ByteBuffer.allocate(bytes).putInt(0, number);
        return new Frame(1, lane, List.of(payload));
    }

    /** A frame as it is on the wire. */
    static byte[] encoded(FrameType type, int group, ByteBuffer... parts) {
        FrameEncoder encoder = new FrameEncoder();
        encoder.begin(type, group, List.of(parts));
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        ByteBuffer buffer = ByteBuffer.allocate(encoder.remainingBytes());
        encoder.writeTo(buffer);
        out.write(buffer.array(), 0, buffer.position());
        return out.toByteArray();
    }
}
