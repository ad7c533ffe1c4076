package io.balsa.raft.examples.kvstore;

import io.balsa.raft.Outcome;

/** A client got no answer it could use before its deadline; {@link #outcome} says whether the request may have happened. */
final class KvClientException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    private final Outcome outcome;

    KvClientException(Outcome outcome, String sentence) {
        super(sentence);
        this.outcome = outcome;
    }

    Outcome outcome() {
        return outcome;
    }
}
