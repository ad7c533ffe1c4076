package io.balsa.raft;

import io.balsa.raft.session.SessionAnswer;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * One request of a session, proposed until it is answered or the caller's policy gives up. Its attempts are made one after
 * the other, on the threads that complete the ones before, so its fields are handed on by futures and need no lock.
 */
final class SessionExchange {

    /** Who waits for the answer: exactly one of the two is called, once. */
    interface Asker {

        /**
         * The request was answered.
         *
         * @param isRepeated whether an attempt before this one may have been applied
         */
        void onAnswer(SessionAnswer answer, boolean isRepeated);

        /**
         * No attempt was answered.
         *
         * @param mayBeApplied whether any of them may have been applied, or may yet be
         */
        void onGivenUp(Throwable failure, boolean mayBeApplied);
    }

    private final SessionRoute route;
    private final SessionRetry retry;
    private final Supplier<byte[]> request;
    private final Asker asker;
    private boolean mayBeApplied;
    private int attempts;

    /**
     * An exchange that was not begun.
     *
     * @param route where the session's requests go; a retry may change it
     * @param request encoded anew for each attempt
     * @param mayBeApplied whether the request was made before
     */
    SessionExchange(
            SessionRoute route, SessionRetry retry, Supplier<byte[]> request, boolean mayBeApplied, Asker asker) {
        this.route = route;
        this.retry = retry;
        this.request = request;
        this.mayBeApplied = mayBeApplied;
        this.asker = asker;
    }

    /** Makes the first attempt. */
    void begin() {
        attempt();
    }

    private void attempt() {
        attempts++;
        CompletableFuture<byte[]> answer;
        try {
            answer = Objects.requireNonNull(route.current().propose(request.get()), "the channel answered null");
        } catch (RuntimeException e) {
            answer = CompletableFuture.failedFuture(e);
        }
        var unused = answer.whenComplete((bytes, failure) -> {
            if (failure == null) {
                onAnswered(bytes);
            } else {
                onFailed(causeOf(failure));
            }
        });
    }

    private void onAnswered(byte[] bytes) {
        SessionAnswer answer;
        try {
            answer = SessionAnswer.decode(bytes);
        } catch (RuntimeException e) {
            asker.onGivenUp(e, true); // it was answered, but in words that we do not know: asking again will not help
            return;
        }
        asker.onAnswer(answer, mayBeApplied);
    }

    private void onFailed(Throwable failure) {
        boolean certain = failure instanceof RaftException e && e.outcome() == Outcome.NOT_APPLIED;
        mayBeApplied |= !certain;
        SessionChannel current = route.current();
        Optional<CompletionStage<SessionChannel>> again;
        try {
            again = Objects.requireNonNull(retry.after(current, attempts, failure), "the retry answered null");
        } catch (RuntimeException e) {
            failure.addSuppressed(e);
            again = Optional.empty();
        }
        if (again.isEmpty()) {
            asker.onGivenUp(failure, mayBeApplied);
            return;
        }
        var unused = again.get().whenComplete((next, noMore) -> onNext(current, next, failure));
    }

    private void onNext(SessionChannel current, @Nullable SessionChannel next, Throwable failure) {
        if (next == null) {
            asker.onGivenUp(failure, mayBeApplied);
        } else {
            route.moveOn(current, next);
            attempt();
        }
    }

    private static Throwable causeOf(Throwable failure) {
        Throwable cause = failure.getCause();
        return failure instanceof CompletionException && cause != null ? cause : failure;
    }
}
