package io.balsa.raft.testkit.oracle;

import io.balsa.raft.cluster.Membership;
import io.balsa.raft.cluster.NodeId;
import io.balsa.raft.core.Ready;
import io.balsa.raft.storage.EntryKind;
import io.balsa.raft.storage.EntryRun;
import java.util.function.Function;

/**
 * A leader gives a vote only to a member that has caught up (section 4.2.1): one that has learned before, and has on its disk
 * at least what the leader's log had when it came to lead. What it needs to commit anything is not in the hands of a newcomer
 * that lacks the log (L6).
 */
final class CatchUpRules {

    private CatchUpRules() {}

    /** What a leader has appended. */
    static void onAppended(ServerView leader, Ready ready, Function<NodeId, ServerView> views) {
        for (EntryRun run : ready.entries()) {
            if (run.kind() == EntryKind.MEMBERSHIP && run.term() == ready.term()) {
                for (long index = run.firstIndex(); index <= run.lastIndex(); index++) {
                    requireCaughtUp(leader, index, views);
                }
            }
        }
    }

    private static void requireCaughtUp(ServerView leader, long index, Function<NodeId, ServerView> views) {
        Membership before = leader.log.memberships().asOf(index - 1).membership();
        Membership after = leader.log.memberships().asOf(index).membership();
        for (NodeId id : after.voters()) {
            if (before.isVoter(id) || id.equals(leader.id)) {
                continue;
            }
            ServerView voter = views.apply(id);
            boolean hasAnotherStore = after.storeOf(id) != voter.store().id; // and the leader does not know yet
            if (!before.contains(id) || (!hasAnotherStore && voter.store().last() < endBeforeTerm(leader, index))) {
                throw new Violation(
                        "L6",
                        leader.id + " gives " + id + " a vote at " + index + ", though that has entries up to "
                                + voter.store().last() + " only");
            }
        }
    }

    /** Where the leader's log ended when it came to lead, as far as it still has that. */
    private static long endBeforeTerm(ServerView leader, long index) {
        long term = leader.log.termAt(index);
        long last = index;
        while (last > leader.log.base() && leader.log.termAt(last) == term) {
            last--;
        }
        return last;
    }
}
