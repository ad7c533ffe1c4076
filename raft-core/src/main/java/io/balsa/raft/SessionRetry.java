package io.balsa.raft;

import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;

/**
 * Decides whether a {@link RaftSession} proposes a request again that has failed, where, and when. The session has no
 * threads and no clock of its own: how long to wait is in the stage that is returned.
 *
 * <pre>{@code
 * SessionRetry retry = (channel, attempts, failure) -> attempts < 20
 *         ? Optional.of(node.awaitLeader().thenApply(leader -> channelTo(leader)))
 *         : Optional.empty();
 * }</pre>
 */
@FunctionalInterface
public interface SessionRetry {

    /** The most attempts that {@link #times} allows: without a pause, more are of no use. */
    int MAX_TIMES = 100;

    /**
     * Called after each attempt that failed, by whoever completed it; must not block.
     *
     * @param channel where the session's requests go at the moment
     * @param attempts how many there were, 1 or more
     * @param failure how the last one failed: a {@link RaftException}, or whatever the channel failed with
     * @return where this and all later requests go, as soon as the stage completes, unless the session has been moved
     *     meanwhile; a stage that fails ends the attempts; empty to give up
     */
    Optional<CompletionStage<SessionChannel>> after(SessionChannel channel, int attempts, Throwable failure);

    /** Gives up at once. */
    static SessionRetry never() {
        return (channel, attempts, failure) -> Optional.empty();
    }

    /**
     * Tries again at once, where the session's requests go at the moment, until there were this many attempts: for channels that pause or look for
     * the leader themselves.
     *
     * @param attempts in all, 1 to {@value #MAX_TIMES}
     */
    static SessionRetry times(int attempts) {
        if (attempts < 1 || attempts > MAX_TIMES) {
            throw new IllegalArgumentException("there can be 1 to " + MAX_TIMES + " attempts, not " + attempts);
        }
        return (channel, made, failure) ->
                made < attempts ? Optional.of(CompletableFuture.completedFuture(channel)) : Optional.empty();
    }
}
