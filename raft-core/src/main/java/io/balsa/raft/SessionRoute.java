package io.balsa.raft;

import java.util.Objects;

/** Where the requests of a session go at the moment. Safe for use by many threads. */
final class SessionRoute {

    private SessionChannel current;

    SessionRoute(SessionChannel first) {
        this.current = Objects.requireNonNull(first, "channel");
    }

    synchronized SessionChannel current() {
        return current;
    }

    synchronized void moveTo(SessionChannel next) {
        current = Objects.requireNonNull(next, "next");
    }

    /** Moves on, unless the session has been moved meanwhile. */
    synchronized void moveOn(SessionChannel from, SessionChannel next) {
        if (current == from) {
            current = next;
        }
    }
}
