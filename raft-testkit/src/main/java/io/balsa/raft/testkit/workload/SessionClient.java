package io.balsa.raft.testkit.workload;

import io.balsa.raft.Applied;
import io.balsa.raft.RaftSession;
import io.balsa.raft.SessionExpiredException;
import io.balsa.raft.SessionRetry;
import io.balsa.raft.UnresolvedCommandException;
import io.balsa.raft.session.SessionAnswer;
import io.balsa.raft.session.SessionRequest;
import io.balsa.raft.testkit.Draws;
import io.balsa.raft.testkit.oracle.Violation;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * The sessions of a client, one after the other. What it gets no answer to it asks again in a later turn, of whichever server
 * that turn belongs to; it loses its patience now and then while the first attempt is still under way; it dies and goes on as
 * another process that knows what it knew. And the network brings what was answered long ago once more.
 */
final class SessionClient {

    /** Who wants to know what becomes of commands. */
    interface Listener {

        /** It was carried out. */
        void onDone(Asked asked, Applied done);

        /** It was not, or nobody will ever know. */
        void onFailed(Asked asked, Throwable failure);

        /** It is not known yet; the client will ask again. */
        void onOpen(Asked asked, Throwable failure);
    }

    /** A session, in one process. */
    private record Held(RaftSession session, SessionLine line, SortedMap<Long, Asked> open) {

        Asked asked(long sequence) {
            return Objects.requireNonNull(open.get(sequence));
        }
    }

    private final Ledger ledger;
    private final SessionWatch watch;
    private final Listener listener;
    private Optional<SessionLine> opening = Optional.empty();
    private Optional<Held> held = Optional.empty();
    private final List<SessionLine> left =
            new ArrayList<>(); // of sessions that have ended, with something still under way

    SessionClient(Ledger ledger, SessionWatch watch, Listener listener) {
        this.ledger = ledger;
        this.watch = watch;
        this.listener = listener;
    }

    /** Whether it has a session, as far as it knows. */
    boolean isOpen() {
        return held.isPresent();
    }

    /**
     * It is the client's turn, which may go by with what a session needs.
     *
     * @return whether it did
     */
    boolean take(Call call) {
        Draws chance = call.chance();
        opening.ifPresent(line -> line.losePatience(call));
        held.ifPresent(its -> its.line.moveTo(call));
        held.ifPresent(its -> its.line.losePatience(call));
        if (held.isEmpty()) {
            return opening.isEmpty() && open(call);
        }
        Held its = held.get();
        if (chance.chance(0.1)) {
            repeat(its, call);
        }
        if (chance.chance(0.03)) {
            reuseNumber(its, call);
        }
        if (chance.chance(0.03)) {
            die(its, call);
            return false;
        }
        return careFor(its, call);
    }

    /** Gives up on all that is under way. */
    void hangUp() {
        opening.ifPresent(SessionLine::hangUp);
        held.ifPresent(its -> its.line.hangUp());
        left.forEach(SessionLine::hangUp);
    }

    private void leave(Held its) {
        held = Optional.empty();
        left.add(its.line);
    }

    private boolean careFor(Held its, Call call) {
        Draws chance = call.chance();
        if (!its.open.isEmpty() && chance.chance(0.7)) {
            List<Long> numbers = List.copyOf(its.open.keySet());
            long sequence = numbers.get(chance.nextInt(numbers.size()));
            Asked asked = its.asked(sequence);
            ledger.tell(() -> "client " + call.client() + " asks again for " + Words.of(asked.command()));
            await(its, sequence, its.session.resolve(sequence), call);
            return true;
        }
        if (chance.chance(0.03)) {
            settle(its, its.session.keepAlive(), call);
            return true;
        }
        if (chance.chance(0.01)) {
            leave(its);
            settle(its, its.session.end(), call);
            return true;
        }
        return false;
    }

    private boolean open(Call call) {
        Draws chance = call.chance();
        SessionLine line = new SessionLine(ledger, call);
        opening = Optional.of(line);
        // Some are so short that they end while their client waits for something.
        long entries = chance.chance(0.4) ? chance.logUniform(5, 100) : chance.logUniform(500, 100_000);
        int attempts = chance.nextBoolean() ? 1 : 2 + chance.nextInt(3);
        var unused = RaftSession.open(line, entries, atOnce(attempts))
                .whenComplete((RaftSession session, @Nullable Throwable failure) -> ledger.look(() -> {
                    opening = Optional.empty();
                    if (failure == null) {
                        ledger.tell(() -> "client " + call.client() + " has session " + session.id() + " for " + entries
                                + " entries");
                        watch.onOpened(session.id());
                        held = Optional.of(new Held(session, line, new TreeMap<>()));
                    } else {
                        requireAnswer(failure);
                    }
                    call.done().run();
                }));
        return true;
    }

