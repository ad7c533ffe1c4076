package io.balsa.raft.runtime;

import static io.balsa.raft.runtime.SteppedNode.bytes;
import static io.balsa.raft.runtime.SteppedNode.failureOf;
import static org.assertj.core.api.Assertions.assertThat;

import io.balsa.raft.Applied;
import io.balsa.raft.NotLeaderException;
import io.balsa.raft.Outcome;
import io.balsa.raft.OutcomeUnknownException;
import io.balsa.raft.ProposalRefusedException;
import io.balsa.raft.ProposalRefusedException.Reason;
import io.balsa.raft.RaftSession;
import io.balsa.raft.ReadPolicy;
import io.balsa.raft.SessionRetry;
import io.balsa.raft.cluster.NodeId;
import io.balsa.raft.message.AppendEntries;
import io.balsa.raft.message.AppendEntriesAccepted;
import io.balsa.raft.message.ForwardId;
import io.balsa.raft.message.ForwardedFailure;
import io.balsa.raft.message.ForwardedProposal;
import io.balsa.raft.message.ForwardedResult;
import io.balsa.raft.message.Heartbeat;
import io.balsa.raft.message.Message;
import io.balsa.raft.message.MessageCodec;
import io.balsa.raft.storage.EntryKind;
import io.balsa.raft.transport.Frame;
import io.balsa.raft.transport.Lane;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/** What becomes of a proposal that a follower passes on, and of the follower's user. */
@DisplayName("A proposal that is made to a follower")
class ForwardingTest {

    private final SteppedCluster cluster = new SteppedCluster(
            3,
            SteppedNode.config()
                    .forwardProposals(true)
                    .maxCommandBytes(200)
                    .maxPendingBytes(1000)
                    .build());
    private long leader;
    private long follower;

    @BeforeEach
    void elect() {
        leader = cluster.awaitLeader();
        follower = cluster.follower();
    }

    @AfterEach
    void close() {
        cluster.loses = message -> false;
        cluster.close();
    }

    private static void assertUnknown(CompletableFuture<?> future) {
        assertThat(failureOf(future))
                .isInstanceOfSatisfying(
                        OutcomeUnknownException.class,
                        e -> assertThat(e.outcome()).isEqualTo(Outcome.UNKNOWN));
    }

    private static void assertRefused(CompletableFuture<?> future, Reason reason) {
        assertThat(failureOf(future)).isInstanceOfSatisfying(ProposalRefusedException.class, e -> {
            assertThat(e.reason()).isEqualTo(reason);
            assertThat(e.outcome()).isEqualTo(Outcome.NOT_APPLIED);
        });
    }

    private <M extends Message> M lastOf(Class<M> kind) {
        List<M> all = cluster.sent(kind);
        return all.get(all.size() - 1);
    }

    private ForwardedProposal passedOn() {
        return lastOf(ForwardedProposal.class);
    }

    /** As if a server had passed it on, in a life of its own. */
    private ForwardedProposal strange(long from, long to, long number, byte[] command) {
        return new ForwardedProposal(
                cluster.server(to).node.status().term(),
                id(from),
                id(to),
                new ForwardId(99, number),
                EntryKind.COMMAND,
                command);
    }

    private static NodeId id(long id) {
        return NodeId.of(id);
    }

    private ForwardedFailure lastFailure() {
        return lastOf(ForwardedFailure.class);
    }

    @Test
    @DisplayName("is appended by the leader, and answered with what its state machine returned")
    void isApplied() {
        CompletableFuture<Applied> done = cluster.propose(follower, "x");
        cluster.advance(Duration.ofMillis(200));

        assertThat(done)
                .isCompletedWithValueMatching(
                        applied -> new String(applied.result(), StandardCharsets.UTF_8).equals("x")
                                && applied.index() == 2
                                && applied.term()
                                        == cluster.server(leader).node.status().term());
        assertThat(cluster.applied(1)).containsExactly("x");
        cluster.assertNothingWaits();
    }

