package io.balsa.raft.testkit.coverage;

import io.balsa.raft.cluster.RaftRole;
import io.balsa.raft.core.Notice;
import java.util.Map;
import java.util.TreeMap;

/** How candidacies end, and how leaders follow one another. */
final class Elections {

    /** What is known of a term: whether somebody won it, and whether candidates competed for a vote. */
    private static final class Term {
        private boolean led;
        private boolean contested;
    }

    private final Coverage coverage;
    private final long longestSyncNanos;
    private final Map<Long, Term> terms = new TreeMap<>();
    private long ledTerm;
    private boolean lostInFlight; // since the last election, a leader has left office with proposals in flight

    Elections(Coverage coverage, long longestSyncNanos) {
        this.coverage = coverage;
        this.longestSyncNanos = longestSyncNanos;
    }

    /** The highest term that has had a leader. */
    long ledTerm() {
        return ledTerm;
    }

    private Term term(long term) {
        return terms.computeIfAbsent(term, absent -> new Term());
    }

    /** A voter has refused, because it has given its vote of this term to another. */
    void contested(long term) {
        term(term).contested = true;
    }

    void onRoleChanged(WatchedServer server, Notice.RoleChanged change, Iterable<WatchedServer> all) {
        boolean won = change.role() == RaftRole.LEADER && server.role != RaftRole.LEADER;
        if (server.candidacy > 0 && (change.role() != RaftRole.CANDIDATE || change.term() != server.candidacy)) {
            if (!won) {
                coverage.count(Counter.ELECTIONS_LOST);
            }
            server.candidacy = 0;
        }
        if (change.role() == RaftRole.CANDIDATE) {
            server.candidacy = change.term();
        }
        if (server.role == RaftRole.LEADER && change.role() != RaftRole.LEADER) {
            // Two more reasons there are to follow in one's own term: no vote any more, and a disk that is too slow.
            if (change.term() == server.term && server.isVoter() && !server.waitsForDisk(longestSyncNanos)) {
                coverage.count(Counter.CHECK_QUORUM_STEP_DOWNS);
            }
            leftOffice(server);
        }
        if (won) {
            onWon(change.term(), all);
        }
        server.role = change.role();
        server.term = change.term();
    }

    /** A leader is not one any more, or is gone. */
    void leftOffice(WatchedServer leader) {
        lostInFlight |= leader.hasProposalsInFlight();
        leader.proposed = 0;
    }

    private void onWon(long term, Iterable<WatchedServer> all) {
        coverage.count(Counter.ELECTIONS_WON);
        term(term).led = true;
        boolean inFlight = lostInFlight;
        for (WatchedServer other : all) {
            // The one before may not have heard of it yet.
            inFlight |= other.role == RaftRole.LEADER && other.term == ledTerm && other.hasProposalsInFlight();
        }
        if (inFlight) {
            coverage.count(Counter.LEADER_CHANGES_IN_FLIGHT);
        }
        lostInFlight = false;
        ledTerm = Math.max(ledTerm, term);
    }

    /** No more elections: terms that nobody has won will not be won. */
    void finish() {
        for (Term term : terms.values()) {
            if (term.contested && !term.led) {
                coverage.count(Counter.SPLIT_VOTES);
            }
        }
        terms.clear();
    }
}
