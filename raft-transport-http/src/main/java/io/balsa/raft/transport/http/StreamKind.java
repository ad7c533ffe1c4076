package io.balsa.raft.transport.http;

import io.balsa.raft.transport.Lane;
import java.util.Locale;
import java.util.Optional;

/** The two streams that may lead from one server to another; each has a connection, a session and a queue of its own. */
enum StreamKind {
    /** Votes, heartbeats, entries and their acknowledgements: always open. */
    MAIN,
    /** Snapshots: opened by the first frame. */
    BULK;

    static StreamKind of(Lane lane) {
        return lane == Lane.BULK ? BULK : MAIN;
    }

    /** What a header calls it. */
    String label() {
        return name().toLowerCase(Locale.ROOT);
    }

    static Optional<StreamKind> labelled(String label) {
        for (StreamKind kind : values()) {
            if (kind.label().equals(label)) {
                return Optional.of(kind);
            }
        }
        return Optional.empty();
    }
}
