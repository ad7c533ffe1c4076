package io.balsa.raft;

import io.balsa.raft.cluster.NodeId;
import io.balsa.raft.cluster.RaftRole;
import java.time.Duration;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * What a node knows of a member of its cluster. Only a leader knows how the others are; and nobody knows for sure.
 *
 * @param id who
 * @param address where
 * @param priority how eager it is to lead
 * @param role what it does: of this node itself that is exact; of others it is {@link RaftRole#LEADER} for the leader, and
 *     else {@link RaftRole#FOLLOWER} if it votes and {@link RaftRole#LEARNER} if it does not
 * @param standing how it belongs to the cluster
 * @param lastContact how long ago it was heard, if this node leads; zero for this node itself
 * @param lag how many entries it lacks, as far as it has told, if this node leads; 0 for a leader itself
 */
public record MemberStatus(
        NodeId id,
        String address,
        int priority,
        RaftRole role,
        Standing standing,
        Optional<Duration> lastContact,
        OptionalLong lag) {

    /** How a server belongs to the cluster. */
    public enum Standing {
        /** It is a member like any other. */
        ACTIVE,
        /** It is new: it is getting a snapshot or has not acknowledged anything yet, or its vote is not committed yet. */
        JOINING,
        /** It is being removed: that is not committed yet, or it may not have heard of it. */
        LEAVING,
        /** It was a member until lately, and is none any more. */
        LEFT
    }
}
