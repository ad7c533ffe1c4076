package io.balsa.raft.core;

import io.balsa.raft.cluster.ChangeRefusal;
import io.balsa.raft.cluster.Membership;
import io.balsa.raft.cluster.MembershipChange;
import io.balsa.raft.cluster.NodeId;
import org.jspecify.annotations.Nullable;

/**
 * Takes the cluster from one membership to another (chapter 4), one change at a time: newcomers that shall vote learn until
 * they have caught up; then the target is appended, or, if more than one vote comes or goes, a joint membership, which is
 * left as soon as it is committed. Of a leader.
 */
final class MembershipChanger {

    /** What an operator has asked for, and how far it is. */
    private static final class Wanted {
        private final long request;
        private final Membership target;
        private final long deadlineNanos; // for newcomers to catch up
        private boolean learning; // newcomers do not vote yet

        Wanted(long request, Membership target, long deadlineNanos, boolean learning) {
            this.request = request;
            this.target = target;
            this.deadlineNanos = deadlineNanos;
            this.learning = learning;
        }
    }

    private final RaftCore core;
    private final RaftLog log;
    private final Leader leader;
    private @Nullable Wanted wanted;

    MembershipChanger(RaftCore core, Leader leader) {
        this.core = core;
        this.log = core.log();
        this.leader = leader;
    }

    /** Whether somebody waits for a change. */
    boolean isBusy() {
        return wanted != null;
    }

    /** Whether the membership may be changed now: the one in effect is committed, and so is an entry of the own term. */
    boolean isFree() {
        return wanted == null && isSettled() && leader.hasCommittedInTerm();
    }

    private boolean isSettled() {
        return !log.membership().isJoint() && log.membershipIndex() <= log.commitIndex();
    }

    void onRequested(Input.ChangeRequested input) {
        try {
            begin(input.request(), input.change());
        } catch (ChangedMembership.Impossible e) {
            core.tell(new Notice.ChangeRefused(input.request(), e.reason()));
        }
    }

    private void begin(long request, MembershipChange change) throws ChangedMembership.Impossible {
        requireFree();
        long index = log.membershipIndex();
        if (change.expectedIndex().orElse(index) != index) {
            throw new ChangedMembership.Impossible(ChangeRefusal.MEMBERSHIP_HAS_CHANGED);
        }
        Membership before = log.membership();
        Membership target = ChangedMembership.of(before, change);
        requireQuorum(target);
        boolean learning = false;
        for (NodeId id : target.voters()) {
            learning |= !before.contains(id);
            if (before.isLearner(id) && !leader.hasCaughtUp(id)) {
                throw new ChangedMembership.Impossible(ChangeRefusal.LAGS);
            }
        }
        long deadline = core.nowNanos() + core.settings().options().catchUpNanos();
        wanted = new Wanted(request, target, deadline, learning);
        if (learning) {
            leader.append(ChangedMembership.withNewcomersAsLearners(before, target));
        } else {
            moveTo(target);
        }
    }

    /** "A leader must not append a new configuration entry until the previous one is committed", nor before a no-op is. */
    private void requireFree() throws ChangedMembership.Impossible {
        if (wanted != null || !isSettled()) {
            throw new ChangedMembership.Impossible(ChangeRefusal.CHANGE_IN_PROGRESS);
        }
        if (!leader.hasCommittedInTerm()) {
            throw new ChangedMembership.Impossible(ChangeRefusal.NOT_READY);
        }
        if (leader.isHandingOver()) {
            throw new ChangedMembership.Impossible(ChangeRefusal.TRANSFER_IN_PROGRESS);
        }
    }

    /** Whoever has forgotten its promises counts among the voters, but its acknowledgements do not. */
    private void requireQuorum(Membership target) throws ChangedMembership.Impossible {
        int remembering = 0;
        for (NodeId id : target.voters()) {
            Progress follower = leader.follower(id);
            remembering += follower == null || !follower.isForgetful() ? 1 : 0;
        }
        if (2 * remembering <= target.voters().size()) {
            throw new ChangedMembership.Impossible(ChangeRefusal.QUORUM_LOST);
        }
    }

    private void moveTo(Membership target) {
        leader.append(leader.withKnownStores(ChangedMembership.stepTowards(target, log.membership())));
    }

    /** The commit index has advanced: what was begun goes on, be it by an earlier leader. */
    void onCommitted() {
        if (log.membershipIndex() > log.commitIndex() || !leader.hasCommittedInTerm()) {
            return;
        }
        if (log.membership().isJoint()) {
            leader.append(ChangedMembership.afterJoint(log.membership()));
        } else if (wanted != null && !wanted.learning) {
            core.tell(new Notice.ChangeDone(wanted.request, log.membership(), log.membershipIndex()));
            wanted = null;
        }
    }

    /** Goes on with newcomers that have caught up, or gives them up. */
    void settle() {
        if (wanted == null || !wanted.learning || !isSettled()) {
            return;
        }
        boolean caughtUp = true;
        for (NodeId id : wanted.target.voters()) {
            caughtUp &= !log.membership().isLearner(id) || leader.hasCaughtUp(id);
        }
        if (caughtUp && !leader.isHandingOver()) {
            wanted.learning = false;
            moveTo(wanted.target);
        } else if (core.nowNanos() - wanted.deadlineNanos >= 0) {
            core.tell(new Notice.ChangeRefused(wanted.request, ChangeRefusal.CATCH_UP_TIMED_OUT));
            wanted = null;
        }
    }

    /** When it is to be looked at again, if that is before {@code deadlineNanos}. */
    long earlierDeadline(long deadlineNanos) {
        return wanted != null && wanted.learning && isSettled() && wanted.deadlineNanos - deadlineNanos < 0
                ? wanted.deadlineNanos
                : deadlineNanos;
    }

    /** This server leads no more; its successor goes on with what is in the log, if it gets it. */
    void end() {
        if (wanted != null) {
            core.tell(new Notice.ChangeUnknown(wanted.request));
            wanted = null;
        }
    }
}
