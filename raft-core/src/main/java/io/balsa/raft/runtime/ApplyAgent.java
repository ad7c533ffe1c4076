package io.balsa.raft.runtime;

import io.balsa.raft.Applied;
import io.balsa.raft.Divergence;
import io.balsa.raft.NodeStoppedException;
import io.balsa.raft.OutcomeUnknownException;
import io.balsa.raft.StateDivergedException;
import io.balsa.raft.storage.EntryRun;
import io.balsa.raft.storage.SnapshotInfo;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Optional;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedDeque;
import java.util.concurrent.PriorityBlockingQueue;
import org.jspecify.annotations.Nullable;

/**
 * Runs the state machine, one entry after the other, and answers those who wait for it: "apply log[lastApplied] to state
 * machine" (figure 3.1). Restores it from a snapshot first, if there is one, and later in between, when the log goes on after
 * a snapshot only. User code runs here and, save for writing snapshots, nowhere else.
 */
final class ApplyAgent extends AbstractAgent {

    private record ReadAt(long index, PendingRead<?> read, Optional<Leadership.Lease> lease)
            implements Comparable<ReadAt> {
        @Override
        public int compareTo(ReadAt other) {
            return Long.compare(index, other.index);
        }
    }

    private static final int MAX_LOAD_BYTES = 1 << 20;

    private final LibraryState replicated;
    private final AppliedPosition position;
    private final Restorer restorer;
    private final LocalSnapshots snapshots;
    private final Quarantine quarantine;
    private final CommittedEntries committed;
    private final Loader loader;
    private final Completer completer;
    private final ByteBudget pendingBytes;
    private final Probe probe;
    private final Inbox<PendingBatch> committedBatches = new Inbox<>();
    private final Inbox<ReadAt> arrivedReads = new Inbox<>();
    private final Inbox<List<EntryRun>> loaded = new Inbox<>();
    private final Answers answers = new Answers();
    // Of this agent alone, unless it hangs: see abandon.
    private final Deque<PendingBatch> batches = new ConcurrentLinkedDeque<>();
    private final Queue<ReadAt> reads = new PriorityBlockingQueue<>();
    private boolean awaitsLoad;
    private volatile boolean stopped;

    /** The state, and how it is kept in snapshots. */
    record State(
            LibraryState replicated,
            AppliedPosition position,
            Restorer restorer,
            LocalSnapshots snapshots,
            Quarantine quarantine) {}

    /** Has entries read from the storage: answered by {@link #onLoaded}. */
    @FunctionalInterface
    interface Loader {
        void load(long from, long to, int maxBytes);
    }

    ApplyAgent(
            State state,
            CommittedEntries committed,
            Loader loader,
            Completer completer,
            ByteBudget pendingBytes,
            Probe probe) {
        super("apply");
        this.replicated = state.replicated;
        this.position = state.position;
        this.restorer = state.restorer;
        this.snapshots = state.snapshots;
        this.quarantine = state.quarantine;
        this.committed = committed;
        this.loader = loader;
        this.completer = completer;
        this.pendingBytes = pendingBytes;
        this.probe = probe;
    }

    /** Up to where the state machine has the log. */
    long appliedIndex() {
        return position.index();
    }

    /** These proposals are committed, or are about to be: called before the commit index says so. */
    void expect(PendingBatch batch) {
        committedBatches.put(batch);
        if (stopped) {
            failUnseen();
        }
    }

    /** Serves a read as soon as everything up to {@code index} is applied. */
    void readAt(long index, PendingRead<?> read) {
        put(new ReadAt(Math.max(index, read.minIndex()), read, Optional.empty()));
    }

    /** Does the same, if the lease still holds then. */
    void readAt(long index, PendingRead<?> read, Leadership.Lease lease) {
        put(new ReadAt(Math.max(index, read.minIndex()), read, Optional.of(lease)));
    }

    private void put(ReadAt read) {
        arrivedReads.put(read);
        afterRequest();
    }

    /** A snapshot stands for the log up to its end: called before the commit index says so. */
    void install(SnapshotInfo snapshot) {
        restorer.install(snapshot);
        wake();
    }

