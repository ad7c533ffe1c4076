package io.balsa.raft;

import static io.balsa.raft.SessionCluster.notLeader;
import static io.balsa.raft.SessionCluster.unknown;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import io.balsa.raft.session.SessionAnswer;
import io.balsa.raft.session.SessionRefusal;
import io.balsa.raft.session.SessionRequest;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicInteger;
import org.assertj.core.api.ThrowableAssert;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;

@DisplayName("A client's session")
class RaftSessionTest {

    private final SessionCluster cluster = new SessionCluster();
    private final RaftSession session = open(SessionRetry.times(3));

    @Test
    @DisplayName("has the index of the entry that opened it as id, and numbers its commands from 1 on")
    void isOpened() {
        assertThat(session.id()).isEqualTo(1);
        assertThat(session.nextSequence()).isEqualTo(1);
        assertThat(session.unresolved()).isEmpty();
    }

    @Test
    @DisplayName("answers a command with where it was applied, and what came out")
    void proposes() {
        Applied applied = session.propose(bytes("a")).join();

        assertThat(applied.index()).isEqualTo(2);
        assertThat(applied.term()).isEqualTo(SessionCluster.TERM);
        assertThat(applied.result()).isEqualTo(bytes("a"));
    }

    @Test
    @DisplayName("acknowledges what it knows with the next request, so that the cluster keeps no more than it must")
    void acknowledges() {
        for (int i = 0; i < 10; i++) {
            session.propose(bytes("x" + i)).join();
        }
        assertThat(cluster.keptCount()).isEqualTo(1);

        session.keepAlive().join();

        assertThat(cluster.keptCount()).isZero();
    }

    @Test
    @DisplayName("acknowledges nothing beyond a command that is still under way")
    void acknowledgesInOrder() {
        Runnable first = cluster.hold();
        CompletableFuture<Applied> held = session.propose(bytes("a"));
        session.propose(bytes("b")).join();
        session.propose(bytes("c")).join();
        assertThat(acknowledgedByTheLast()).isZero();

        first.run();
        assertThat(held).isCompleted();
        session.propose(bytes("d")).join();

        assertThat(acknowledgedByTheLast()).isEqualTo(3);
    }

    @Nested
    @DisplayName("repeats a command whose outcome is unknown,")
    class Repeats {

        @Test
        @DisplayName("and gets the first result: it was applied once")
        void getsTheFirstResult() {
            cluster.loseTheAnswer(unknown());

            Applied applied = session.propose(bytes("a")).join();

            assertThat(applied.index()).isEqualTo(2);
            assertThat(applied.result()).isEqualTo(bytes("a"));
            assertThat(cluster.ran).containsExactly("a");
        }

        @Test
        @DisplayName("and has it applied if it was lost")
        void hasItApplied() {
            cluster.lose(unknown()).lose(new TimeoutException("no answer"));

            assertThat(session.propose(bytes("a")).join().index()).isEqualTo(2);
            assertThat(cluster.ran).containsExactly("a");
        }

        @Test
        @DisplayName("where the caller's policy says, and stays there")
        void goesElsewhere() {
            SessionCluster gone = new SessionCluster();
            gone.lose(unknown());
            List<Integer> attempts = new ArrayList<>();
            RaftSession moving = RaftSession.resume(gone::propose, session.id(), 1, (channel, made, failure) -> {
                attempts.add(made);
                return Optional.of(CompletableFuture.completedFuture(cluster::propose));
            });

            moving.propose(bytes("a")).join();
            moving.propose(bytes("b")).join();

            assertThat(cluster.ran).containsExactly("a", "b");
            assertThat(gone.requests).hasSize(1);
            assertThat(attempts).containsExactly(1);
        }

        @Test
        @DisplayName("when the caller's policy says, without a thread of its own")
        void waits() {
            CompletableFuture<SessionChannel> later = new CompletableFuture<>();
            RaftSession patient = open((channel, made, failure) -> Optional.of(later));
            cluster.lose(unknown());
            CompletableFuture<Applied> answer = patient.propose(bytes("a"));
            assertThat(answer).isNotDone();

            later.complete(cluster::propose);

            assertThat(answer).isCompleted();
        }

