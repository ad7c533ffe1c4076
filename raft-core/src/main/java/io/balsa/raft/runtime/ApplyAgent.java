package io.balsa.raft.runtime;

import io.balsa.raft.Applied;
import io.balsa.raft.Command;
import io.balsa.raft.NodeStoppedException;
import io.balsa.raft.OutcomeUnknownException;
import io.balsa.raft.StateMachine;
import io.balsa.raft.storage.EntryKind;
import io.balsa.raft.storage.EntryRun;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedDeque;
import java.util.concurrent.PriorityBlockingQueue;

/**
 * Runs the state machine, one entry after the other, and answers those who wait for it: "apply log[lastApplied] to state
 * machine" (figure 3.1). User code runs here and nowhere else.
 */
final class ApplyAgent extends AbstractAgent {

    private record ReadAt(long index, PendingRead<?> read) implements Comparable<ReadAt> {
        @Override
        public int compareTo(ReadAt other) {
            return Long.compare(index, other.index);
        }
    }

    private static final int MAX_LOAD_BYTES = 1 << 20;

    private final StateMachine stateMachine;
    private final CommittedEntries committed;
    private final Loader loader;
    private final Completer completer;
    private final ByteBudget pendingBytes;
    private final Probe probe;
    private final Inbox<PendingBatch> committedBatches = new Inbox<>();
    private final Inbox<ReadAt> arrivedReads = new Inbox<>();
    private final Inbox<List<EntryRun>> loaded = new Inbox<>();
    private final Inbox<Runnable> answers = new Inbox<>();
    // Of this agent alone, unless it hangs: see abandon.
    private final Deque<PendingBatch> batches = new ConcurrentLinkedDeque<>();
    private final Queue<ReadAt> reads = new PriorityBlockingQueue<>();
    private boolean awaitsLoad;
    private volatile long appliedIndex;
    private volatile boolean stopped;

    /** Has entries read from the storage: answered by {@link #onLoaded}. */
    @FunctionalInterface
    interface Loader {
        void load(long from, long to, int maxBytes);
    }

    ApplyAgent(
            StateMachine stateMachine,
            CommittedEntries committed,
            Loader loader,
            Completer completer,
            ByteBudget pendingBytes,
            Probe probe) {
        super("apply");
        this.stateMachine = stateMachine;
        this.committed = committed;
        this.loader = loader;
        this.completer = completer;
        this.pendingBytes = pendingBytes;
        this.probe = probe;
    }

    /** Up to where the state machine has the log. */
    long appliedIndex() {
        return appliedIndex;
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
        arrivedReads.put(new ReadAt(index, read));
        afterRequest();
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
        int work = 0;
        for (Runnable answer : answers.takeAll()) {
            answer.run();
            work++;
        }
        // First the commit index, then the futures: those of everything up to it are there by then.
        long commitIndex = committed.commitIndex();
        batches.addAll(committedBatches.takeAll());
        reads.addAll(arrivedReads.takeAll());
        work += applyLoaded();
        work += applyHandedOver(commitIndex);
        work += serveReads();
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
        long first = appliedIndex + 1;
        if (lastIndex < first) {
            return;
        }
        assert run.contains(first) : run + " does not follow " + appliedIndex;
        List<byte[]> results = new ArrayList<>();
        if (run.kind() == EntryKind.COMMAND) {
            for (long index = first; index <= lastIndex; index++) {
                results.add(applyOne(run, index));
                if (stopped) {
                    return; // abandoned meanwhile
                }
            }
        }
        appliedIndex = lastIndex;
        if (run.kind() == EntryKind.COMMAND) {
            answerProposers(run, first, results);
        }
    }

    private byte[] applyOne(EntryRun run, long index) {
        byte[] result = stateMachine.apply(new Command(run, index));
        if (result == null) {
            throw new IllegalStateException("the state machine answered null to the command at index " + index);
        }
        probe.onApplied(run, index, result);
        return result;
    }

    private void answerProposers(EntryRun run, long first, List<byte[]> results) {
        long last = first + results.size() - 1;
        for (PendingBatch batch = batches.peek(); batch != null && batch.firstIndex() <= last; batch = batches.peek()) {
            assert batch.term() == run.term() : "another entry was committed at " + batch.firstIndex();
            long until = Math.min(last, batch.lastIndex());
            for (long index = Math.max(first, batch.firstIndex()); index <= until; index++) {
                Proposal proposal = batch.proposals().get((int) (index - batch.firstIndex()));
                pendingBytes.giveBack(proposal.sizeBytes());
                completer.complete(
                        proposal.future(), new Applied(index, run.term(), results.get((int) (index - first))));
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
        for (ReadAt next = reads.peek(); next != null && next.index <= appliedIndex && !stopped; next = reads.peek()) {
            next.read.serve(next.index, completer);
            reads.remove();
            served++;
        }
        return served;
    }

    @Override
    public boolean hasWork() {
        return !answers.isEmpty() || !arrivedReads.isEmpty() || !loaded.isEmpty() || canApply();
    }

    private boolean canApply() {
        return !awaitsLoad
                && appliedIndex < committed.commitIndex()
                && (committed.at(appliedIndex + 1) != null || committed.loadableIndex() > appliedIndex);
    }

    /** Committed, but not applied here: nobody on this node can say what came out of it. */
    @Override
    public void onStop() {
        stopped = true;
        batches.forEach(this::fail);
        batches.clear();
        failUnseen();
        reads.forEach(this::fail);
        reads.clear();
    }

    /**
     * The agent has not stopped in time, because it hangs in the state machine, a query or a callback. Whoever waits for an
     * answer shall not hang as well. Called by whoever closes the node; should the agent come back, it answers in vain.
     */
    void abandon() {
        stopped = true;
        failUnseen();
        batches.forEach(this::fail);
        reads.forEach(this::fail);
    }

    private void failUnseen() {
        answers.takeAll().forEach(Runnable::run);
        committedBatches.takeAll().forEach(this::fail);
        arrivedReads.takeAll().forEach(this::fail);
    }

    private void fail(PendingBatch batch) {
        for (Proposal proposal : batch.proposals()) {
            pendingBytes.giveBack(proposal.sizeBytes());
            completer.fail(
                    proposal.future(), new OutcomeUnknownException("the node stopped before it applied the command"));
        }
    }

    private void fail(ReadAt read) {
        read.read.fail(new NodeStoppedException("the node stopped before it could serve the read"), completer);
    }
}
