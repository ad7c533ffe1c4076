package io.balsa.raft.testkit.oracle;

import io.balsa.raft.cluster.RaftRole;
import io.balsa.raft.core.Ready;

/** What a server may take for committed (S6, S7, S8), and what follows from that for all. */
final class CommitRules {

    /** The membership that was in effect at a server before it wanted something done, and where it stood. */
    record Before(Electorate electorate, long index) {}

    private final CommittedLog canon;
    private final Elected elected;
    private final FullCheck all;

    CommitRules(CommittedLog canon, Elected elected, FullCheck all) {
        this.canon = canon;
        this.elected = elected;
        this.all = all;
    }

    void onCommit(ServerView view, Ready ready, boolean stillLeads, Before before) {
        long last = ready.commitIndex();
        long committed = Math.min(last, canon.size());
        if (!view.log.hasCommitted(committed)) {
            throw new Violation("S6", view.id + " takes other entries for committed up to " + committed);
        }
        long term = view.log.termAt(last);
        boolean byCounting =
                last > canon.size() || (stillLeads && last > view.store().covered());
        boolean ofOwnTerm = last > canon.size() ? elected.hasLed(view, term) : term == ready.term();
        boolean ofAnotherTerm = ready.role() == RaftRole.LEADER && last > canon.size() && term != ready.term();
        if (byCounting && (!ofOwnTerm || ofAnotherTerm)) {
            throw new Violation("S8", view.id + " committed by counting " + last + ", which is of term " + term);
        }
        view.commitIndex = last;
        if (last > canon.size()) {
            Electorate by = requireQuorum(view, last, before);
            canon.extend(view.log, last, term);
            all.onCommitted(by, term);
        }
    }

    /**
     * Of the membership in effect when it was committed: if another one was appended meanwhile, that may have been before or
     * after, but the one before must have been committed by its own quorum first (M2).
     */
    private Electorate requireQuorum(ServerView leader, long last, Before before) {
        Electorate now = leader.electorate();
        if (before.electorate != now && before.electorate.isDurable(last, leader.log.hashAt(last))) {
            return before.electorate;
        }
        require(leader, now, last);
        if (before.electorate != now && before.index > canon.size()) {
            require(leader, before.electorate, before.index);
        }
        return now;
    }

    private static void require(ServerView leader, Electorate electorate, long index) {
        long hash = leader.log.hashAt(index);
        if (!electorate.isDurable(index, hash)) {
            throw new Violation(
                    electorate.brokenByCommitOf(leader, index, hash),
                    "entry " + index + " is committed on " + leader.id + " but not durable on a quorum of "
                            + electorate.membership());
        }
    }
}