    /** An operator wants a snapshot. */
    void snapshot(CompletableFuture<SnapshotInfo> future) {
        answer(() -> quarantine
                .divergence()
                .ifPresentOrElse(
                        divergence -> completer.fail(future, new StateDivergedException(divergence)),
                        () -> snapshots.request(position, restorer.isPending(), this::answer, future)));
    }

    /** Gives an answer on this agent's thread. */
    void answer(Runnable answer) {
        answers.put(answer);
        afterRequest();
    }

    /** Either the agent, on its way out, sees what was put down before, or we see that it is out. */
    private void afterRequest() {
        if (stopped) {
            failUnseen();
        } else {
            wake();
        }
    }

    /** The entries that {@link Loader} was asked for. */
    void onLoaded(List<EntryRun> runs) {
        loaded.put(runs);
        wake();
    }

    @Override
    public int doWork() {
        if (stopped) {
            return 0; // abandoned: nobody expects the state machine to be used any more
        }
        int work = answers.give();
        // First the commit index, then the futures: those of everything up to it are there by then.
        long commitIndex = committed.commitIndex();
        batches.addAll(committedBatches.takeAll());
        reads.addAll(arrivedReads.takeAll());
        if (stopped) {
            return work; // it was abandoned, and has come back
        }
        work += restore(commitIndex);
        if (restorer.isPending()) {
            return work; // there is nothing that anything could be applied to
        }
        Optional<Divergence> divergence = quarantine.divergence();
        if (divergence.isPresent()) {
            return work + turnAway(divergence.get());
        }
        work += applyLoaded();
        work += applyHandedOver(commitIndex);
        work += serveReads();
        snapshots.look(position, commitIndex - position.index(), pendingBytes.isNearlyUsedUp(), this::answer);
        return work;
    }

    private int restore(long commitIndex) {
        Optional<SnapshotInfo> restored = restorer.restore(commitIndex);
        restored.ifPresent(this::jump);
        return restored.isPresent() ? 1 : 0;
    }

    /** Commands were skipped whose results nobody on this node will ever learn. */
    private void jump(SnapshotInfo snapshot) {
        position.jump(snapshot);
        probe.onRestored(snapshot);
        for (PendingBatch batch = batches.peek();
                batch != null && batch.firstIndex() <= snapshot.index();
                batch = batches.peek()) {
            long covered = Math.min(batch.lastIndex(), snapshot.index());
            fail(batch.upTo(covered), "a snapshot took the place of the command before it was applied here");
            batches.remove();
            if (covered < batch.lastIndex()) {
                batches.addFirst(batch.after(covered));
            }
        }
    }

    /** Nothing is applied to a damaged state, nor read from it. */
    private int turnAway(Divergence divergence) {
        loaded.takeAll();
        awaitsLoad = false;
        int work = batches.size() + reads.size();
        batches.forEach(batch -> fail(batch, "committed, but not applied here, in quarantine: " + divergence));
        batches.clear();
        reads.forEach(read -> read.read.fail(new StateDivergedException(divergence), completer));
        reads.clear();
        return work;
    }

    private int applyLoaded() {
        int work = 0;
        for (List<EntryRun> runs : loaded.takeAll()) {
            awaitsLoad = false;
            for (EntryRun run : runs) {
                apply(run, run.lastIndex());
                work++;
            }
        }
        return work;
    }

    /** One part, so that reads do not wait for all of them. */
    private int applyHandedOver(long commitIndex) {
        long appliedIndex = position.index();
        if (appliedIndex >= commitIndex || awaitsLoad) {
            return 0;
        }
        CommittedEntries.Part part = committed.at(appliedIndex + 1);
        if (part != null) {
            // A part that was handed over since we looked may reach further than the futures we have.
            apply(part.run(), Math.min(part.lastIndex(), commitIndex));
            return 1;
        }
        long loadable = committed.loadableIndex();
        if (loadable > appliedIndex) {
            awaitsLoad = true;
            loader.load(appliedIndex + 1, loadable, MAX_LOAD_BYTES);
        }
        return 0;
    }

