package io.balsa.raft.storage.file;

import java.io.IOException;

/** The disk is full; nothing was written of what should have been, or nothing that means anything. */
final class NoRoomException extends IOException {

    private static final long serialVersionUID = 1L;

    NoRoomException(IOException cause) {
        super(cause.getMessage(), cause);
    }
}
