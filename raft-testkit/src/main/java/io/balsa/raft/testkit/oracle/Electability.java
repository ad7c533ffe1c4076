package io.balsa.raft.testkit.oracle;

import io.balsa.raft.cluster.Membership;
import io.balsa.raft.cluster.NodeId;
import java.util.Collection;
import java.util.Set;
import java.util.function.Function;
import java.util.function.Predicate;

/**
 * Whether servers can elect one among them by what their disks hold: it has a vote in its own latest membership, and so many
 * of that have logs that are no better than its own. A learner's log may be the best of all, and then those who need its vote
 * for a membership that is not committed yet must wait for somebody else who has as much.
 */
final class Electability {

    private Electability() {}

    static boolean isGiven(Collection<NodeId> some, Function<NodeId, ServerView> views) {
        return some.stream().anyMatch(id -> canWin(views.apply(id), some, views));
    }

    private static boolean canWin(ServerView one, Collection<NodeId> some, Function<NodeId, ServerView> views) {
        Membership membership =
                one.store().log.memberships().asOf(one.store().last()).membership();
        Predicate<NodeId> votes =
                id -> some.contains(id) && wouldVote(views.apply(id).store(), one.store());
        return membership.isVoter(one.id)
                && !one.store().isMending()
                && isMajority(membership.voters(), votes)
                && (!membership.isJoint() || isMajority(membership.outgoingVoters(), votes));
    }

    /** Section 3.6.1: "the log with the later term is more up-to-date"; of the same term, the longer one. */
    private static boolean wouldVote(StoreView voter, StoreView candidate) {
        return !voter.isMending()
                && (voter.lastTerm() < candidate.lastTerm()
                        || (voter.lastTerm() == candidate.lastTerm() && voter.last() <= candidate.last()));
    }

    private static boolean isMajority(Set<NodeId> voters, Predicate<NodeId> counted) {
        return 2 * voters.stream().filter(counted).count() > voters.size();
    }
}
