package io.balsa.raft.transport.http;

import io.balsa.raft.transport.Lane;
import java.util.Optional;

/** What a frame on the wire is: a frame of a lane, or one of ours that keeps the stream alive. */
enum FrameType {
    URGENT(1),
    ENTRIES(2),
    BULK(3),
    /**
     * Shows that the sender lives. Its payload names the sessions (8 bytes each) of those streams of the receiver that the
     * sender has heard lately: the one proof that a stream reaches its end, for HTTP itself tells nothing before the body
     * has ended.
     */
    KEEP_ALIVE(4);

    private final byte code;

    FrameType(int code) {
        this.code = (byte) code;
    }

    byte code() {
        return code;
    }

    static Optional<FrameType> ofCode(byte code) {
        for (FrameType type : values()) {
            if (type.code == code) {
                return Optional.of(type);
            }
        }
        return Optional.empty();
    }

    static FrameType of(Lane lane) {
        return switch (lane) {
            case URGENT -> URGENT;
            case ENTRIES -> ENTRIES;
            case BULK -> BULK;
        };
    }

    /** Whether a stream of this kind may carry it. */
    boolean fits(StreamKind kind) {
        return this == KEEP_ALIVE || (this == BULK) == (kind == StreamKind.BULK);
    }
}
