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
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * The requests of this node's users that the core has been told of, and which answer each gets. Used by the consensus
 * agent; the answers are given on the apply agent's thread.
 */
final class Requests implements Notice.Handler {

    private final Peers peers;
    private final ApplyAgent apply;
    private final Completer completer;
    private final ByteBudget pendingBytes;
    private final Map<Long, List<PendingRead<?>>> reads = new TreeMap<>();
    private final Deque<PendingBatch> appended =
            new ArrayDeque<>(); // not known to be committed; in the order of the log
    private List<Proposal> proposed = List.of(); // the batch that the core was given last
    private int noticed; // how many of it, from the first on, a notice has told of
    private long lastBatch;
    private long lastRead;

    Requests(Peers peers, ApplyAgent apply, Completer completer, ByteBudget pendingBytes) {
        this.peers = peers;
        this.apply = apply;
        this.completer = completer;
        this.pendingBytes = pendingBytes;
    }

    /** Numbers a batch that the core is about to be given. Its notices come before the next batch does. */
    long propose(List<Proposal> batch) {
        proposed = batch;
        noticed = 0;
        return ++lastBatch;
    }

    /** Numbers reads that the core is about to be asked for. */
    long read(List<PendingRead<?>> batch) {
        reads.put(++lastRead, batch);
        return lastRead;
    }

    @Override
    public void onAppended(Notice.Appended notice) {
        assert notice.batch() == lastBatch : "an answer to batch " + notice.batch() + " after batch " + lastBatch;
        appended.add(new PendingBatch(notice.firstIndex(), notice.term(), proposed.subList(0, notice.count())));
        noticed = notice.count();
    }

    @Override
    public void onProposalsRefused(Notice.ProposalsRefused notice) {
        assert notice.batch() == lastBatch : "an answer to batch " + notice.batch() + " after batch " + lastBatch;
        noticed = proposed.size();
        fail(proposed.subList(notice.from(), proposed.size()), refusal(notice.reason()));
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
    public void onRoleChanged(Notice.RoleChanged notice) {
        peers.leader(notice.leader());
    }

    @Override
    public void onMembershipChanged(Notice.MembershipChanged notice) {
        peers.announce(notice.membership());
    }

    private RaftException refusal(Notice.Refusal reason) {
        return switch (reason) {
            case NOT_LEADER -> peers.notLeader();
            case OVERLOADED ->
                new ProposalRefusedException(
                        ProposalRefusedException.Reason.OVERLOADED, "too many bytes wait to be committed");
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

    /** The consensus agent has stopped: nobody will learn any more. If it has failed, there may be notices it never gave. */
    void failAll() {
        String message = "the node stopped before it learned what became of the command";
        while (!appended.isEmpty()) {
            failUnknown(appended.remove(), message);
        }
        fail(proposed.subList(noticed, proposed.size()), new OutcomeUnknownException(message));
        noticed = proposed.size();
        reads.values().forEach(batch -> failReads(batch, stopped()));
        reads.clear();
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

    private void fail(List<Proposal> proposals, RaftException failure) {
        if (!proposals.isEmpty()) {
            apply.answer(() -> proposals.forEach(proposal -> {
                pendingBytes.giveBack(proposal.sizeBytes());
                completer.fail(proposal.future(), failure);
            }));
        }
    }

    private void failReads(List<PendingRead<?>> batch, RaftException failure) {
        if (!batch.isEmpty()) {
            apply.answer(() -> batch.forEach(read -> read.fail(failure, completer)));
        }
    }
}
