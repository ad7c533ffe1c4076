package io.balsa.raft;

import io.balsa.raft.cluster.Member;
import io.balsa.raft.cluster.Membership;
import io.balsa.raft.cluster.NodeIdentity;
import io.balsa.raft.cluster.RaftRole;
import java.util.Optional;

/**
 * One consistent look at a node: all values were true at the same moment.
 *
 * @param identity whose status this is
 * @param role what it is doing
 * @param term the latest term it has seen
 * @param leader the leader of that term and its address, if known
 * @param commitIndex up to where the log is known to be committed; 0 at first
 * @param appliedIndex up to where the state machine has it; at most {@code commitIndex}
 * @param lastIndex where the log ends
 * @param membership the membership in effect on this server: the latest in its log
 * @param membershipIndex where in the log that stands; 0 for the one the cluster was founded with
 * @param diskFull whether this server's disk has no room, so that it takes no commands until there is some; reads are served
 */
public record RaftStatus(
        NodeIdentity identity,
        RaftRole role,
        long term,
        Optional<Member> leader,
        long commitIndex,
        long appliedIndex,
        long lastIndex,
        Membership membership,
        long membershipIndex,
        boolean diskFull) {

    /** Whether this node leads, as far as it knows: by now another may. */
    public boolean isLeader() {
        return role == RaftRole.LEADER;
    }
}
