package io.balsa.raft.runtime;

import io.balsa.raft.RaftException;
import java.util.concurrent.CompletableFuture;
import java.util.function.LongFunction;

/**
 * A read and the future of whoever asked for it.
 *
 * @param query what to do on the apply thread once it may be done; gets the read index
 * @param onAnswered is run once, before the answer is given: the read waits no more
 */
record PendingRead<T>(LongFunction<T> query, CompletableFuture<T> future, Runnable onAnswered) {

    void serve(long index, Completer completer) {
        T result;
        try {
            result = query.apply(index);
        } catch (Throwable e) { // the reader's own fault, and the reader's own answer
            onAnswered.run();
            completer.fail(future, e);
            return;
        }
        onAnswered.run();
        completer.complete(future, result);
    }

    void fail(RaftException failure, Completer completer) {
        onAnswered.run();
        completer.fail(future, failure);
    }
}