        @Test
        @DisplayName("where the session was moved meanwhile, whatever the policy has said before")
        void followsTheMove() {
            SessionCluster gone = new SessionCluster();
            CompletableFuture<SessionChannel> later = new CompletableFuture<>();
            gone.lose(unknown());
            RaftSession moved =
                    RaftSession.resume(gone::propose, session.id(), 1, (channel, made, failure) -> Optional.of(later));
            CompletableFuture<Applied> answer = moved.propose(bytes("a"));

            moved.moveTo(cluster::propose);
            later.complete(gone::propose);

            assertThat(answer).isCompleted();
            assertThat(cluster.ran).containsExactly("a");
        }

        @Test
        @DisplayName(
                "but not a command that was certainly not applied and that the policy gives up: that fails as it did")
        void givesUpWhatWasNotApplied() {
            cluster.lose(notLeader()).lose(notLeader()).lose(notLeader());

            assertFails(session.propose(bytes("a")), NotLeaderException.class);
            assertThat(session.unresolved()).isEmpty();
            session.propose(bytes("b")).join();
            assertThat(acknowledgedByTheLast()).isEqualTo(1);
            assertThat(cluster.ran).containsExactly("b");
        }
    }

    @Nested
    @DisplayName("keeps a command that it could not resolve:")
    class Unresolved {

        @Test
        @DisplayName("its outcome is unknown, even if the last attempts were certainly not applied")
        void staysUnknown() {
            cluster.lose(unknown()).lose(notLeader()).lose(notLeader());

            assertFails(session.propose(bytes("a")), UnresolvedCommandException.class)
                    .satisfies(e -> assertThat(e.sequence()).isEqualTo(1))
                    .satisfies(e -> assertThat(e.outcome()).isEqualTo(Outcome.UNKNOWN))
                    .satisfies(e -> assertThat(e).hasCauseInstanceOf(NotLeaderException.class));
            assertThat(session.unresolved()).containsOnlyKeys(1L);
        }

        @Test
        @DisplayName("it can be resolved later, with the first result")
        void isResolved() {
            cluster.loseTheAnswer(unknown()).lose(unknown()).lose(unknown());
            assertFails(session.propose(bytes("a")), UnresolvedCommandException.class);
            session.propose(bytes("b")).join();
            session.propose(bytes("c")).join();

            assertThat(session.resolve(1).join().index()).isEqualTo(2);
            assertThat(cluster.ran).containsExactly("a", "b", "c");
            assertThat(session.unresolved()).isEmpty();
        }

        @Test
        @DisplayName("it can be resolved by another process, on another node")
        void isResolvedElsewhere() {
            cluster.loseTheAnswer(unknown()).lose(unknown()).lose(unknown());
            assertFails(session.propose(bytes("a")), UnresolvedCommandException.class);

            RaftSession other = RaftSession.resume(
                    cluster::propose, session.id(), session.nextSequence(), session.unresolved(), SessionRetry.never());

            assertThat(other.resolve(1).join().index()).isEqualTo(2);
            assertThat(other.propose(bytes("b")).join().result()).isEqualTo(bytes("b"));
            assertThat(cluster.ran).containsExactly("a", "b");
        }

        @Test
        @DisplayName("resolving it may fail as well, and be tried again")
        void isTriedAgain() {
            RaftSession hasty = open(SessionRetry.never());
            cluster.loseTheAnswer(unknown()).lose(notLeader());
            assertFails(hasty.propose(bytes("a")), UnresolvedCommandException.class);

            assertFails(hasty.resolve(1), UnresolvedCommandException.class);
            assertThat(hasty.resolve(1).join().result()).isEqualTo(bytes("a"));
            assertThat(cluster.ran).containsExactly("a");
        }