    @Test
    @DisplayName("is answered when this server has applied it, not before: it reads its own writes")
    void readsItsWrites() {
        cluster.loses = message ->
                message.to().equals(id(follower)) && (message instanceof AppendEntries || message instanceof Heartbeat);
        CompletableFuture<Applied> done = cluster.propose(follower, "x");
        assertThat(cluster.sent(ForwardedResult.class)).hasSize(1);
        assertThat(cluster.applied(leader)).containsExactly("x");
        assertThat(done).isNotDone();

        List<String> read = new ArrayList<>();
        var unused = done.thenCompose(applied ->
                        cluster.server(follower).node.read(ReadPolicy.LOCAL, () -> cluster.applied(follower)))
                .thenAccept(read::addAll);
        cluster.loses = message -> false;
        cluster.advance(Duration.ofMillis(500));

        assertThat(done).isCompleted();
        assertThat(read).containsExactly("x");
        cluster.assertNothingWaits();
    }

    @Test
    @DisplayName("is refused as before if nothing is to be passed on, or no leader is known")
    void isRefused() {
        cluster.stop(leader);
        cluster.advance(Duration.ofSeconds(3));
        cluster.loses = message -> true;
        cluster.advance(Duration.ofSeconds(3));
        long alone = follower;

        CompletableFuture<Applied> refused = cluster.propose(alone, "x");

        assertThat(failureOf(refused)).isInstanceOf(NotLeaderException.class);
        assertThat(cluster.sent(ForwardedProposal.class)).isEmpty();
        try (SteppedCluster plain = new SteppedCluster(3, SteppedNode.config().build())) {
            assertThat(failureOf(plain.propose(plain.follower(), "x"))).isInstanceOf(NotLeaderException.class);
            assertThat(plain.sent(ForwardedProposal.class)).isEmpty();
        }
    }

    @Test
    @DisplayName("has an unknown outcome when the answer does not come in time, and is never passed on again")
    void answerIsLost() {
        cluster.loses = ForwardedResult.class::isInstance;
        CompletableFuture<Applied> done = cluster.propose(follower, "x");
        cluster.advance(Duration.ofMillis(1900));
        assertThat(done).isNotDone();

        cluster.advance(Duration.ofMillis(100));

        assertUnknown(done);
        cluster.advance(Duration.ofSeconds(10));
        assertThat(cluster.sent(ForwardedProposal.class)).hasSize(1);
        assertThat(cluster.applied(follower)).containsExactly("x");
        cluster.assertNothingWaits();
    }

    @Test
    @DisplayName("has an unknown outcome when the leader is lost meanwhile")
    void leaderIsLost() {
        cluster.loses = ForwardedProposal.class::isInstance;
        CompletableFuture<Applied> done = cluster.propose(follower, "x");

        long term = cluster.server(leader).node.status().term();
        cluster.deliver(new Heartbeat(term + 5, id(leader), id(follower), 0, 1));

        assertUnknown(done);
        cluster.assertNothingWaits();
    }

    @Test
    @DisplayName("and those after it are kept apart: a lost leader takes nothing with it that was passed to the next")
    void nextLeader() {
        cluster.loses = message -> message instanceof ForwardedProposal || message instanceof ForwardedFailure;
        CompletableFuture<Applied> lost = cluster.propose(follower, "x");
        long term = cluster.server(leader).node.status().term();
        cluster.server(follower)
                .running()
                .onFrame(
                        id(leader),
                        Sender.GROUP,
                        new Frame(
                                        Sender.GROUP,
                                        Lane.URGENT,
                                        MessageCodec.encode(new Heartbeat(term + 5, id(leader), id(follower), 0, 1)))
                                .joined());

        CompletableFuture<Applied> next = cluster.propose(follower, "y");

        assertUnknown(lost);
        assertThat(next).isNotDone();
        assertThat(passedOn().term()).isEqualTo(term + 5);
    }

    @Test
    @DisplayName("has an unknown outcome when its own server is stopped, even if the leader has applied it")
    void serverIsStopped() {
        cluster.loses = message -> message instanceof ForwardedProposal
                || (message.to().equals(id(follower)) && message instanceof AppendEntries);
        CompletableFuture<Applied> lost = cluster.propose(follower, "x");
        cluster.loses = message ->
                message.to().equals(id(follower)) && (message instanceof AppendEntries || message instanceof Heartbeat);
        CompletableFuture<Applied> applied = cluster.propose(follower, "y");
        assertThat(cluster.sent(ForwardedResult.class)).hasSize(1);
        RunningNode running = cluster.server(follower).running();

        cluster.stop(follower);

        assertUnknown(lost);
        assertUnknown(applied);
        assertThat(running.pendingBytes()).isZero();
    }