    /** What gets no answer waits for another turn. */
    private static SessionRetry atOnce(int attempts) {
        SessionRetry retry = SessionRetry.times(attempts);
        return (channel, made, failure) ->
                failure instanceof SessionLine.NoAnswer ? Optional.empty() : retry.after(channel, made, failure);
    }

    /** Proposes a command in the session. */
    void propose(Asked asked, Call call) {
        Held its = held.orElseThrow();
        watch.onProposed(asked.command());
        boolean waits = !call.chance().chance(0.1);
        long sequence = its.session.nextSequence();
        its.open.put(sequence, asked);
        await(its, sequence, its.session.propose(asked.command().clone()), waits ? call : call.without());
        if (!waits) {
            call.done().run();
        }
    }

    private void await(Held its, long sequence, CompletableFuture<Applied> answer, Call call) {
        var unused = answer.whenComplete((Applied done, @Nullable Throwable failure) -> ledger.look(() -> {
            if (!its.line.isGone() && its.open.containsKey(sequence)) {
                conclude(its, sequence, done, failure);
            }
            call.done().run();
        }));
    }

    private void conclude(Held its, long sequence, @Nullable Applied done, @Nullable Throwable failure) {
        Asked asked = its.asked(sequence);
        if (failure instanceof UnresolvedCommandException) {
            listener.onOpen(asked, failure);
            return;
        }
        its.open.remove(sequence);
        if (done != null) {
            listener.onDone(asked, done);
        } else if (failure != null) {
            dropIfExpired(its, failure);
            listener.onFailed(asked, failure);
        }
    }

    /** Whatever is not known then will never be. */
    private void dropIfExpired(Held its, Throwable failure) {
        if (failure instanceof SessionExpiredException && held.equals(Optional.of(its))) {
            ledger.tell(() -> "session " + its.session.id() + " has expired");
            leave(its);
        }
    }

    private void settle(Held its, CompletableFuture<Void> answer, Call call) {
        var unused = answer.whenComplete((Void done, @Nullable Throwable failure) -> ledger.look(() -> {
            if (failure != null) {
                requireAnswer(failure);
                dropIfExpired(its, failure);
            }
            call.done().run();
        }));
    }

    /** Another process goes on with what this one has written down. */
    private void die(Held its, Call call) {
        SortedMap<Long, byte[]> unresolved = its.session.unresolved();
        if (!unresolved.keySet().equals(its.open.keySet())) {
            throw new Violation(
                    "R4",
                    "session " + its.session.id() + " says that it does not know what became of " + unresolved.keySet()
                            + ", but the client has not been told of " + its.open.keySet());
        }
        its.line.end();
        SessionLine line = new SessionLine(ledger, call);
        RaftSession again = RaftSession.resume(
                line, its.session.id(), its.session.nextSequence(), unresolved, SessionRetry.never());
        held = Optional.of(new Held(again, line, new TreeMap<>(its.open)));
    }

    /** What was answered before comes once more. */
    private void repeat(Held its, Call call) {
        its.line
                .anyAnswered(call.chance())
                .ifPresent(earlier ->
                        ask(call, earlier.request(), again -> SessionWatch.requireRepetition(earlier.answer(), again)));
    }

    /** Another command comes under a number that was used. */
    private void reuseNumber(Held its, Call call) {
        its.line.anyAnswered(call.chance()).ifPresent(earlier -> {
            long sequence = earlier.sequence();
            byte[] request = new SessionRequest.Command(its.session.id(), sequence, 0, SessionWatch.never()).encode();
            ask(call, request, SessionWatch::requireRefusal);
        });
    }

    private void ask(Call call, byte[] request, Consumer<SessionAnswer> judge) {
        var unused = call.node()
                .sessions()
                .propose(request.clone())
                .whenComplete((byte[] answer, @Nullable Throwable failure) -> ledger.look(() -> {
                    if (failure == null) {
                        judge.accept(SessionAnswer.decode(answer));
                    } else {
                        requireAnswer(failure);
                    }
                }));
    }

    private static void requireAnswer(Throwable failure) {
        if (!(failure instanceof SessionLine.NoAnswer)) {
            Ledger.requireAnswer(failure);
        }
    }
}
