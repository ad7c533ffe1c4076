package io.balsa.raft.runtime;

import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;

/** Completes users' futures where users want it. */
final class Completer {

    private final Executor executor;

    Completer(Executor executor) {
        this.executor = executor;
    }

    <T> void complete(CompletableFuture<T> future, T value) {
        run(() -> future.complete(value));
    }

    void fail(CompletableFuture<?> future, Throwable failure) {
        run(() -> future.completeExceptionally(failure));
    }

    private void run(Runnable completion) {
        try {
            executor.execute(completion);
        } catch (Throwable e) {
            // The user's executor is closed already, or is broken: an answer on our thread is better than none.
            completion.run();
        }
    }
}
