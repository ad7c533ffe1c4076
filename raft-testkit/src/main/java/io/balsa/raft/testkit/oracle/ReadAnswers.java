package io.balsa.raft.testkit.oracle;

import io.balsa.raft.cluster.RaftRole;
import io.balsa.raft.core.Input;
import io.balsa.raft.core.Notice;
import io.balsa.raft.core.Ready;
import io.balsa.raft.message.Message;
import io.balsa.raft.message.ReadReply;

/**
 * At which index reads are answered: not below what was committed anywhere when they were asked (R2; R3, if a lease is the
 * reason), and not by a leader that does not know yet what is committed.
 */
final class ReadAnswers {

    private final CommittedLog canon;
    private boolean clocksAreWithinBounds = true;

    ReadAnswers(CommittedLog canon) {
        this.canon = canon;
    }

    /** From now on clocks may differ by more than leases allow for. */
    void expectUnsafeClocks() {
        clocksAreWithinBounds = false;
    }

    void onAsked(ServerView view, Input.ReadRequested read) {
        view.readsAsked.put(read.read(), canon.size());
    }

    void onReady(ServerView view, Ready ready) {
        for (Notice notice : ready.notices()) {
            if (notice instanceof Notice.ReadReady read) {
                requireCurrent("R2", view, read.read(), read.index());
                if (ready.role() == RaftRole.LEADER) {
                    requireOwnCommit(view, ready.term());
                }
            } else if (notice instanceof Notice.LeaseReady read) {
                onLeased(view, ready, read);
            } else if (notice instanceof Notice.ReadFailed read) {
                view.readsAsked.remove(read.read());
            }
        }
        for (Message message : ready.messages()) {
            if (message instanceof ReadReply reply && reply.term() == ready.term()) {
                requireOwnCommit(view, reply.term());
                if (reply.index() > view.commitIndex) {
                    throw new Violation("R2", reply + " but committed is " + view.commitIndex);
                }
            }
        }
    }

    private void onLeased(ServerView view, Ready ready, Notice.LeaseReady read) {
        if (clocksAreWithinBounds) {
            requireCurrent("R3", view, read.read(), read.index());
        } else {
            view.readsAsked.remove(read.read());
        }
        view.leaseTerm = view.ledTerm;
        if (ready.role() == RaftRole.LEADER) {
            requireOwnCommit(view, ready.term());
            requireNoLaterLeader(view);
        }
    }

    private static void requireCurrent(String invariant, ServerView view, long number, long index) {
        Long asked = view.readsAsked.remove(number);
        if (asked == null || index < asked) {
            throw new Violation(
                    invariant,
                    view.id + " may serve read " + number + " at " + index + "; when it was asked, " + asked
                            + " was committed");
        }
    }

    private static void requireOwnCommit(ServerView view, long term) {
        if (view.log.termAt(view.commitIndex) != term) {
            throw new Violation(
                    "R2", view.id + " answers reads in term " + term + " before it knows what is committed");
        }
    }

    /** A read was served on the strength of a lease, which held until after the state machine was read. */
    void onLeaseRead(ServerView view, long index) {
        if (view.leaseTerm == 0) {
            throw new Violation("R3", view.id + " serves a read by a lease that it never had");
        }
        if (canon.size() < index || canon.lastCommandUpTo(index) > view.applied) {
            throw new Violation("R3", view.id + " serves a read at " + index + " where it has applied " + view.applied);
        }
        requireNoLaterLeader(view);
    }

    /**
     * While a lease holds, nobody commits anything in a later term. A leader that has handed over, or knows that it leads no
     * more, may still serve what it was asked for before that.
     */
    private void requireNoLaterLeader(ServerView view) {
        boolean isHeld = view.leads(view.leaseTerm) && !view.transfers.hasHandedOver(view.leaseTerm);
        if (clocksAreWithinBounds && isHeld && canon.lastCommitTerm() > view.leaseTerm) {
            throw new Violation(
                    "R3",
                    view.id + " reads by its lease of term " + view.leaseTerm + ", and something is committed in term "
                            + canon.lastCommitTerm());
        }
    }
}
