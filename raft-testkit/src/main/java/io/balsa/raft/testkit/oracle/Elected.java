package io.balsa.raft.testkit.oracle;

import java.util.HashMap;
import java.util.Map;

/** Who led which term (S1, S4). */
final class Elected {

    private final CommittedLog canon;
    private final Map<Long, StoreView> leaders =
            new HashMap<>(); // by term, with the store that each had; looked up only

    Elected(CommittedLog canon) {
        this.canon = canon;
    }

    int count() {
        return leaders.size();
    }

    boolean hasLed(ServerView view, long term) {
        StoreView leader = leaders.get(term);
        return leader != null && leader.server.equals(view.id);
    }

    /** A server has become leader, by the membership that is in effect there. */
    void onLeader(ServerView view, long term) {
        StoreView other = leaders.putIfAbsent(term, view.store());
        if (other != null && !other.equals(view.store())) {
            boolean forgot = other.server.equals(view.id);
            throw new Violation(
                    "S1",
                    view.id + " leads term " + term + ", as " + (forgot ? "it did before" : other.server + " does"));
        }
        if (!view.electorate().isElected(view.id, term)) {
            throw new Violation(
                    view.electorate().brokenByElectionOf(view.id, term),
                    view.id + " leads term " + term + " without the votes of a quorum");
        }
        long committed = canon.committedBefore(term);
        if (!view.log.hasCommitted(committed)) {
            throw new Violation(
                    "S4",
                    view.id + " leads term " + term + " without everything that is committed, up to " + committed);
        }
        view.ledTerm = term;
    }
}
