package io.balsa.raft.testkit.conformance;

import org.jspecify.annotations.Nullable;

/** A storage has not kept a promise. The message begins with the name of the promise and its sentence. */
public final class BrokenPromiseError extends AssertionError {

    private static final long serialVersionUID = 1L;

    private final String promise;

    BrokenPromiseError(StoragePromise promise, Throwable evidence) {
        super(promise.name() + " is broken: " + promise.sentence() + "\n  " + describe(evidence), evidence);
        this.promise = promise.name();
    }

    private static String describe(Throwable evidence) {
        @Nullable String message = evidence.getMessage();
        return evidence instanceof Evidence ? String.valueOf(message) : "It has thrown " + evidence;
    }

    /** {@linkplain StoragePromise#name Name} of the promise. */
    public String promise() {
        return promise;
    }

    /** What was seen that must not be. */
    static final class Evidence extends RuntimeException {

        private static final long serialVersionUID = 1L;

        Evidence(String seen) {
            super(seen);
        }
    }
}