    /** Applies what is not yet applied of a run, up to an index, and then answers. */
    private void apply(EntryRun run, long lastIndex) {
        long first = position.index() + 1;
        if (lastIndex < first) {
            return;
        }
        assert run.contains(first) : run + " does not follow " + position.last();
        List<byte[]> results = new ArrayList<>();
        boolean answers = LibraryState.answers(run.kind());
        for (long index = first; index <= lastIndex; index++) {
            byte[] result = replicated.apply(run, index);
            if (answers) {
                probe.onApplied(run, index, result);
                results.add(result);
            }
            if (stopped) {
                return; // abandoned meanwhile
            }
        }
        position.advance(run, lastIndex);
        if (answers) {
            answerProposers(run, first, results);
        }
    }

    private void answerProposers(EntryRun run, long first, List<byte[]> results) {
        long last = first + results.size() - 1;
        for (PendingBatch batch = batches.peek(); batch != null && batch.firstIndex() <= last; batch = batches.peek()) {
            assert batch.term() == run.term() : "another entry was committed at " + batch.firstIndex();
            long until = Math.min(last, batch.lastIndex());
            for (long index = Math.max(first, batch.firstIndex()); index <= until; index++) {
                Proposal proposal = batch.proposals().get((int) (index - batch.firstIndex()));
                pendingBytes.giveBack(proposal.sizeBytes());
                proposal.complete(new Applied(index, run.term(), results.get((int) (index - first))), completer);
            }
            batches.remove(); // last, so that it is in sight as long as somebody waits
            if (until < batch.lastIndex()) {
                batches.addFirst(batch.after(until));
                return;
            }
        }
    }

    private int serveReads() {
        int served = 0;
        for (ReadAt next = reads.peek(); isDue(next) && !stopped; next = reads.peek()) {
            serve(next);
            reads.remove();
            served++;
        }
        return served;
    }

    private boolean isDue(@Nullable ReadAt read) {
        return read != null && read.index <= position.index();
    }

    private void serve(ReadAt due) {
        if (due.lease.isEmpty()) {
            due.read.serve(due.index, completer);
        } else if (due.read.serveIf(due.lease.get()::holds, due.index, completer)) {
            probe.onLeaseRead(due.index);
        } else {
            due.lease.get().lost(due.read);
        }
    }

    @Override
    public boolean hasWork() {
        return !answers.isEmpty()
                || !arrivedReads.isEmpty()
                || !loaded.isEmpty()
                || restorer.hasWork(committed.commitIndex())
                || (!restorer.isPending() && (quarantine.isImposed() ? isAwaited() : canApply()));
    }

    @Override
    public long nanosToDeadline() {
        boolean looks = !quarantine.isImposed() && !restorer.isPending();
        return looks ? snapshots.nanosToDeadline(position) : Long.MAX_VALUE;
    }

    private boolean isAwaited() {
        return !committedBatches.isEmpty() || !batches.isEmpty() || !reads.isEmpty();
    }

    private boolean canApply() {
        long appliedIndex = position.index();
        return !awaitsLoad
                && appliedIndex < committed.commitIndex()
                && (committed.at(appliedIndex + 1) != null || committed.loadableIndex() > appliedIndex);
    }

    /** Committed, but not applied here: nobody on this node can say what came out of it. */
    @Override
    void end() {
        snapshots.stop();
        stopped = true;
        batches.forEach(this::fail);
        batches.clear();
        failUnseen();
        reads.forEach(this::fail);
        reads.clear();
    }

    /**
     * The agent has not stopped in time, because it hangs in the state machine, a query or a callback; or another has not,
     * whose answers it would have given. Whoever waits for an answer shall not hang as well. Called by whoever closes the
     * node; should the agent come back, it answers in vain.
     */
    void abandon() {
        snapshots.stop();
        stopped = true;
        failUnseen();
        batches.forEach(this::fail);
        reads.forEach(this::fail);
        snapshots.abandon();
    }

    private void failUnseen() {
        answers.give();
        committedBatches.takeAll().forEach(this::fail);
        arrivedReads.takeAll().forEach(this::fail);
    }

    private void fail(PendingBatch batch) {
        fail(batch, "the node stopped before it applied the command");
    }

    private void fail(PendingBatch batch, String message) {
        for (Proposal proposal : batch.proposals()) {
            pendingBytes.giveBack(proposal.sizeBytes());
            proposal.fail(new OutcomeUnknownException(message), completer);
        }
    }

    private void fail(ReadAt read) {
        read.read.fail(new NodeStoppedException("the node stopped before it could serve the read"), completer);
    }
}
