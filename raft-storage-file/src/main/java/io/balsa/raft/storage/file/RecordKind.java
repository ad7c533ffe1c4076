package io.balsa.raft.storage.file;

import java.util.Optional;

/** What a record of the log is. The code is what stands on disk and never changes. */
enum RecordKind {
    /** Entries: the body is an encoded run. */
    RUN(1),
    /** The log goes on in the next segment, which was made durable before; no body. */
    CONTINUED(2),
    /** The store was closed in good order after this; no body. A later opening goes on behind it. */
    CLOSED(3);

    private static final RecordKind[] ALL = values();

    private final int code;

    RecordKind(int code) {
        this.code = code;
    }

    int code() {
        return code;
    }

    /** The kind with this number, if there is one. */
    static Optional<RecordKind> ofCode(int code) {
        for (RecordKind kind : ALL) {
            if (kind.code == code) {
                return Optional.of(kind);
            }
        }
        return Optional.empty();
    }
}
