package io.balsa.raft.runtime;

import io.balsa.raft.RaftException;
import java.util.concurrent.CompletableFuture;
import java.util.function.BooleanSupplier;
import java.util.function.LongFunction;

/**
 * A read and the future of whoever asked for it.
 *
 * @param query what to do on the apply thread once it may be done; gets the read index
 * @param future completes with what the query returned
 * @param onAnswered is run once, before the answer is given: the read waits no more
 * @param minIndex what must have been applied, whatever else is demanded
 * @param lease whether it may be served on the strength of a lease
 */
record PendingRead<T>(
        LongFunction<T> query, CompletableFuture<T> future, Runnable onAnswered, long minIndex, boolean lease) {

    void serve(long index, Completer completer) {
        var unused = serveIf(() -> true, index, completer);
    }

    /**
     * Reads the state machine and answers, if that still holds which made it allowed.
     *
     * @return whether it was answered
     */
    boolean serveIf(BooleanSupplier holds, long index, Completer completer) {
        T result;
        try {
            result = query.apply(index);
        } catch (Throwable e) { // the reader's own fault, and the reader's own answer
            onAnswered.run();
            completer.fail(future, e);
            return true;
        }
        if (!holds.getAsBoolean()) {
            return false;
        }
        onAnswered.run();
        completer.complete(future, result);
        return true;
    }

    void fail(RaftException failure, Completer completer) {
        onAnswered.run();
        completer.fail(future, failure);
    }

    /** The same read, which a majority must confirm. */
    PendingRead<T> withoutLease() {
        return new PendingRead<>(query, future, onAnswered, minIndex, false);
    }
}
