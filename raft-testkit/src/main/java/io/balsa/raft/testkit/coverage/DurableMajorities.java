package io.balsa.raft.testkit.coverage;

import io.balsa.raft.storage.EntryRun;
import io.balsa.raft.storage.LogPosition;
import java.util.Arrays;
import java.util.List;

/**
 * Which entries were durable on a majority at once, and which of those were overwritten later, as figure 8 of the paper
 * (3.7 of the dissertation) shows that they may be, if no entry of the leader's own term follows them on that majority.
 */
final class DurableMajorities {

    private final Coverage coverage;
    private List<WatchedServer> voters = List.of();
    private long[] majorityTerms = new long[64]; // for each index, the term of the entry that a majority has had

    DurableMajorities(Coverage coverage) {
        this.coverage = coverage;
    }

    /** From now on these are the voters. */
    void voters(List<WatchedServer> next) {
        voters = next;
    }

    /** The term of the entry at this index that a majority has had; 0 if there is none. */
    long termAt(long index) {
        return index < majorityTerms.length ? majorityTerms[(int) index] : 0;
    }

    /** A run of entries has become durable on a server. */
    void onDurable(WatchedServer server, EntryRun run) {
        change(server, (int) run.firstIndex(), run.count(), run.term());
    }

    /** A server has found this on its disk, after what a snapshot stands for. */
    void onFound(WatchedServer server, LogPosition base, List<EntryRun> found) {
        if (server.durable.last() < base.index() || server.durable.termAt(base.index()) != base.term()) {
            server.durable.append((int) base.index() + 1, 0, 0);
            server.durable.beginAfter(base.index());
        }
        int last = (int) base.index();
        for (EntryRun run : found) {
            int first = (int) run.firstIndex();
            while (first <= run.lastIndex() && server.durable.termAt(first) == run.term()) {
                first++;
            }
            if (first <= run.lastIndex()) {
                change(server, first, (int) run.lastIndex() - first + 1, run.term());
            }
            last = (int) run.lastIndex();
        }
        if (last < server.durable.last()) {
            server.durable.append(last + 1, 0, 0);
        }
    }

    private void change(WatchedServer server, int first, int count, long term) {
        if (voters.contains(server)) {
            forget(server.durable, first);
        }
        server.durable.append(first, count, term);
        while (first + count > majorityTerms.length) {
            majorityTerms = Arrays.copyOf(majorityTerms, 2 * majorityTerms.length);
        }
        for (int index = first; voters.contains(server) && index < first + count; index++) {
            if (isOnMajority(index, term)) {
                majorityTerms[index] = term;
            }
        }
    }

    /** The entries from this index on are overwritten. */
    private void forget(TermLog durable, int first) {
        boolean overwritten = false;
        for (int index = first; index <= durable.last(); index++) {
            if (index < majorityTerms.length && majorityTerms[index] == durable.termAt(index)) {
                overwritten = true;
                majorityTerms[index] = 0;
            }
        }
        if (overwritten) {
            coverage.count(Counter.FIGURE_8);
        }
    }

    private boolean isOnMajority(int index, long term) {
        int count = 0;
        for (WatchedServer voter : voters) {
            count += voter.durable.termAt(index) == term ? 1 : 0;
        }
        return count > voters.size() / 2;
    }
}
