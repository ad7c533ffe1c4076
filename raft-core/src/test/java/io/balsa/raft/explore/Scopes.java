package io.balsa.raft.explore;

import static io.balsa.raft.explore.Scope.Budget.CRASHES;
import static io.balsa.raft.explore.Scope.Budget.DUPLICATES;
import static io.balsa.raft.explore.Scope.Budget.ELECTIONS;
import static io.balsa.raft.explore.Scope.Budget.PROPOSALS;
import static io.balsa.raft.explore.Scope.Budget.TICKS;

import java.util.stream.Stream;

/** What is explored. An entry is appended by every new leader, so there are some without any proposal. */
final class Scopes {

    private Scopes() {}

    /** Together a matter of seconds. */
    static Stream<Scope> small() {
        return Stream.of(
                pair("two servers")
                        .terms(2)
                        .atMost(2, ELECTIONS)
                        .atMost(1, PROPOSALS)
                        .atMost(1, CRASHES)
                        .atMost(1, DUPLICATES),
                pair("two servers, three terms")
                        .terms(3)
                        .atMost(3, ELECTIONS)
                        .atMost(1, CRASHES)
                        .atMost(1, DUPLICATES),
                pair("Readies of two inputs")
                        .batch(2)
                        .terms(2)
                        .atMost(2, ELECTIONS)
                        .atMost(1, PROPOSALS)
                        .atMost(1, CRASHES),
                pair("heartbeats")
                        .withHeartbeats()
                        .atMost(2, ELECTIONS)
                        .atMost(1, PROPOSALS)
                        .atMost(1, CRASHES)
                        .atMost(1, TICKS),
                pair("PreVote and CheckQuorum")
                        .careful()
                        .terms(2)
                        .atMost(2, ELECTIONS)
                        .atMost(1, CRASHES),
                trio("a split vote").atMost(2, ELECTIONS).atMost(1, PROPOSALS).atMost(1, CRASHES),
                trio("three servers").terms(2).atMost(2, ELECTIONS),
                figure3_7().atMost(1, ELECTIONS));
    }

    /** Up to 22 million states each: together a matter of ten minutes, and of some gigabytes. */
    static Stream<Scope> large() {
        return Stream.of(
                pair("two servers, two commands")
                        .terms(2)
                        .atMost(2, ELECTIONS)
                        .atMost(2, PROPOSALS)
                        .atMost(1, DUPLICATES),
                trio("three servers, a crash").terms(2).atMost(2, ELECTIONS).atMost(1, CRASHES),
                trio("three servers, a command").terms(2).atMost(2, ELECTIONS).atMost(1, PROPOSALS),
                trio("three servers, PreVote and CheckQuorum")
                        .careful()
                        .terms(1)
                        .atMost(2, ELECTIONS)
                        .atMost(1, CRASHES),
                figure3_7().atMost(2, ELECTIONS));
    }

    private static Scope pair(String name) {
        return Scope.of(name, 2);
    }

    private static Scope trio(String name) {
        return Scope.of(name, 3);
    }

    /**
     * The logs of figure 3.7 (b), with three servers: the first has an entry of term 1 that nobody else has, the second one
     * of term 2, and the third none; all have seen term 2. In term 3 the first may win, and replicate its entry to a
     * majority, where the second can still overwrite it in term 4.
     */
    private static Scope figure3_7() {
        return trio("figure 3.7").starting(2, 1).starting(2, 2).starting(2).terms(4);
    }
}
