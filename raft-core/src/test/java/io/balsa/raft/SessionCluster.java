package io.balsa.raft;

import io.balsa.raft.session.SessionAnswer;
import io.balsa.raft.session.SessionLimits;
import io.balsa.raft.session.SessionRequest;
import io.balsa.raft.session.SessionTable;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.function.Function;

/** A log that one table of sessions applies, reached through channels that do what the test told them to. */
final class SessionCluster {

    static final long TERM = 3;

    final List<String> ran = new ArrayList<>();
    final List<SessionRequest> requests = new ArrayList<>();
    private final SessionTable table = new SessionTable(new SessionLimits(10, 1024, 2000, 4096, 4096));
    private final Deque<Function<byte[], CompletableFuture<byte[]>>> script = new ArrayDeque<>();
    private long index;

    /** A channel: the next request meets what was told first, and so on; afterwards each is applied and answered. */
    synchronized CompletableFuture<byte[]> propose(byte[] request) {
        requests.add(SessionRequest.decode(ByteBuffer.wrap(request)));
        Function<byte[], CompletableFuture<byte[]>> told = script.poll();
        return told == null ? CompletableFuture.completedFuture(apply(request)) : told.apply(request);
    }

    /** The next request is lost: nothing is applied, and its client is told this. */
    SessionCluster lose(Throwable failure) {
        script.add(request -> CompletableFuture.failedFuture(failure));
        return this;
    }

    /** The next request is applied, but the answer is lost, and its client is told this. */
    SessionCluster loseTheAnswer(Throwable failure) {
        script.add(request -> {
            byte[] lost = apply(request);
            return CompletableFuture.failedFuture(lost.length == 0 ? new AssertionError() : failure);
        });
        return this;
    }

    /** The next request is answered with this. */
    SessionCluster answer(byte[] answer) {
        script.add(request -> CompletableFuture.completedFuture(answer));
        return this;
    }

    /** The next request throws. */
    SessionCluster refuse(RuntimeException failure) {
        script.add(request -> {
            throw failure;
        });
        return this;
    }

    /** The next request waits; what is returned applies it. */
    Runnable hold() {
        CompletableFuture<byte[]> answer = new CompletableFuture<>();
        List<byte[]> held = new ArrayList<>();
        script.add(request -> {
            held.add(request);
            return answer;
        });
        return () -> answer.complete(apply(held.get(0)));
    }

    /** Entries of others. */
    synchronized void skip(long entries) {
        index += entries;
    }

    synchronized byte[] apply(byte[] request) {
        SessionAnswer answer = table.apply(++index, TERM, ByteBuffer.wrap(request), command -> {
            String text = StandardCharsets.UTF_8.decode(command).toString();
            ran.add(text);
            return text.getBytes(StandardCharsets.UTF_8);
        });
        return answer.encode();
    }

    synchronized int keptCount() {
        return table.keptCount();
    }

    synchronized int sessions() {
        return table.size();
    }

    static OutcomeUnknownException unknown() {
        return new OutcomeUnknownException("the leader changed");
    }

    static NotLeaderException notLeader() {
        return new NotLeaderException(Optional.empty());
    }
}
