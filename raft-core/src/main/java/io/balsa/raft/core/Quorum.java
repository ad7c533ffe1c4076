package io.balsa.raft.core;

import io.balsa.raft.cluster.Membership;
import io.balsa.raft.cluster.NodeId;
import java.util.Arrays;
import java.util.SortedSet;
import java.util.function.Predicate;
import java.util.function.ToLongFunction;

/**
 * Majorities. In a joint membership "agreement requires separate majorities from both the old and new configurations"
 * (section 4.3); learners never count.
 */
final class Quorum {

    private Quorum() {}

    /** Whether those who pass are a quorum. */
    static boolean reached(Membership membership, Predicate<NodeId> passes) {
        return hasMajority(membership.voters(), passes)
                && (!membership.isJoint() || hasMajority(membership.outgoingVoters(), passes));
    }

    /** Whether those who do not fail can no longer be a quorum. */
    static boolean impossible(Membership membership, Predicate<NodeId> fails) {
        return !reached(membership, fails.negate());
    }

    /** The highest value that a quorum has reached: with match indexes, the index up to which entries are stored on one. */
    static long highestReached(Membership membership, ToLongFunction<NodeId> valueOf) {
        long incoming = majorityReached(membership.voters(), valueOf);
        return membership.isJoint()
                ? Math.min(incoming, majorityReached(membership.outgoingVoters(), valueOf))
                : incoming;
    }

    private static boolean hasMajority(SortedSet<NodeId> voters, Predicate<NodeId> passes) {
        int count = 0;
        for (NodeId voter : voters) {
            count += passes.test(voter) ? 1 : 0;
        }
        return count > voters.size() / 2;
    }

    private static long majorityReached(SortedSet<NodeId> voters, ToLongFunction<NodeId> valueOf) {
        long[] values = new long[voters.size()];
        int i = 0;
        for (NodeId voter : voters) {
            values[i++] = valueOf.applyAsLong(voter);
        }
        Arrays.sort(values);
        return values[(values.length - 1) / 2]; // as many voters as a majority has this value or more
    }
}
