package io.balsa.raft;

import java.util.concurrent.CompletableFuture;

/**
 * Takes the requests of a {@link RaftSession} to the log: a node of this process, or whatever reaches one elsewhere.
 */
@FunctionalInterface
public interface SessionChannel {

    /**
     * Has a request appended to the log, <b>at most once for each call</b>. Whoever repeats a request on its own, because a
     * connection broke, must fail the first time instead: the session repeats it, and has to know that it does.
     *
     * @param request opaque bytes, which belong to the channel from now on
     * @return what the node answered, opaque too; or, as from {@link RaftNode#propose}, a {@link RaftException}. Any other
     *     failure, a timeout for instance, counts as one whose outcome is {@link Outcome#UNKNOWN}
     */
    CompletableFuture<byte[]> propose(byte[] request);
}
