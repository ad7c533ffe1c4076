package io.balsa.raft.transport;

/** A transport cannot start; the message says in a sentence what is wrong and what to do about it. */
public class TransportException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    /** With this sentence. */
    public TransportException(String message) {
        super(message);
    }

    /** With this sentence, and what led to it. */
    public TransportException(String message, Throwable cause) {
        super(message, cause);
    }
}