        @Test
        @DisplayName("while it is under way, who asks for it gets the same answer, and nothing is proposed twice")
        void isAskedForOnce() {
            Runnable held = cluster.hold();
            CompletableFuture<Applied> first = session.propose(bytes("a"));

            assertThat(session.resolve(1)).isSameAs(first);
            assertThatIllegalStateException().isThrownBy(() -> session.abandon(1));
            held.run();
            assertThat(first).isCompleted();
        }

        @Test
        @DisplayName("it can be abandoned: after the next request it is not applied any more")
        void isAbandoned() {
            List<byte[]> late = new ArrayList<>();
            RaftSession hasty = RaftSession.resume(
                    request -> {
                        late.add(request);
                        return CompletableFuture.failedFuture(unknown());
                    },
                    session.id(),
                    1,
                    SessionRetry.never());
            assertFails(hasty.propose(bytes("a")), UnresolvedCommandException.class);
            hasty.moveTo(cluster::propose);
            hasty.abandon(1);
            hasty.keepAlive().join();

            assertThat(cluster.apply(late.get(0)))
                    .isEqualTo(new SessionAnswer.Refused(SessionRefusal.ALREADY_ACKNOWLEDGED).encode());
            assertThat(cluster.ran).isEmpty();
        }

        @Test
        @DisplayName("what is known, or never was, cannot be resolved")
        void knowsWhatIsKnown() {
            session.propose(bytes("a")).join();

            assertThatIllegalArgumentException().isThrownBy(() -> session.resolve(1));
            assertThatIllegalArgumentException().isThrownBy(() -> session.resolve(2));
            assertThatIllegalArgumentException().isThrownBy(() -> session.abandon(1));
        }
    }

    @Nested
    @DisplayName("fails, each with its own reason:")
    class Fails {

        @Test
        @DisplayName("expired, and certainly not applied, if the command was proposed once")
        void expiredBefore() {
            cluster.skip(1_000);

            assertFails(session.propose(bytes("a")), SessionExpiredException.class)
                    .satisfies(e -> assertThat(e.session()).isEqualTo(session.id()))
                    .satisfies(e -> assertThat(e.outcome()).isEqualTo(Outcome.NOT_APPLIED));
            int requests = cluster.requests.size();
            assertFails(session.propose(bytes("b")), SessionExpiredException.class);
            assertThat(cluster.requests).hasSize(requests);
        }

        @Test
        @DisplayName("expired, with an unknown outcome, if the command may have been applied before")
        void expiredMeanwhile() {
            CompletableFuture<SessionChannel> later = new CompletableFuture<>();
            RaftSession patient = open((channel, made, failure) -> Optional.of(later));
            cluster.loseTheAnswer(unknown());
            CompletableFuture<Applied> answer = patient.propose(bytes("a"));
            cluster.skip(1_000);
            later.complete(cluster::propose);

            assertFails(answer, SessionExpiredException.class)
                    .satisfies(e -> assertThat(e.outcome()).isEqualTo(Outcome.UNKNOWN));
        }

        @Test
        @DisplayName("keep alive of an expired session")
        void cannotKeepTheDeadAlive() {
            cluster.skip(1_000);

            assertFails(session.keepAlive(), SessionExpiredException.class);
        }

        @Test
        @DisplayName("keep alive in time is a use")
        void keepsAlive() {
            for (int i = 0; i < 10; i++) {
                cluster.skip(90);
                session.keepAlive().join();
            }

            assertThat(session.propose(bytes("a")).join().result()).isEqualTo(bytes("a"));
        }

        @Test
        @DisplayName("the number was used for another command")
        void reused() {
            session.propose(bytes("a")).join();
            RaftSession forgetful = RaftSession.resume(cluster::propose, session.id(), 1, SessionRetry.never());

            assertFails(forgetful.propose(bytes("b")), SequenceReusedException.class)
                    .satisfies(e -> assertThat(e.outcome()).isEqualTo(Outcome.NOT_APPLIED));
            assertThat(cluster.ran).containsExactly("a");
        }