    @Test
    @DisplayName("is appended once, though the network brings it twice")
    void comesTwice() {
        CompletableFuture<Applied> done = cluster.propose(follower, "x");
        ForwardedProposal frame = passedOn();

        cluster.deliver(frame);
        cluster.deliver(frame);
        cluster.advance(Duration.ofMillis(200));

        assertThat(done).isCompleted();
        assertThat(cluster.applied(leader)).containsExactly("x");
        assertThat(cluster.sent(ForwardedResult.class)).hasSize(1);
        assertThat(cluster.sent(ForwardedFailure.class)).isEmpty();
        cluster.assertNothingWaits();
    }

    @Test
    @DisplayName("is not appended by a later leader, nor by the same server in a later term, if it comes late")
    void comesLate() {
        var unused = cluster.propose(follower, "x");
        ForwardedProposal late = passedOn();
        CompletableFuture<?> handedOver = cluster.server(leader).node.transferLeadership(follower);
        cluster.advance(Duration.ofSeconds(1));
        assertThat(handedOver).isCompleted();
        assertThat(cluster.awaitLeader()).isEqualTo(follower);

        cluster.deliver(late); // to the one that took it, and follows now
        CompletableFuture<?> back = cluster.server(follower).node.transferLeadership(leader);
        cluster.advance(Duration.ofSeconds(1));
        assertThat(back).isCompleted();
        assertThat(cluster.awaitLeader()).isEqualTo(leader);
        cluster.deliver(late); // to the one that took it, and leads again
        cluster.advance(Duration.ofSeconds(1));

        assertThat(cluster.applied(leader)).containsExactly("x");
        assertThat(cluster.sent(ForwardedFailure.class)).isEmpty(); // it knows that it took it
    }

    @Test
    @DisplayName("is refused by a server that does not lead, which names the leader and passes nothing on")
    void isNeverPassedOnTwice() {
        ForwardedProposal misled = strange(leader, follower, 1, bytes("x"));

        cluster.deliver(misled);
        cluster.advance(Duration.ofSeconds(1));

        assertThat(lastFailure().reason()).isEqualTo(ForwardedFailure.Reason.NOT_LEADER);
        assertThat(lastFailure().leader()).contains(id(leader));
        assertThat(cluster.sent(ForwardedProposal.class)).isEmpty();
        assertThat(cluster.applied(leader)).isEmpty();
    }

    @Test
    @DisplayName("is not said to be refused by a server that was restarted and may have taken it before")
    void leaderIsRestarted() {
        cluster.loses = ForwardedResult.class::isInstance;
        var unused = cluster.propose(follower, "x");
        ForwardedProposal frame = passedOn();
        cluster.stop(leader);
        cluster.start(leader);
        cluster.loses = message -> false;

        cluster.deliver(frame);

        assertThat(lastFailure().reason()).isEqualTo(ForwardedFailure.Reason.UNKNOWN);
    }

    @Test
    @DisplayName("is not said to be refused by a server that may have taken it before it lost its disk")
    void leaderIsWiped() {
        cluster.loses = ForwardedResult.class::isInstance;
        var unused = cluster.propose(follower, "x");
        ForwardedProposal frame = passedOn();
        cluster.stop(leader);
        cluster.wipe(leader);
        cluster.start(leader);
        cluster.loses = message -> false;
        cluster.deliver(
                lastOf(AppendEntriesAccepted.class)); // it hears of the term that it led, and of nobody who led it
        assertThat(cluster.server(leader).node.status().term()).isEqualTo(frame.term());

        cluster.deliver(frame);

        assertThat(lastFailure().reason()).isEqualTo(ForwardedFailure.Reason.UNKNOWN);
    }

    @Test
    @DisplayName("is refused with a reason by a leader that has no room, and the room is there again afterwards")
    void overloaded() {
        cluster.loses = message -> message instanceof AppendEntries;
        for (int i = 0; i < 3; i++) {
            var unused = cluster.server(leader).node.propose(bytes(200));
        }
        cluster.settle();

        CompletableFuture<Applied> refused = cluster.server(follower).node.propose(bytes(200));
        cluster.settle();
        assertRefused(refused, Reason.OVERLOADED);
        ForwardedProposal again = passedOn();
        cluster.loses = message -> false;
        cluster.advance(Duration.ofMillis(500));
        cluster.assertNothingWaits();

        cluster.deliver(again); // refused is refused, whatever room there is when it comes again
        CompletableFuture<Applied> taken = cluster.server(follower).node.propose(bytes(200));
        cluster.advance(Duration.ofMillis(500));

        assertThat(taken).isCompleted();
        assertThat(cluster.applied(leader)).hasSize(4);
        cluster.assertNothingWaits();
    }

