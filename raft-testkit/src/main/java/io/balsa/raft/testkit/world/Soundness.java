package io.balsa.raft.testkit.world;

import io.balsa.raft.cluster.Membership;
import io.balsa.raft.cluster.NodeId;
import java.util.BitSet;
import java.util.List;
import java.util.Set;
import java.util.function.Predicate;

/**
 * Which servers can be counted on: those whose disks still hold what they have promised. A cluster must get on while a
 * quorum can be; whoever damages it asks here first.
 */
final class Soundness {

    private final Roster roster;
    private final Membership founding;
    private final List<SimulatedServer> servers;
    private final Predicate<NodeId> mending; // servers that have found out what they lost, and were not given it back
    private final BitSet damaged =
            new BitSet(); // servers whose disk has lost what it had promised, and nobody has looked
    private final BitSet ruined = new BitSet(); // of those, who has said so and will not start again

    Soundness(Roster roster, Membership founding, List<SimulatedServer> servers, Predicate<NodeId> mending) {
        this.mending = mending;
        this.roster = roster;
        this.founding = founding;
        this.servers = servers;
    }

    // --- what was done to disks ---

    /** Its disk has lost what it had promised to keep. */
    void spoil(SimulatedServer server) {
        damaged.set(server.number());
    }

    /** It has said so, and will not start again. */
    void ruin(SimulatedServer server) {
        ruined.set(server.number());
    }

    /** It has read its disk, and knows what is left. */
    void started(SimulatedServer server) {
        damaged.clear(server.number());
    }

    /** Its disk is a new one. */
    void renew(SimulatedServer server) {
        damaged.clear(server.number());
        ruined.clear(server.number());
    }

    /** Whether its disk has lost something, and it has not read it since. */
    boolean isDamaged(SimulatedServer server) {
        return damaged.get(server.number());
    }

    /** Whether the disk of this server has lost what it had promised to keep, and nobody has given it back. */
    boolean isSpoilt(SimulatedServer server) {
        return isDamaged(server) || mending.test(server.id());
    }

    /** Whether this server will not start again. */
    boolean isRuined(SimulatedServer server) {
        return ruined.get(server.number());
    }

    // --- who can be counted on ---

    /** Whether what this server says counts, and can be relied upon, in this membership. */
    boolean isSound(SimulatedServer server, Membership membership) {
        long known = membership.storeOf(server.id());
        boolean sameStore = known == 0 || server.storeId() == 0 || known == server.storeId();
        return !isSpoilt(server) && sameStore && !(server.storeId() == 0 && server.wasWiped());
    }

    /** Whether the servers for which this holds, of those that are sound, can decide in a membership. */
    boolean isQuorum(Membership membership, Predicate<SimulatedServer> counted) {
        Predicate<NodeId> votes = id -> {
            SimulatedServer server = servers.get((int) id.value() - 1);
            return isSound(server, membership) && counted.test(server);
        };
        return isMajority(membership.voters(), votes)
                && (!membership.isJoint() || isMajority(membership.outgoingVoters(), votes));
    }

    private static boolean isMajority(Set<NodeId> voters, Predicate<NodeId> votes) {
        int count = 0;
        for (NodeId voter : voters) {
            count += votes.test(voter) ? 1 : 0;
        }
        return count > voters.size() / 2;
    }

    /** Whether they can in every membership that may come to be in effect. */
    boolean isQuorumOfAll(Predicate<SimulatedServer> counted) {
        for (Membership membership : roster.possible()) {
            if (!isQuorum(membership, counted)) {
                return false;
            }
        }
        return true;
    }

    /** Whether the cluster can get on without what is on this server's disk. */
    boolean canLose(SimulatedServer server) {
        return isSpoilt(server) || isQuorumOfAll(other -> !other.equals(server));
    }

    /**
     * Whether a server may lose its disk and come back: the cluster can get on without it and recognises it, and it finds too
     * few others that remember nothing to found the cluster once more.
     */
    boolean canBeWiped(SimulatedServer server) {
        int blank = 0;
        for (NodeId voter : founding.voters()) {
            boolean remembersNothing = voter.equals(server.id()) || roster.isBlank(voter);
            blank += remembersNothing ? 1 : 0;
        }
        return blank <= founding.voters().size() / 2
                && !isUnknownToAny(server)
                && isQuorumOfAll(other -> !other.equals(server));
    }

    /** Where its store is not known, it would get a vote at once, and give it away anew. */
    private boolean isUnknownToAny(SimulatedServer server) {
        for (Membership membership : roster.possible()) {
            if (membership.isVoter(server.id()) && membership.storeOf(server.id()) == 0) {
                return true;
            }
        }
        return !roster.isKnownToAll(server.id());
    }

    /** Whether the cluster could get on with this membership. */
    boolean canBecome(Membership target) {
        return isQuorum(target, server -> true);
    }

    /** Whether so many of the voters are down that no more may be, in what must go on working all the time. */
    boolean isEnoughDown() {
        for (Membership membership : roster.possible()) {
            long down = servers.stream()
                    .filter(server -> membership.voters().contains(server.id()) && !server.isUp())
                    .count();
            if (down >= (membership.voters().size() - 1) / 2) {
                return true;
            }
        }
        return false;
    }
}
