package io.balsa.raft.core;

/** Advances the commit index, and only by an entry of the leader's own term (section 3.6.2, figure 3.7). */
final class Commitment {

    private final RaftCore core;
    private final RaftLog log;

    Commitment(RaftCore core) {
        this.core = core;
        this.log = core.log();
    }

    /**
     * "If there exists an N such that N > commitIndex, a majority of matchIndex[i] ≥ N, and log[N].term == currentTerm:
     * set commitIndex = N" (figure 3.1). The leader itself counts with what is on its disk.
     *
     * @return whether it advanced
     */
    boolean advance(Replicator replicator) {
        long stored = Quorum.highestReached(
                log.membership(), id -> id.equals(core.self()) ? log.durableIndex() : replicator.matchIndex(id));
        if (stored <= log.commitIndex() || log.termAt(stored) != core.currentTerm()) {
            return false;
        }
        log.commitTo(stored);
        return true;
    }

    /** Whether an entry of the own term is committed: before that, the leader does not know what is (section 6.4). */
    boolean hasCommittedInTerm() {
        return log.termAt(log.commitIndex()) == core.currentTerm();
    }
}
