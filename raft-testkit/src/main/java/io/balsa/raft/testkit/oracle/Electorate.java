package io.balsa.raft.testkit.oracle;

import io.balsa.raft.cluster.Membership;
import io.balsa.raft.cluster.NodeId;
import java.util.List;
import java.util.function.Function;
import java.util.function.Predicate;

/**
 * A membership, as the servers that have a say in it, each with the store that its vote counts from.
 *
 * <p>What counts is what that store has promised. A store that was lost speaks for what it held when it was lost: its server
 * has forgotten that, but is not counted any more by whoever knows this membership, so nobody can be elected against it. Where
 * the membership does not know the store, the present one counts.
 */
final class Electorate {

    /** A member, and the store that the membership knows it by; 0 if none. */
    record Seat(ServerView server, long store) {

        boolean holds(long index, long hash) {
            StoreView known = server.storeKnownAs(store);
            return known != null && known.speaksFor(index, hash);
        }

        boolean votedFor(NodeId candidate, long term) {
            StoreView known = server.storeKnownAs(store);
            return known != null && known.votedFor(candidate, term);
        }
    }

    private final Membership membership;
    private final List<Seat> voters;
    private final List<Seat> outgoing;
    private final List<Seat> learners;

    Electorate(Membership membership, Function<NodeId, ServerView> servers) {
        this.membership = membership;
        Function<NodeId, Seat> seat = id -> new Seat(servers.apply(id), membership.storeOf(id));
        voters = membership.voters().stream().map(seat).toList();
        outgoing = membership.outgoingVoters().stream().map(seat).toList();
        learners = membership.learners().stream().map(seat).toList();
    }

    Membership membership() {
        return membership;
    }

    boolean isVoter(ServerView server) {
        return membership.isVoter(server.id);
    }

    Seat seatOf(ServerView server) {
        return new Seat(server, membership.storeOf(server.id));
    }

    /** Whether the stores of a quorum have this: a majority, in the joint phase of each half (section 4.3). */
    boolean isDurable(long index, long hash) {
        return isQuorum(seat -> seat.holds(index, hash));
    }

    /** Whether a quorum has voted so. */
    boolean isElected(NodeId candidate, long term) {
        return isQuorum(seat -> seat.votedFor(candidate, term));
    }

    /** Which invariant is broken by who took these for a quorum. */
    String brokenByCommitOf(ServerView leader, long index, long hash) {
        boolean alone = !isVoter(leader)
                && leader.store().holds(index, hash)
                && 2 * (count(voters, seat -> seat.holds(index, hash)) + 1) > voters.size();
        return alone ? "M6" : brokenBy(seat -> seat.holds(index, hash), "S7");
    }

    /** Which invariant is broken by who took these votes for those of a quorum. */
    String brokenByElectionOf(NodeId candidate, long term) {
        return brokenBy(seat -> seat.votedFor(candidate, term), "S1");
    }

    private String brokenBy(Predicate<Seat> says, String otherwise) {
        if (!outgoing.isEmpty() && (isMajority(voters, says) || isMajority(outgoing, says))) {
            return "M4";
        }
        boolean byLearners = 2 * (count(voters, says) + count(learners, says)) > voters.size();
        return byLearners ? "M5" : otherwise;
    }

    private boolean isQuorum(Predicate<Seat> says) {
        return isMajority(voters, says) && (outgoing.isEmpty() || isMajority(outgoing, says));
    }

    private static boolean isMajority(List<Seat> seats, Predicate<Seat> says) {
        return 2 * count(seats, says) > seats.size();
    }

    private static int count(List<Seat> seats, Predicate<Seat> says) {
        int count = 0;
        for (Seat seat : seats) {
            count += says.test(seat) ? 1 : 0;
        }
        return count;
    }
}
