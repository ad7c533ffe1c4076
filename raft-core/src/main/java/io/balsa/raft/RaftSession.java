package io.balsa.raft;

import io.balsa.raft.session.SessionAnswer;
import io.balsa.raft.session.SessionLimits;
import io.balsa.raft.session.SessionRefusal;
import io.balsa.raft.session.SessionRequest;
import java.nio.ByteBuffer;
import java.util.Collections;
import java.util.Objects;
import java.util.Optional;
import java.util.SortedMap;
import java.util.concurrent.CompletableFuture;
import java.util.function.BiConsumer;
import java.util.function.Supplier;

/**
 * A client's session: each command that is proposed in it takes effect at most once, however often it is repeated and
 * wherever (dissertation section 6.3).
 *
 * <p>The session numbers its commands. One whose outcome is {@link Outcome#UNKNOWN} it proposes again under the same
 * number, as often and where the {@link SessionRetry} says, and the cluster answers with what came out the first time. When
 * that is not enough, the command fails with an {@link UnresolvedCommandException} and can be {@linkplain #resolve resolved}
 * later. Every request tells the cluster up to which command all outcomes are known here, so that it may forget them.
 *
 * <p><b>Order.</b> Commands that are under way at the same time may be applied in any order. Whoever needs one order waits for
 * one command before proposing the next.
 *
 * <p><b>Expiry.</b> The session ends when it was not used in the last {@code expiryEntries} entries of the log, of all
 * clients; {@link #keepAlive} is a use. There are at most 4096 sessions in a cluster; one more ends the least recently used. From
 * then on everything fails with a {@link SessionExpiredException}.
 *
 * <p><b>Threads.</b> Safe for use by many. It has no threads and no timers of its own: futures complete on the threads that
 * complete those of the {@link SessionChannel} and the {@link SessionRetry}, and nothing blocks.
 */
public final class RaftSession {

    /** How many commands may be without an outcome before the oldest has one; beyond, they are refused. */
    public static final int MAX_UNACKNOWLEDGED = SessionLimits.STANDARD.maxUnacknowledged();

    private final SessionRoute route;
    private final SessionRetry retry;
    private final long id;
    private final OpenCommands commands;
    private volatile boolean ended;

    private RaftSession(SessionRoute route, SessionRetry retry, long id, OpenCommands commands) {
        if (id < 1) {
            throw new IllegalArgumentException("the id of a session is a positive number, not " + id);
        }
        this.route = route;
        this.retry = retry;
        this.id = id;
        this.commands = commands;
    }

    /**
     * Opens a session. Should that fail with an unknown outcome, there may be one that nobody knows; it expires by itself.
     *
     * @param expiryEntries how many entries the log may grow, by all clients together, while the session is not used; 1 to
     *     2<sup>40</sup>
     * @return the session; or how the last attempt failed
     */
    public static CompletableFuture<RaftSession> open(SessionChannel channel, long expiryEntries, SessionRetry retry) {
        byte[] request = new SessionRequest.Open(expiryEntries).encode();
        SessionRoute route = new SessionRoute(channel);
        Objects.requireNonNull(retry, "retry");
        return ask(route, retry, request::clone, (answer, opened) -> {
            if (answer instanceof SessionAnswer.Opened fresh) {
                OpenCommands none = new OpenCommands(1, Collections.emptySortedMap());
                opened.complete(new RaftSession(route, retry, fresh.session(), none));
            } else {
                opened.completeExceptionally(unexpected(answer));
            }
        });
    }

    /**
     * Goes on with a session that was opened before, on another node or by a process that is no more. All commands below
     * {@code nextSequence} count as done.
     *
     * @param id {@link #id} of the session
     * @param nextSequence a number that was not used yet, such as {@link #nextSequence} of the session. The cluster detects
     *     one that is too low, as long as it remembers: see {@link SequenceReusedException}
     */
    public static RaftSession resume(SessionChannel channel, long id, long nextSequence, SessionRetry retry) {
        return resume(channel, id, nextSequence, Collections.emptySortedMap(), retry);
    }

