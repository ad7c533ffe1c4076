package io.balsa.raft.examples.kvstore;

import io.balsa.raft.Outcome;

/** A client got no answer it could use before its deadline; {@link #outcome} says whether the request may have happened. */
final class KvClientException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    private final Outcome outcome;
    private final boolean answered;

    KvClientException(Outcome outcome, String sentence) {
        this(outcome, sentence, false);
    }

    private KvClientException(Outcome outcome, String sentence, boolean answered) {
        super(sentence);
        this.outcome = outcome;
        this.answered = answered;
    }

    /** A server answered, but neither with success nor with what is worth trying again. */
    static KvClientException answered(String sentence) {
        return new KvClientException(Outcome.NOT_APPLIED, sentence, true);
    }

    /** Whether a server answered what a correct client should never be answered. */
    boolean isAnswered() {
        return answered;
    }

    Outcome outcome() {
        return outcome;
    }
}
