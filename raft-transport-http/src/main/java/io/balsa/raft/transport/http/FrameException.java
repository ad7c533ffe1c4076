package io.balsa.raft.transport.http;

import java.io.IOException;

/** What came in is no frame. The stream it came on cannot be trusted any more and ends; nothing else does. */
final class FrameException extends IOException {

    private static final long serialVersionUID = 1L;

    FrameException(String message) {
        super(message);
    }
}
