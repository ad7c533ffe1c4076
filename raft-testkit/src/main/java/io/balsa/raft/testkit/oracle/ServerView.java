package io.balsa.raft.testkit.oracle;

import io.balsa.raft.cluster.RaftRole;
import io.balsa.raft.core.Ready;
import io.balsa.raft.storage.EntryRun;
import io.balsa.raft.storage.HardState;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.Optional;

/** What the oracle knows of one server: what it holds in memory, and what its disk would give back. */
final class ServerView {

    private record Write(long number, Optional<HardState> hardState, List<EntryRun> runs) {}

    final LogMirror log = new LogMirror();
    final LogMirror durable = new LogMirror();
    private final Deque<Write> writes = new ArrayDeque<>();
    HardState durableState = HardState.INITIAL;
    RaftRole role = RaftRole.FOLLOWER;
    long term;
    long commitIndex;
    long applied;
    long acknowledged; // up to here it has told a leader that it has the leader's entries
    long acknowledgedHash;

    void wrote(Ready ready) {
        if (ready.mustSync()) {
            writes.add(new Write(ready.number(), ready.hardState(), ready.entries()));
        }
    }

    void synced(long number) {
        while (!writes.isEmpty() && writes.peek().number <= number) {
            Write write = writes.remove();
            write.hardState.ifPresent(state -> durableState = state);
            durable.appendAll(write.runs);
        }
    }

    /** The process is gone; what it found on its disk when it came back takes the place of what it held. */
    void restarted(HardState state, List<EntryRun> found) {
        writes.clear();
        durableState = state;
        durable.clear();
        durable.appendAll(found);
        log.clear();
        log.appendAll(found);
        role = RaftRole.FOLLOWER;
        term = state.currentTerm();
        commitIndex = 0;
        applied = 0;
    }
}
