package io.balsa.raft.runtime;

import io.balsa.raft.storage.EntryRun;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Committed entries on their way from the consensus agent to the apply agent. As long as there is room they are handed over
 * in memory; what does not fit is left out, and the apply agent, which goes by index, finds it missing and has it read from
 * the storage. So the consensus agent never waits for a slow state machine, and the memory is bounded.
 */
final class CommittedEntries {

    /** Of {@code run} the entries up to {@code lastIndex} are committed. What follows may be replaced. */
    record Part(EntryRun run, long lastIndex) {}

    private final ByteBudget budget;
    private final Inbox<Part> handedOver = new Inbox<>();
    private final Deque<Part> waiting = new ArrayDeque<>(); // the apply agent's
    private volatile long commitIndex;
    private volatile long loadableIndex;

    CommittedEntries(long maxBytes) {
        budget = new ByteBudget(maxBytes);
    }

    /**
     * Called by the consensus agent.
     *
     * @param runs the last of the newly committed entries, see {@link io.balsa.raft.core.Ready#committed}
     */
    void commit(long commitIndex, List<EntryRun> runs) {
        for (EntryRun run : runs) {
            if (!budget.tryTake(run.sizeBytes())) {
                break; // a gap is filled in order, so there is no use for what comes after it
            }
            handedOver.put(new Part(run, Math.min(run.lastIndex(), commitIndex)));
        }
        this.commitIndex = commitIndex;
    }

    /** Called by the consensus agent: the storage has caught up, or has to replace what is above; before {@link #commit}. */
    void loadableUpTo(long index) {
        loadableIndex = index;
    }

    long commitIndex() {
        return commitIndex;
    }

    /** Up to where committed entries may be read from the storage. */
    long loadableIndex() {
        long committed = commitIndex; // first: what was loadable before it was committed may be another entry
        return Math.min(committed, loadableIndex);
    }

    /** The part that has the entry at {@code index}; null if it is to be loaded. Called by the apply agent. */
    @Nullable
    Part at(long index) {
        waiting.addAll(handedOver.takeAll());
        while (!waiting.isEmpty() && waiting.peek().lastIndex < index) {
            budget.giveBack(waiting.remove().run.sizeBytes());
        }
        Part first = waiting.peek();
        return first == null || first.run.firstIndex() > index ? null : first;
    }
}