    @Test
    @DisplayName("counts among the bytes that wait at its own server, too")
    void countsWhereItWasMade() {
        cluster.loses = message -> message instanceof ForwardedProposal;
        for (int i = 0; i < 3; i++) {
            assertThat(cluster.server(follower).node.propose(bytes(200))).isNotDone();
        }

        assertRefused(cluster.server(follower).node.propose(bytes(200)), Reason.OVERLOADED);
        cluster.advance(Duration.ofSeconds(3));
        cluster.assertNothingWaits();
    }

    @Test
    @DisplayName("is refused with a reason if it is too long, here or for the leader")
    void tooLarge() {
        assertRefused(cluster.server(follower).node.propose(bytes(201)), Reason.TOO_LARGE);
        assertThat(cluster.sent(ForwardedProposal.class)).isEmpty();

        cluster.deliver(strange(follower, leader, 1, bytes(201)));
        assertThat(lastFailure().reason()).isEqualTo(ForwardedFailure.Reason.TOO_LARGE);

        cluster.loses = ForwardedProposal.class::isInstance;
        CompletableFuture<Applied> refused = cluster.propose(follower, "x");
        cluster.deliver(new ForwardedFailure(
                1, id(leader), id(follower), passedOn().id(), ForwardedFailure.Reason.TOO_LARGE, Optional.empty()));
        assertRefused(refused, Reason.TOO_LARGE);
    }

    @Test
    @DisplayName("is refused with a reason while the leadership is being handed over")
    void transfer() {
        cluster.loses = message -> !(message instanceof ForwardedProposal || message instanceof ForwardedFailure);
        var unused = cluster.server(leader).node.transferLeadership(follower);
        cluster.settle();

        assertRefused(cluster.propose(follower, "x"), Reason.TRANSFER_IN_PROGRESS);
        cluster.assertNothingWaits();
    }

    @Test
    @DisplayName("is not answered by what belongs to another life, or comes from somebody else")
    void foreignAnswers() {
        cluster.loses = ForwardedProposal.class::isInstance;
        CompletableFuture<Applied> done = cluster.propose(follower, "x");
        ForwardId own = passedOn().id();
        long third = 6 - leader - follower;

        for (Message foreign : List.of(
                failure(leader, new ForwardId(own.life() + 1, own.number())),
                failure(third, own),
                failure(leader, new ForwardId(own.life(), own.number() + 1)))) {
            cluster.deliver(foreign);
            assertThat(done).isNotDone();
        }
        cluster.deliver(failure(leader, own));
        cluster.deliver(failure(leader, own));

        assertThat(failureOf(done))
                .isInstanceOfSatisfying(
                        NotLeaderException.class,
                        e -> assertThat(e.leader())
                                .hasValueSatisfying(
                                        member -> assertThat(member.id()).isEqualTo(id(third))));
        cluster.assertNothingWaits();
    }

    private ForwardedFailure failure(long from, ForwardId answered) {
        return new ForwardedFailure(
                1,
                id(from),
                id(follower),
                answered,
                ForwardedFailure.Reason.NOT_LEADER,
                Optional.of(id(6 - leader - follower)));
    }

    @Test
    @DisplayName("may be a session's, which takes effect once although its answer was lost")
    void sessions() {
        CompletableFuture<RaftSession> opening =
                RaftSession.open(cluster.server(follower).node.sessions(), 1000, SessionRetry.never());
        cluster.advance(Duration.ofMillis(200));
        RaftSession session = opening.join();
        cluster.loses = ForwardedResult.class::isInstance;
        CompletableFuture<Applied> lost = session.propose(bytes("x"));
        cluster.advance(Duration.ofSeconds(3));
        assertThat(lost).isCompletedExceptionally();
        cluster.loses = message -> false;

        CompletableFuture<Applied> resolved = session.resolve(1);
        cluster.advance(Duration.ofMillis(200));

        assertThat(resolved.join().result()).isEqualTo(bytes("x"));
        assertThat(cluster.applied(leader)).containsExactly("x");
        cluster.deliver(new ForwardedProposal(
                cluster.server(leader).node.status().term(),
                id(follower),
                id(leader),
                new ForwardId(99, 1),
                EntryKind.SESSION,
                bytes("nonsense")));
        cluster.assertNothingWaits();
        assertThat(cluster.server(leader).node.terminated()).isNotDone();
    }
}