        @Test
        @DisplayName("the number was used and acknowledged")
        void acknowledged() {
            session.propose(bytes("a")).join();
            session.keepAlive().join();
            RaftSession forgetful = RaftSession.resume(cluster::propose, session.id(), 1, SessionRetry.never());

            assertFails(forgetful.propose(bytes("b")), SequenceReusedException.class)
                    .satisfies(e -> assertThat(e.sequence()).isEqualTo(1))
                    .satisfies(e -> assertThat(e.outcome()).isEqualTo(Outcome.NOT_APPLIED));
        }

        @Test
        @DisplayName("applied, but the result was too long to keep")
        void dropped() {
            cluster.loseTheAnswer(unknown());

            assertFails(session.propose(bytes("x".repeat(5_000))), ResultDroppedException.class)
                    .satisfies(e -> assertThat(e.index()).isEqualTo(2))
                    .satisfies(e -> assertThat(e.term()).isEqualTo(SessionCluster.TERM))
                    .satisfies(e -> assertThat(e.outcome()).isEqualTo(Outcome.UNKNOWN));
            assertThat(session.unresolved()).isEmpty();
        }

        @Test
        @DisplayName("too many commands are under way; the oldest makes room")
        void overloaded() {
            Runnable oldest = cluster.hold();
            var unused = session.propose(bytes("first"));
            for (int i = 1; i < RaftSession.MAX_UNACKNOWLEDGED; i++) {
                session.propose(bytes("x")).join();
            }

            assertFails(session.propose(bytes("y")), ProposalRefusedException.class)
                    .satisfies(e -> assertThat(e.reason()).isEqualTo(ProposalRefusedException.Reason.OVERLOADED));
            oldest.run();
            assertThat(session.propose(bytes("z")).join().result()).isEqualTo(bytes("z"));
        }

        @Test
        @DisplayName("the cluster remembers too many commands: refused, or unresolved if it was proposed before")
        void overloadedInAll() {
            byte[] full = new SessionAnswer.Refused(SessionRefusal.TOO_MANY_UNACKNOWLEDGED).encode();
            cluster.answer(full);
            assertFails(session.propose(bytes("a")), ProposalRefusedException.class);
            cluster.lose(unknown()).answer(full);

            assertFails(session.propose(bytes("b")), UnresolvedCommandException.class)
                    .satisfies(e -> assertThat(e).hasCauseInstanceOf(ProposalRefusedException.class));
            assertThat(session.unresolved()).containsOnlyKeys(2L);
        }

        @Test
        @DisplayName("the channel throws, or answers nonsense, or answers something else: nobody knows")
        void brokenChannel() {
            RaftSession hasty = open(SessionRetry.never());
            cluster.refuse(new IllegalStateException("broken"));
            assertFails(hasty.propose(bytes("a")), UnresolvedCommandException.class);
            cluster.answer(new byte[] {9, 9});
            assertFails(hasty.propose(bytes("b")), UnresolvedCommandException.class);
            cluster.answer(new SessionAnswer.KeptAlive().encode());
            assertFails(hasty.propose(bytes("c")), UnresolvedCommandException.class);

            assertThat(hasty.unresolved()).containsOnlyKeys(1L, 2L, 3L);
            assertThat(hasty.resolve(3).join().result()).isEqualTo(bytes("c"));
        }

        @Test
        @DisplayName("the policy throws, or the stage that it gave fails: as the last attempt did")
        void brokenPolicy() {
            RaftSession broken = open((channel, made, failure) -> {
                throw new IllegalStateException("policy");
            });
            cluster.lose(notLeader());
            assertFails(broken.propose(bytes("a")), NotLeaderException.class);
            RaftSession closing = open((channel, made, failure) ->
                    Optional.of(CompletableFuture.failedFuture(new IllegalStateException("closing"))));
            cluster.lose(notLeader());
            assertFails(closing.propose(bytes("a")), NotLeaderException.class);
        }

