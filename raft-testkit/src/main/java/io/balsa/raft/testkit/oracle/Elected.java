package io.balsa.raft.testkit.oracle;

import io.balsa.raft.cluster.NodeId;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** Who led which term (S1, S4). */
final class Elected {

    private final Map<Long, NodeId> leaders = new HashMap<>();

    int count() {
        return leaders.size();
    }

    boolean hasLed(ServerView view, long term) {
        return view.id.equals(leaders.get(term));
    }

    void onLeader(ServerView view, long term, CommittedLog canon) {
        NodeId other = leaders.putIfAbsent(term, view.id);
        if (other != null && !other.equals(view.id)) {
            throw new Violation("S1", view.id + " and " + other + " both lead term " + term);
        }
        requireVotes(view, term);
        long committed = canon.committedBefore(term);
        if (!view.log.has(committed, canon.hashAt(committed))) {
            throw new Violation(
                    "S4",
                    view.id + " leads term " + term + " without everything that is committed, up to " + committed);
        }
        view.ledTerm = term;
    }

    private static void requireVotes(ServerView view, long term) {
        boolean won = hasMajority(view.voters, view.id, term)
                && (view.outgoingVoters.isEmpty() || hasMajority(view.outgoingVoters, view.id, term));
        if (!won) {
            boolean byLearners =
                    votes(view.voters, view.id, term) + votes(view.learners, view.id, term) > view.voters.size() / 2;
            throw new Violation(
                    byLearners ? "M5" : "S1", view.id + " leads term " + term + " without the votes of a quorum");
        }
    }

    private static boolean hasMajority(List<ServerView> voters, NodeId candidate, long term) {
        return votes(voters, candidate, term) > voters.size() / 2;
    }

    private static int votes(List<ServerView> voters, NodeId candidate, long term) {
        int votes = 0;
        for (ServerView voter : voters) {
            votes += voter.votedFor(candidate, term) ? 1 : 0;
        }
        return votes;
    }
}
