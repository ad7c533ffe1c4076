package io.balsa.raft.testkit.coverage;

import io.balsa.raft.cluster.RaftRole;
import io.balsa.raft.core.Ready;
import io.balsa.raft.storage.EntryRun;
import io.balsa.raft.storage.HardState;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;

/** What {@link CoverageWatch} remembers of one server. */
final class WatchedServer {

    /** What a Ready wanted to be written. */
    record Write(long number, boolean hasState, List<EntryRun> runs) {}

    final boolean isVoter;
    final TermLog log = new TermLog();
    final TermLog durable = new TermLog();
    final Deque<Write> unsynced = new ArrayDeque<>();
    final List<EntryRun> written = new ArrayList<>(); // since the last sync
    final Deque<Counter> preVotes =
            new ArrayDeque<>(); // what a refusal of each that is not yet answered would count as
    int statesWritten; // since the last sync
    int lives;
    RaftRole role = RaftRole.FOLLOWER;
    long term;
    long candidacy; // the term it is a candidate in; 0 if it is none
    HardState state = HardState.INITIAL;
    long proposed; // index of the last command it has appended as the leader it is
    long commitIndex;

    WatchedServer(boolean isVoter) {
        this.isVoter = isVoter;
    }

    boolean hasProposalsInFlight() {
        return proposed > commitIndex;
    }

    void wants(Ready ready) {
        if (ready.mustSync()) {
            unsynced.add(new Write(ready.number(), ready.hardState().isPresent(), ready.entries()));
        }
        ready.hardState().ifPresent(next -> state = next);
    }

    /** Whether the storage was given the term and vote of a Ready, but not yet its entries. */
    boolean isBetweenWrites() {
        int states = statesWritten;
        int runs = written.size();
        for (Write write : unsynced) {
            if (write.hasState && --states < 0) {
                return false;
            }
            if (write.hasState && !write.runs.isEmpty() && runs == 0) {
                return true;
            }
            runs -= write.runs.size();
            if (runs < 0) {
                return false;
            }
        }
        return false;
    }

    /** The process is gone. */
    void end() {
        unsynced.clear();
        preVotes.clear();
        statesWritten = 0;
        role = RaftRole.FOLLOWER;
        candidacy = 0;
        proposed = 0;
        commitIndex = 0;
    }
}