    /**
     * Goes on with a session, and with commands in it that may have been proposed or not: {@link #resolve} them.
     *
     * @param unresolved {@link #unresolved} of the session, by number, all below {@code nextSequence}
     */
    public static RaftSession resume(
            SessionChannel channel,
            long id,
            long nextSequence,
            SortedMap<Long, byte[]> unresolved,
            SessionRetry retry) {
        return new RaftSession(
                new SessionRoute(channel),
                Objects.requireNonNull(retry, "retry"),
                id,
                new OpenCommands(nextSequence, unresolved));
    }

    /** The id of the session, by which another node or process can go on with it: index of the entry that opened it. */
    public long id() {
        return id;
    }

    /** The number that the next command will have. */
    public long nextSequence() {
        return commands.nextSequence();
    }

    /** From now on requests go there; those that are under way stay where they are until they fail. */
    public void moveTo(SessionChannel next) {
        route.moveTo(next);
    }

    /**
     * Proposes a command, which takes effect at most once.
     *
     * @param command the array belongs to the session from now on
     * @return what was applied, and where that was the first time; or a {@link RaftException}: an
     *     {@link UnresolvedCommandException} if it is not known whether it was applied and all attempts are used up, a
     *     {@link ResultDroppedException}, {@link SessionExpiredException} or {@link SequenceReusedException}, or, if it was
     *     certainly not applied, how the last attempt failed
     */
    public CompletableFuture<Applied> propose(byte[] command) {
        Objects.requireNonNull(command, "command");
        if (ended) {
            return CompletableFuture.failedFuture(new SessionExpiredException(id, Outcome.NOT_APPLIED));
        }
        Optional<OpenCommand> added = commands.add(command);
        return added.isPresent() ? begin(added.get()) : CompletableFuture.failedFuture(overloaded());
    }

    /**
     * Asks again what became of a command whose outcome is not known. If it was not applied yet, it is now.
     *
     * @param sequence one of {@link #unresolved}
     * @return as of {@link #propose}; of a command that is under way, its answer
     * @throws IllegalArgumentException if the outcome of that command is known
     */
    public CompletableFuture<Applied> resolve(long sequence) {
        Optional<OpenCommand> again = commands.again(sequence);
        return again.isPresent() ? begin(again.get()) : commands.get(sequence).answer();
    }

    /**
     * Gives up on a command whose outcome is not known, so that the cluster can forget it. As soon as any later request of
     * the session is answered, the command will certainly not be applied any more, if it was not before.
     *
     * @param sequence one of {@link #unresolved}
     * @throws IllegalArgumentException if the outcome of that command is known
     * @throws IllegalStateException if the command is under way
     */
    public void abandon(long sequence) {
        commands.abandon(sequence);
    }

    /** The commands whose outcome is not known, by number: those that are under way, and those that were given up. */
    public SortedMap<Long, byte[]> unresolved() {
        return commands.all();
    }

    /**
     * Uses the session, so that it does not expire, and tells the cluster which outcomes are known here.
     *
     * @return done; or a {@link SessionExpiredException}, or how the last attempt failed
     */
    public CompletableFuture<Void> keepAlive() {
        return ask(route, retry, this::keepAliveRequest, (answer, done) -> {
            if (answer instanceof SessionAnswer.KeptAlive) {
                done.complete(null);
            } else {
                done.completeExceptionally(failureOf(answer));
            }
        });
    }

    /**
     * Ends the session, as a courtesy: it would expire anyway. Whatever is under way may fail with a
     * {@link SessionExpiredException}. May be tried again.
     *
     * @return done, also if the session was gone already; or how the last attempt failed
     */
    public CompletableFuture<Void> end() {
        ended = true;
        byte[] request = new SessionRequest.Close(id).encode();
        return ask(route, retry, request::clone, (answer, done) -> {
            if (answer instanceof SessionAnswer.Closed || isExpiry(answer)) {
                done.complete(null);
            } else {
                done.completeExceptionally(failureOf(answer));
            }
        });
    }

    private byte[] keepAliveRequest() {
        return new SessionRequest.KeepAlive(id, commands.acknowledgedUpTo()).encode();
    }