        @Test
        @DisplayName("it cannot be opened")
        void cannotBeOpened() {
            cluster.lose(notLeader());
            assertFails(RaftSession.open(cluster::propose, 100, SessionRetry.never()), NotLeaderException.class);
            cluster.answer(new SessionAnswer.Closed().encode());
            assertFails(RaftSession.open(cluster::propose, 100, SessionRetry.never()), IllegalStateException.class);
        }

        @Test
        @DisplayName("wrong arguments throw at once")
        void wrongArguments() {
            assertThatIllegalArgumentException()
                    .isThrownBy(() -> RaftSession.open(cluster::propose, 0, SessionRetry.never()));
            assertThatIllegalArgumentException()
                    .isThrownBy(() -> RaftSession.resume(cluster::propose, 0, 1, SessionRetry.never()));
            assertThatIllegalArgumentException()
                    .isThrownBy(() -> RaftSession.resume(cluster::propose, 1, 0, SessionRetry.never()));
            TreeMap<Long, byte[]> ahead = new TreeMap<>();
            ahead.put(5L, bytes("a"));
            assertThatIllegalArgumentException()
                    .isThrownBy(() -> RaftSession.resume(cluster::propose, 1, 5, ahead, SessionRetry.never()));
            assertThatIllegalArgumentException().isThrownBy(() -> SessionRetry.times(0));
            assertThatIllegalArgumentException().isThrownBy(() -> SessionRetry.times(101));
        }
    }

    @Test
    @DisplayName("ends, also if it was gone already, and takes no more commands then")
    void ends() {
        session.end().join();
        session.end().join();

        assertThat(cluster.sessions()).isZero();
        assertFails(session.propose(bytes("a")), SessionExpiredException.class);
    }

    @Test
    @DisplayName("is used by many threads at once, with answers that are lost, and each command is applied once")
    void isUsedByManyThreads() {
        AtomicInteger calls = new AtomicInteger();
        SessionChannel lossy = request -> {
            int call = calls.incrementAndGet();
            if (call % 7 == 0) {
                return CompletableFuture.failedFuture(call % 2 == 0 ? unknown() : notLeader());
            }
            CompletableFuture<byte[]> answer = cluster.propose(request);
            return call % 5 == 0 ? CompletableFuture.failedFuture(unknown()) : answer;
        };
        RaftSession stubborn = RaftSession.resume(lossy, session.id(), 1, SessionRetry.times(100));
        List<CompletableFuture<Void>> threads = new ArrayList<>();
        for (int thread = 0; thread < 4; thread++) {
            String name = "t" + thread + ".";
            threads.add(CompletableFuture.runAsync(() -> {
                for (int i = 0; i < 200; i++) {
                    byte[] command = bytes(name + i);
                    assertThat(stubborn.propose(command).join().result()).isEqualTo(command);
                }
            }));
        }
        threads.forEach(CompletableFuture::join);

        assertThat(cluster.ran).hasSize(800).doesNotHaveDuplicates();
        assertThat(stubborn.unresolved()).isEmpty();
        assertThat(stubborn.nextSequence()).isEqualTo(801);
    }

    private RaftSession open(SessionRetry retry) {
        return RaftSession.open(cluster::propose, 100, retry).join();
    }

    private long acknowledgedByTheLast() {
        return ((SessionRequest.Command) cluster.requests.get(cluster.requests.size() - 1)).acknowledgedUpTo();
    }

    private static <E extends Throwable> ThrowableAssert<E> assertFails(CompletableFuture<?> future, Class<E> type) {
        assertThat(future).isCompletedExceptionally();
        Throwable failure = null;
        try {
            future.get();
        } catch (ExecutionException e) {
            failure = e.getCause();
        } catch (InterruptedException e) {
            throw new CompletionException(e);
        }
        assertThat(failure).isInstanceOf(type);
        return new ThrowableAssert<>(type.cast(failure));
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }
}
