package io.balsa.raft.testkit.workload;

import io.balsa.raft.RaftNode;
import io.balsa.raft.SessionChannel;
import io.balsa.raft.session.SessionAnswer;
import io.balsa.raft.session.SessionRequest;
import io.balsa.raft.testkit.Draws;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/** The way of one process of a client to the cluster: to one server after the other. It may wait for an answer in vain. */
final class SessionLine implements SessionChannel {

    /** A request is given up on; it may arrive all the same. */
    static final class NoAnswer extends RuntimeException {

        private static final long serialVersionUID = 1L;

        NoAnswer() {
            super("no answer for so long");
        }
    }

    /** A command that was carried out, and what it was answered. */
    record Answered(
            @SuppressWarnings("ArrayRecordComponent") byte[] request, // nobody compares these records
            long sequence,
            SessionAnswer.Executed answer) {}

    private static final class Attempt {
        private final CompletableFuture<byte[]> answer = new CompletableFuture<>();
        private final long nanos;

        Attempt(long nanos) {
            this.nanos = nanos;
        }
    }

    private static final long PATIENCE_NANOS = 1_000_000_000L;
    private static final int REMEMBERED = 16;

    private final Ledger ledger;
    private final LongSupplier clock;
    private final List<Attempt> attempts = new ArrayList<>(); // that are under way
    private final List<Answered> answered = new ArrayList<>();
    private RaftNode node;
    private boolean gone;

    /** To the server whose turn it is. */
    SessionLine(Ledger ledger, Call call) {
        this.ledger = ledger;
        clock = call.clock();
        node = call.node();
    }

    /** To another server. */
    void moveTo(Call call) {
        node = call.node();
    }

    /** The process is no more, and hears nothing more. */
    void end() {
        gone = true;
        hangUp();
    }

    /** Nobody waits any more for what is under way. */
    void hangUp() {
        List.copyOf(attempts).forEach(this::giveUp);
    }

    boolean isGone() {
        return gone;
    }

    @Override
    public CompletableFuture<byte[]> propose(byte[] request) {
        Attempt attempt = new Attempt(clock.getAsLong());
        if (gone) {
            return CompletableFuture.failedFuture(new NoAnswer());
        }
        attempts.add(attempt);
        byte[] sent = request.clone();
        var unused = node.sessions().propose(request).whenComplete((byte[] bytes, @Nullable Throwable failure) -> {
            attempts.remove(attempt);
            if (failure == null) {
                ledger.look(() -> remember(sent, bytes));
            }
            if (failure == null) {
                attempt.answer.complete(bytes); // unless it was given up on
            } else {
                attempt.answer.completeExceptionally(failure);
            }
        });
        return attempt.answer;
    }

    private void remember(byte[] request, byte[] bytes) {
        if (SessionAnswer.decode(bytes) instanceof SessionAnswer.Executed answer
                && SessionRequest.decode(ByteBuffer.wrap(request)) instanceof SessionRequest.Command command) {
            answered.add(new Answered(request, command.sequence(), answer));
            if (answered.size() > REMEMBERED) {
                answered.remove(0);
            }
        }
    }

    /** Gives up on what has no answer for long, and now and then on what has none yet. */
    void losePatience(Call call) {
        Draws chance = call.chance();
        for (Attempt attempt : List.copyOf(attempts)) {
            if (clock.getAsLong() - attempt.nanos > PATIENCE_NANOS || chance.chance(0.3)) {
                giveUp(attempt);
            }
        }
    }

    private void giveUp(Attempt attempt) {
        attempts.remove(attempt);
        attempt.answer.completeExceptionally(new NoAnswer());
    }

    /** One of the commands that were carried out last. */
    Optional<Answered> anyAnswered(Draws chance) {
        return answered.isEmpty() ? Optional.empty() : Optional.of(answered.get(chance.nextInt(answered.size())));
    }
}
