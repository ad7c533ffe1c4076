package io.balsa.raft.testkit.oracle;

import io.balsa.raft.cluster.RaftRole;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** What must hold between any two servers, and between each of them and what is committed. */
final class FullCheck {

    private final List<ServerView> servers;
    private final CommittedLog canon;
    private @Nullable Electorate committedBy; // the membership by which the last entry was committed

    FullCheck(List<ServerView> servers, CommittedLog canon) {
        this.servers = servers;
        this.canon = canon;
    }

    /** More is committed, by the leader of this term. Old leaders may do so late: leaders of later terms have it (S4). */
    void onCommitted(Electorate by, long term) {
        committedBy = by;
        for (ServerView view : servers) {
            if (view.isUp && view.role == RaftRole.LEADER && view.term > term) {
                checkLeader(view);
            }
            checkUpToDate(view);
        }
    }

    private void checkLeader(ServerView leader) {
        long committed = canon.committedBefore(leader.term);
        if (!leader.log.hasCommitted(committed)) {
            throw new Violation(
                    "S4",
                    leader.id + " leads term " + leader.term + " without everything that is committed, up to "
                            + committed);
        }
    }

    /**
     * Whoever is more up-to-date than another has everything that the other knows to be committed (S10). A disk that ends
     * with an entry of some term was filled by that term's leader, who had everything that was committed before; and what it
     * found from earlier terms and committed itself was below its own entries. So it is enough to compare each with what is
     * committed. What a later leader committed of an earlier term is excepted: figure 8 of the paper.
     */
    void checkUpToDate(ServerView view) {
        StoreView store = view.store();
        long held = canon.heldByAllOf(store.lastTerm());
        if (!store.holds(held, canon.hashAt(held))) {
            throw new Violation(
                    "S10",
                    view.id + " ends with an entry of term " + store.lastTerm()
                            + " on its disk, without everything that was committed before, up to " + held);
        }
    }

    void check() {
        for (ServerView view : servers) {
            if (view.hasLived) {
                checkOne(view);
            }
        }
        Electorate by = committedBy;
        if (by != null && !by.isDurable(canon.size(), canon.hashAt(canon.size()))) {
            throw new Violation("S7", "entry " + canon.size() + " is committed, but no longer durable on a quorum");
        }
    }

    private void checkOne(ServerView view) {
        if (!view.log.hasCommitted(view.commitIndex)) {
            throw new Violation(
                    "S9", view.id + " does not have what it knows to be committed, up to " + view.commitIndex);
        }
        if (view.applied > view.commitIndex || view.commitIndex > view.log.last()) {
            throw new Violation("D6", view.id + " has applied " + view.applied + " of " + view.commitIndex);
        }
        checkUpToDate(view);
        if (view.isUp && view.role == RaftRole.LEADER) {
            checkLeader(view);
            for (ServerView other : servers) {
                if (other != view && other.leads(view.term)) {
                    throw new Violation("S1", view.id + " and " + other.id + " both lead term " + view.term);
                }
            }
        }
    }
}
