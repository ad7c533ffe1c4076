package io.balsa.raft.transport.http;

import java.io.IOException;

/** The peer does not want us, or what answers is no peer; the message says why, as it was told. */
final class HelloRefusedException extends IOException {

    private static final long serialVersionUID = 1L;

    HelloRefusedException(String message) {
        super(message);
    }
}