    private CompletableFuture<Applied> begin(OpenCommand command) {
        Supplier<byte[]> request = () -> {
            ByteBuffer bytes = ByteBuffer.wrap(command.command());
            return new SessionRequest.Command(id, command.sequence(), commands.acknowledgedUpTo(), bytes).encode();
        };
        SessionExchange.Asker asker = new SessionExchange.Asker() {
            @Override
            public void onAnswer(SessionAnswer answer, boolean isRepeated) {
                settle(command, answer, isRepeated);
            }

            @Override
            public void onGivenUp(Throwable failure, boolean mayBeApplied) {
                giveUp(command, failure, mayBeApplied);
            }
        };
        new SessionExchange(route, retry, request, command.mayBeApplied(), asker).begin();
        return command.answer();
    }

    private void settle(OpenCommand command, SessionAnswer answer, boolean isRepeated) {
        if (answer instanceof SessionAnswer.Executed executed) {
            commands.settle(command.sequence());
            command.answer().complete(new Applied(executed.index(), executed.term(), executed.result()));
        } else if (answer instanceof SessionAnswer.ResultDropped dropped) {
            fail(command, new ResultDroppedException(dropped.index(), dropped.term()));
        } else if (answer instanceof SessionAnswer.Refused refused) {
            onRefused(command, refused.reason(), isRepeated);
        } else {
            giveUp(command, unexpected(answer), true);
        }
    }

    private void onRefused(OpenCommand command, SessionRefusal reason, boolean isRepeated) {
        // This attempt was not applied. One before it may have been, and what is refused for now may yet be.
        Outcome outcome = isRepeated ? Outcome.UNKNOWN : Outcome.NOT_APPLIED;
        switch (reason) {
            case SESSION_EXPIRED -> {
                ended = true;
                fail(command, new SessionExpiredException(id, outcome));
            }
            case ALREADY_ACKNOWLEDGED -> fail(command, new SequenceReusedException(command.sequence(), outcome));
            case SEQUENCE_REUSED -> fail(command, new SequenceReusedException(command.sequence(), Outcome.NOT_APPLIED));
            case TOO_MANY_UNACKNOWLEDGED -> giveUp(command, overloaded(), isRepeated);
            case MALFORMED -> giveUp(command, unexpected(new SessionAnswer.Refused(reason)), isRepeated);
        }
    }

    /** No more attempts: the command stays open if it may be in a log, and never was in one otherwise. */
    private void giveUp(OpenCommand command, Throwable failure, boolean mayBeApplied) {
        if (mayBeApplied) {
            commands.giveUp(command.sequence());
            command.answer().completeExceptionally(new UnresolvedCommandException(command.sequence(), failure));
        } else {
            fail(command, failure);
        }
    }

    private void fail(OpenCommand command, Throwable failure) {
        commands.settle(command.sequence());
        command.answer().completeExceptionally(failure);
    }

    private RuntimeException failureOf(SessionAnswer answer) {
        if (!isExpiry(answer)) {
            return unexpected(answer);
        }
        ended = true;
        return new SessionExpiredException(id, Outcome.NOT_APPLIED);
    }

    private static boolean isExpiry(SessionAnswer answer) {
        return answer instanceof SessionAnswer.Refused refused && refused.reason() == SessionRefusal.SESSION_EXPIRED;
    }

    private static ProposalRefusedException overloaded() {
        return new ProposalRefusedException(
                ProposalRefusedException.Reason.OVERLOADED, "too many commands of sessions are not acknowledged");
    }

    private static IllegalStateException unexpected(SessionAnswer answer) {
        return new IllegalStateException("the channel gave another answer than was asked for: " + answer);
    }

    /** Asks for something that is not harmed by repetition. */
    private static <T> CompletableFuture<T> ask(
            SessionRoute route,
            SessionRetry retry,
            Supplier<byte[]> request,
            BiConsumer<SessionAnswer, CompletableFuture<T>> conclusion) {
        CompletableFuture<T> future = new CompletableFuture<>();
        SessionExchange.Asker asker = new SessionExchange.Asker() {
            @Override
            public void onAnswer(SessionAnswer answer, boolean isRepeated) {
                conclusion.accept(answer, future);
            }

            @Override
            public void onGivenUp(Throwable failure, boolean mayBeApplied) {
                future.completeExceptionally(failure);
            }
        };
        new SessionExchange(route, retry, request, false, asker).begin();
        return future;
    }
}
