package io.balsa.raft.testkit.oracle;

import io.balsa.raft.cluster.Membership;
import io.balsa.raft.cluster.NodeId;
import io.balsa.raft.cluster.RaftRole;
import io.balsa.raft.core.Notice;
import io.balsa.raft.core.Ready;
import io.balsa.raft.storage.EntryKind;
import io.balsa.raft.storage.EntryRun;
import java.util.Collection;

/** How memberships may follow one another in a log, and what a server may do on the strength of them (chapter 4). */
final class MembershipRules {

    private MembershipRules() {}

    /** The membership in effect is the latest in the log (M1). */
    static void requireLatest(ServerView view, CoreFacts core) {
        MembershipRows.Row latest = view.log.memberships().latest();
        boolean same = view.hasAgreedOn(core.membership(), latest.membership())
                || core.membership().equals(latest.membership());
        if (core.membershipIndex() != latest.index() || !same) {
            throw new Violation(
                    "M1",
                    view.id + " goes by the membership of " + core.membershipIndex() + ", " + core.membership()
                            + "; the latest in its log is that of " + latest.index() + ", " + latest.membership());
        }
    }

    /** What was appended. */
    static void onAppended(ServerView view, Ready ready, boolean asLeader) {
        for (EntryRun run : ready.entries()) {
            if (run.kind() == EntryKind.MEMBERSHIP) {
                for (long index = run.firstIndex(); index <= run.lastIndex(); index++) {
                    MembershipRows.Row before = view.log.memberships().asOf(index - 1);
                    MembershipRows.Row after = view.log.memberships().asOf(index);
                    if (before.index() > 0 || before.membership().contains(view.id)) { // who joins knows greeters only
                        requireOverlap(view, before.membership(), after);
                    }
                    if (asLeader && run.term() == ready.term()) {
                        requireFree(view, ready, before, index);
                    }
                }
            }
        }
    }

    /**
     * A leader changes the membership only when the one before is committed, and so is an entry of its own term (M2); and it
     * leaves the joint phase only when that is committed (M4).
     */
    private static void requireFree(ServerView view, Ready ready, MembershipRows.Row before, long index) {
        if (before.index() > ready.commitIndex()) {
            throw new Violation(
                    before.membership().isJoint() ? "M4" : "M2",
                    view.id + " appends a membership at " + index + " while that of " + before.index()
                            + " is not committed");
        }
        if (view.log.termAt(ready.commitIndex()) != ready.term()) {
            throw new Violation(
                    "M2",
                    view.id + " appends a membership at " + index + " before anything of its term, " + ready.term()
                            + ", is committed");
        }
    }

    /** Every quorum of the one meets every quorum of the other (M3): by one vote at most, or through a joint phase (M4). */
    private static void requireOverlap(ServerView view, Membership before, MembershipRows.Row row) {
        Membership after = row.membership();
        boolean throughJoint;
        if (before.isJoint()) {
            throughJoint = !after.isJoint()
                    && after.voters().equals(before.voters())
                    && after.learners().equals(before.learners());
        } else {
            throughJoint = !after.isJoint() || after.outgoingVoters().equals(before.voters());
        }
        if (!throughJoint) {
            throw new Violation("M4", view.id + " has at " + row.index() + " " + after + " after " + before);
        }
        boolean joint = before.isJoint() || after.isJoint();
        boolean overlap = joint
                ? keepStores(before, after)
                : doMajoritiesMeet(before.voters().size(), after.voters().size(), common(before, after));
        if (!overlap) {
            throw new Violation(
                    "M3", view.id + " has at " + row.index() + " " + after + " after " + before + ": both may decide");
        }
    }

    /** A voter whose store changes is another voter. */
    private static boolean keepStores(Membership before, Membership after) {
        for (NodeId id : before.members().keySet()) {
            if (before.isVoter(id) && after.isVoter(id) && !isSame(before, after, id)) {
                return false;
            }
        }
        return true;
    }

    private static int common(Membership before, Membership after) {
        int common = 0;
        for (NodeId id : before.voters()) {
            common += after.voters().contains(id) && isSame(before, after, id) ? 1 : 0;
        }
        return common;
    }

    private static boolean isSame(Membership before, Membership after, NodeId id) {
        long store = before.storeOf(id);
        return store == 0 || after.storeOf(id) == 0 || store == after.storeOf(id);
    }

    /** Whether two majorities, each taken from those that only it has as far as possible, must share one. */
    static boolean doMajoritiesMeet(int sizeOfOne, int sizeOfOther, int common) {
        return Math.max(0, sizeOfOne / 2 + 1 - (sizeOfOne - common))
                        + Math.max(0, sizeOfOther / 2 + 1 - (sizeOfOther - common))
                > common;
    }

    /**
     * Who has no vote does not ask for elections (M5; M6 if it is no member), and a leader without one leads only until that is
     * committed (M6).
     */
    static void checkRole(ServerView view, Ready ready, boolean hadVote, boolean isNewRole) {
        Membership latest = view.log.memberships().latest().membership();
        boolean campaigns = ready.role() == RaftRole.CANDIDATE || ready.role() == RaftRole.PRE_CANDIDATE;
        view.mayCampaign = hadVote || view.hasVote();
        if (campaigns && isNewRole && !view.mayCampaign) {
            throw new Violation(
                    latest.contains(view.id) ? "M5" : "M6", view.id + " has no vote and is " + ready.role());
        }
        if (ready.role() == RaftRole.CANDIDATE && view.mayCampaign) {
            view.campaignedTerm = ready.term();
        }
        boolean isOut =
                !latest.isVoter(view.id) && view.log.memberships().latest().index() <= ready.commitIndex();
        if (ready.role() == RaftRole.LEADER && isOut) {
            throw new Violation("M6", view.id + " leads, but it is committed that it has no vote");
        }
    }

    /** Whether a Ready says that the server has a role that it did not have before. */
    static boolean isNewRole(ServerView view, Ready ready) {
        if (ready.role() != view.role) {
            return true;
        }
        Collection<Notice> notices = ready.notices();
        return notices.stream().anyMatch(notice -> notice instanceof Notice.RoleChanged);
    }
}
