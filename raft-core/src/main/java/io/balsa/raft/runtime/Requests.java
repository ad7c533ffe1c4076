package io.balsa.raft.runtime;

import io.balsa.raft.NodeStoppedException;
import io.balsa.raft.OutcomeUnknownException;
import io.balsa.raft.ProposalRefusedException;
import io.balsa.raft.RaftException;
import io.balsa.raft.cluster.RaftRole;
import io.balsa.raft.core.Notice;
import io.balsa.raft.core.RaftCore;
import io.balsa.raft.core.Ready;
import io.balsa.raft.storage.LogPosition;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentLinkedDeque;
import java.util.concurrent.ConcurrentSkipListMap;

/**
 * The requests of this node's users that the core has been told of, and which answer each gets. Used by the consensus
 * agent; the answers are given on the apply agent's thread.
 */
final class Requests extends QuietNotices {

    private final Peers peers;
    private final ApplyAgent apply;
    private final Completer completer;
    private final ByteBudget pendingBytes;
    private final Leadership leadership;
    // Of the consensus agent alone, unless it hangs: see failAll.
    private final Map<Long, List<PendingRead<?>>> reads = new ConcurrentSkipListMap<>();
    private final Deque<PendingBatch> appended =
            new ConcurrentLinkedDeque<>(); // not known to be committed; in the order of the log
    private final Deque<Proposed> proposed =
            new ConcurrentLinkedDeque<>(); // batches that not everything is known of yet
    private long lastBatch;
    private long lastRead;

    /** A batch that the core was given, or what is left of it that no notice has told of. */
    private record Proposed(long batch, int from, List<Proposal> proposals) {

        List<Proposal> rest() {
            return proposals.subList(from, proposals.size());
        }
    }

    Requests(Peers peers, ApplyAgent apply, Completer completer, ByteBudget pendingBytes, Leadership leadership) {
        this.peers = peers;
        this.apply = apply;
        this.completer = completer;
        this.pendingBytes = pendingBytes;
        this.leadership = leadership;
    }

    /** Numbers a batch that the core is about to be given. Its notices come in the order of the batches. */
    long propose(List<Proposal> batch) {
        proposed.add(new Proposed(++lastBatch, 0, batch));
        return lastBatch;
    }

    /** Numbers reads that the core is about to be asked for. */
    long read(List<PendingRead<?>> batch) {
        reads.put(++lastRead, batch);
        return lastRead;
    }

    @Override
    public void onAppended(Notice.Appended notice) {
        Proposed batch = takeProposed(notice.batch());
        appended.add(new PendingBatch(
                notice.firstIndex(), notice.term(), batch.proposals.subList(batch.from, batch.from + notice.count())));
        if (batch.from + notice.count() < batch.proposals.size()) {
            proposed.addFirst(new Proposed(batch.batch, batch.from + notice.count(), batch.proposals));
        }
    }

    private Proposed takeProposed(long number) {
        Proposed batch = proposed.remove();
        assert batch.batch == number : "an answer to batch " + number + " before that to batch " + batch.batch;
        return batch;
    }

    @Override
    public void onProposalsRefused(Notice.ProposalsRefused notice) {
        fail(takeProposed(notice.batch()).rest(), refusal(notice.reason()));
    }

    @Override
    public void onReadReady(Notice.ReadReady notice) {
        for (PendingRead<?> read : take(notice.read())) {
            apply.readAt(notice.index(), read);
        }
    }

    @Override
    public void onReadFailed(Notice.ReadFailed notice) {
        failReads(take(notice.read()), refusal(notice.reason()));
    }

    private List<PendingRead<?>> take(long read) {
        List<PendingRead<?>> taken = reads.remove(read);
        return taken == null ? List.of() : taken;
    }

    @Override
    public void onLeaseReady(Notice.LeaseReady notice) {
        Leadership.Lease lease = leadership.leaseUntil(notice.untilNanos());
        for (PendingRead<?> read : take(notice.read())) {
            apply.readAt(notice.index(), read, lease);
        }
    }

