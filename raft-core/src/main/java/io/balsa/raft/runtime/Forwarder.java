package io.balsa.raft.runtime;

import io.balsa.raft.Applied;
import io.balsa.raft.NotLeaderException;
import io.balsa.raft.OutcomeUnknownException;
import io.balsa.raft.ProposalRefusedException;
import io.balsa.raft.RaftException;
import io.balsa.raft.cluster.NodeId;
import io.balsa.raft.core.RaftCore;
import io.balsa.raft.message.ForwardId;
import io.balsa.raft.message.ForwardedFailure;
import io.balsa.raft.message.ForwardedProposal;
import io.balsa.raft.message.ForwardedResult;
import java.util.List;
import java.util.NavigableMap;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentSkipListMap;

/**
 * Passes proposals on to the leader, each of them once and never again, and waits for its answers. Who has an answer waits on
 * until this server has applied the command, too, so that it reads its own writes here. Who has none after two election
 * timeouts, or whose leader leads no longer as far as this server knows, gets to know that the outcome is unknown. Used by
 * the consensus agent.
 */
final class Forwarder {

    private final NodeId self;
    private final long life;
    private final long patienceNanos;
    private final ByteBudget onTheWay;
    private final Sender sender;
    private final ApplyAgent apply;
    private final Audience audience;
    private final NavigableMap<Long, Waiting> waiting =
            new ConcurrentSkipListMap<>(); // by number, so in the order of their ends
    private long lastNumber;

    private record Waiting(Proposal proposal, NodeId leader, long term, long giveUpNanos) {}

    /** Those who know how to tell users, and what. */
    record Audience(Requests requests, Peers peers, Completer completer, ByteBudget pendingBytes) {}

    /**
     * How much is passed on, and how long an answer is waited for.
     *
     * @param maxBytes what more there is is refused: the transport would drop it, and acknowledgements of entries with it
     */
    record Limits(long patienceNanos, long maxBytes) {}

    /**
     * Nothing waits.
     *
     * @param life drawn for this life of the server
     */
    Forwarder(NodeId self, long life, Limits limits, Sender sender, ApplyAgent apply, Audience audience) {
        this.self = self;
        this.life = life;
        this.patienceNanos = limits.patienceNanos;
        this.onTheWay = new ByteBudget(limits.maxBytes);
        this.sender = sender;
        this.apply = apply;
        this.audience = audience;
    }

    /** The term is the one that this leader leads. */
    void forward(List<Proposal> proposals, NodeId leader, long term, long nowNanos) {
        for (Proposal proposal : proposals) {
            if (!onTheWay.tryTake(proposal.sizeBytes())) {
                fail(proposal, refused(ProposalRefusedException.Reason.OVERLOADED, "too much is passed on already"));
                continue;
            }
            long number = ++lastNumber;
            waiting.put(number, new Waiting(proposal, leader, term, nowNanos + patienceNanos));
            sender.send(new ForwardedProposal(
                    term, self, leader, new ForwardId(life, number), proposal.kind(), proposal.command()));
        }
        sender.flush();
    }

    /** The leader has applied it; whoever waits is told when this server has. */
    void onResult(ForwardedResult answer) {
        take(answer.id(), answer.from()).ifPresent(proposal -> {
            Applied applied = new Applied(answer.entry().index(), answer.entry().term(), answer.result());
            CompletableFuture<Applied> here = new CompletableFuture<>();
            var unused = here.whenComplete((done, failure) -> {
                if (failure == null) {
                    proposal.future().complete(done);
                } else {
                    // Never "not applied", which a read would say that was not served.
                    proposal.future()
                            .completeExceptionally(new OutcomeUnknownException(
                                    "the node stopped before it applied the command, which its leader has applied"));
                }
            });
            apply.readAt(
                    applied.index(),
                    new PendingRead<>(index -> applied, here, () -> giveBack(proposal), applied.index(), false));
        });
    }

    private void giveBack(Proposal proposal) {
        audience.pendingBytes.giveBack(proposal.sizeBytes());
    }

    void onFailure(ForwardedFailure answer) {
        take(answer.id(), answer.from()).ifPresent(proposal -> fail(proposal, failureOf(answer)));
    }

    private RaftException failureOf(ForwardedFailure answer) {
        return switch (answer.reason()) {
            case UNKNOWN ->
                new OutcomeUnknownException("the leader could not tell what became of the command it was passed");
            case NOT_LEADER -> new NotLeaderException(answer.leader().flatMap(audience.peers::member));
            case OVERLOADED -> refused(ProposalRefusedException.Reason.OVERLOADED, "too much waits at the leader");
            case DISK_FULL -> refused(ProposalRefusedException.Reason.DISK_FULL, "the leader's disk is full");
            case TRANSFER_IN_PROGRESS ->
                refused(ProposalRefusedException.Reason.TRANSFER_IN_PROGRESS, "the leadership is being handed over");
            case TOO_LARGE ->
                refused(ProposalRefusedException.Reason.TOO_LARGE, "the leader allows only shorter commands");
        };
    }

    private static ProposalRefusedException refused(ProposalRefusedException.Reason reason, String message) {
        return new ProposalRefusedException(reason, message);
    }

    private Optional<Proposal> take(ForwardId id, NodeId from) {
        Waiting asked = id.life() == life ? waiting.get(id.number()) : null;
        if (asked == null || !asked.leader.equals(from)) {
            return Optional.empty();
        }
        waiting.remove(id.number());
        onTheWay.giveBack(asked.proposal.sizeBytes());
        return Optional.of(asked.proposal);
    }

    /** Gives up what has waited for too long, and what was passed to somebody who leads no longer. */
    void look(RaftCore core, long nowNanos) {
        if (waiting.isEmpty()) {
            return;
        }
        // All of one leader and term: with the next, there are none left of the last.
        Waiting any = waiting.firstEntry().getValue();
        if (any.term != core.currentTerm() || !core.leader().equals(Optional.of(any.leader))) {
            failAll("the leader was lost before it told what became of the command it was passed");
            return;
        }
        while (!waiting.isEmpty() && nowNanos - waiting.firstEntry().getValue().giveUpNanos >= 0) {
            giveUp(
                    waiting.pollFirstEntry().getValue().proposal,
                    "the leader did not tell in time what became of the command");
        }
    }

    /** The earlier of this deadline and the next one of those that wait. */
    long earlierDeadline(long deadlineNanos) {
        if (waiting.isEmpty()) {
            return deadlineNanos;
        }
        long giveUp = waiting.firstEntry().getValue().giveUpNanos;
        return giveUp - deadlineNanos < 0 ? giveUp : deadlineNanos;
    }

    /** No answer will be heard any more. */
    void failAll(String message) {
        waiting.values().forEach(asked -> giveUp(asked.proposal, message));
        waiting.clear();
    }

    private void giveUp(Proposal proposal, String message) {
        onTheWay.giveBack(proposal.sizeBytes());
        fail(proposal, new OutcomeUnknownException(message));
    }

    private void fail(Proposal proposal, RaftException failure) {
        audience.requests.fail(List.of(proposal), failure);
    }
}
