package io.balsa.raft.core;

import io.balsa.raft.cluster.NodeId;
import io.balsa.raft.cluster.RaftRole;
import java.util.Optional;

/**
 * What must hold in any state of a server, and between two that follow one another. Checked after every step when
 * assertions are on. What must hold between servers is the simulator's to check.
 */
final class Invariants {

    private final RaftCore core;
    private final RaftLog log;
    private long term;
    private Optional<NodeId> vote;
    private RaftRole role;
    private long commitIndex;
    private long lastIndex;

    Invariants(RaftCore core) {
        this.core = core;
        this.log = core.log();
        remember();
        term = core.currentTerm();
        vote = core.votedFor();
        role = core.role();
        commitIndex = log.commitIndex();
        lastIndex = log.lastIndex();
    }

    /** True, or an error that says what does not hold. */
    boolean hold() {
        holdInAnyState();
        holdBetweenStates();
        remember();
        return true;
    }

    private void holdInAnyState() {
        check(log.baseIndex() <= log.commitIndex(), "committed before the log begins");
        check(log.commitIndex() <= log.lastIndex(), "committed past the end of the log");
        check(log.durableIndex() <= log.lastIndex(), "durable past the end of the log");
        check(log.last().term() <= core.currentTerm(), "an entry of a term that is yet to come");
        check(log.membershipIndex() <= log.lastIndex(), "a membership past the end of the log");
        if (core.role() == RaftRole.LEADER) {
            check(log.last().term() == core.currentTerm(), "a leader without an entry of its own term");
            check(core.votedFor().equals(Optional.of(core.self())), "a leader that did not vote for itself");
        }
        if (core.role() == RaftRole.CANDIDATE) {
            check(core.votedFor().equals(Optional.of(core.self())), "a candidate that did not vote for itself");
        }
    }

    private void holdBetweenStates() {
        check(core.currentTerm() >= term, "the term went back");
        check(log.commitIndex() >= commitIndex, "the commit index went back");
        if (core.currentTerm() == term) {
            check(vote.isEmpty() || core.votedFor().equals(vote), "a vote was changed within a term");
            if (role == RaftRole.LEADER && core.role() == RaftRole.LEADER) {
                check(log.lastIndex() >= lastIndex, "a leader's log got shorter");
            }
        }
    }

    private void remember() {
        term = core.currentTerm();
        vote = core.votedFor();
        role = core.role();
        commitIndex = log.commitIndex();
        lastIndex = log.lastIndex();
    }

    private void check(boolean holds, String violation) {
        if (!holds) {
            throw new SafetyViolation(core.self() + " in term " + core.currentTerm() + ": " + violation + " (commit "
                    + log.commitIndex() + ", last " + log.last() + ", durable " + log.durableIndex() + ")");
        }
    }
}
