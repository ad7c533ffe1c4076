package io.balsa.raft.message;

import io.balsa.raft.cluster.NodeId;
import io.balsa.raft.storage.EntryRun;
import io.balsa.raft.storage.LogPosition;
import java.util.List;

/**
 * The leader's request to append {@code runs} right after {@code previous} (figure 3.1).
 *
 * @param previous prevLogIndex and prevLogTerm
 * @param runs in order and without a gap; empty when the leader only wants to know where the follower stands
 * @param leaderCommit the leader's commit index
 */
public record AppendEntries(
        long term, NodeId from, NodeId to, LogPosition previous, List<EntryRun> runs, long leaderCommit)
        implements Message {

    public AppendEntries {
        runs = List.copyOf(runs);
        LogPosition last = previous;
        for (EntryRun run : runs) {
            if (run.firstIndex() != last.index() + 1 || run.term() < last.term() || run.term() > term) {
                throw new IllegalArgumentException(run + " cannot follow " + last + " in term " + term);
            }
            last = run.lastPosition();
        }
    }

    /** Index of the last entry, or of the previous one if there is none: up to where this request speaks of the log. */
    public long lastIndex() {
        return runs.isEmpty() ? previous.index() : runs.get(runs.size() - 1).lastIndex();
    }

    @Override
    public void dispatch(Handler handler) {
        handler.onAppendEntries(this);
    }
}