    private RaftException refusal(Notice.Refusal reason) {
        return switch (reason) {
            case NOT_LEADER -> peers.notLeader();
            case OVERLOADED ->
                new ProposalRefusedException(
                        ProposalRefusedException.Reason.OVERLOADED, "too many bytes wait to be committed");
            case DISK_FULL ->
                new ProposalRefusedException(ProposalRefusedException.Reason.DISK_FULL, "the leader's disk is full");
            case TRANSFER_IN_PROGRESS ->
                new ProposalRefusedException(
                        ProposalRefusedException.Reason.TRANSFER_IN_PROGRESS, "the leadership is being handed over");
            case TIMED_OUT ->
                new ProposalRefusedException(
                        ProposalRefusedException.Reason.TIMED_OUT, "the leader did not confirm the read in time");
        };
    }

    /** After the notices of a Ready: hands the futures of what is committed to the apply agent, and gives up what is lost. */
    void settle(Ready ready, RaftCore core) {
        while (!appended.isEmpty() && appended.peek().firstIndex() <= ready.commitIndex()) {
            PendingBatch batch = appended.remove();
            if (batch.lastIndex() > ready.commitIndex()) {
                appended.addFirst(batch.after(ready.commitIndex()));
                batch = batch.upTo(ready.commitIndex());
            }
            settleCommitted(batch, core);
        }
        // The rest of a term in which this server no longer leads may be committed by another leader, or not.
        while (!appended.isEmpty()
                && (ready.role() != RaftRole.LEADER || appended.peek().term() < ready.term())) {
            failUnknown(appended.remove(), "the node lost its leadership before it learned what became of the command");
        }
    }

    /**
     * All indexes of the batch are committed, but perhaps, if this server has lost its leadership, with entries of another
     * leader. Index and term name an entry: where both are those of the batch, it is the batch's; where the term is another,
     * the command of the batch will never be applied.
     */
    private void settleCommitted(PendingBatch batch, RaftCore core) {
        if (batch.firstIndex() <= core.baseIndex()) {
            // A snapshot took its place before it was known to be committed: nobody here knows whose entries those
            // were.
            long covered = Math.min(batch.lastIndex(), core.baseIndex());
            failUnknown(
                    batch.upTo(covered), "a snapshot was installed before the node learned what became of the command");
            if (covered < batch.lastIndex()) {
                settleCommitted(batch.after(covered), core);
            }
            return;
        }
        long last = batch.lastIndex();
        while (last >= batch.firstIndex() && !core.hasEntry(new LogPosition(last, batch.term()))) {
            last--;
        }
        if (last >= batch.firstIndex()) {
            apply.expect(batch.upTo(last));
        }
        if (last < batch.lastIndex()) {
            fail(batch.after(last).proposals(), peers.notLeader());
        }
    }

    /**
     * The consensus agent has stopped: nobody will learn any more. If it has failed, there may be notices it never gave. If it
     * hangs, this is called by whoever closes the node, so it takes nothing away.
     */
    void failAll() {
        appended.forEach(batch -> failUnknown(batch.proposals()));
        proposed.forEach(batch -> failUnknown(batch.rest()));
        reads.values().forEach(batch -> failReads(batch, stopped()));
    }

    /** The node stops, and whether anybody has or will have these commands cannot be told any more. */
    void failUnknown(List<Proposal> proposals) {
        fail(proposals, new OutcomeUnknownException("the node stopped before it learned what became of the command"));
    }

    /** Requests that the core was never told of. */
    void failUnseen(List<Proposal> proposals, List<PendingRead<?>> unseenReads) {
        fail(proposals, stopped());
        failReads(unseenReads, stopped());
    }

    private static NodeStoppedException stopped() {
        return new NodeStoppedException("the node has stopped");
    }

    private void failUnknown(PendingBatch batch, String message) {
        fail(batch.proposals(), new OutcomeUnknownException(message));
    }

    /** Nothing came of these, or nothing that is known. */
    void fail(List<Proposal> proposals, RaftException failure) {
        if (!proposals.isEmpty()) {
            apply.answer(() -> proposals.forEach(proposal -> {
                pendingBytes.giveBack(proposal.sizeBytes());
                proposal.fail(failure, completer);
            }));
        }
    }

    private void failReads(List<PendingRead<?>> batch, RaftException failure) {
        if (!batch.isEmpty()) {
            apply.answer(() -> batch.forEach(read -> read.fail(failure, completer)));
        }
    }
}
