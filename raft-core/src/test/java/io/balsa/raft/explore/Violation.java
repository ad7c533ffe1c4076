package io.balsa.raft.explore;

import org.jspecify.annotations.Nullable;

/** Something that must never happen has happened. */
final class Violation extends RuntimeException {

    private static final long serialVersionUID = 1L;

    Violation(String what) {
        this(what, null);
    }

    Violation(String what, @Nullable Throwable cause) {
        super(what, cause);
    }
}
