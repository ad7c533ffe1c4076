package io.balsa.raft.explore;

import static org.assertj.core.api.Assertions.assertThat;

import io.balsa.raft.explore.Scope.Budget;
import java.util.stream.Stream;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Bounded exhaustive exploration: within a {@link Scope}, every order of messages, disk syncs, crashes, timers and commands
 * is tried, and every state that a cluster of real cores can reach is checked. A small scope gives certainty where
 * simulation gives probability.
 *
 * <p>A message may stay on its way for ever, so any number of them may be lost; a write may wait for its sync for ever. What
 * is not tried: reads, changes of the membership, snapshots, time between the deadlines of timers. Old entries are read from
 * the disk at once.
 *
 * <p>{@code -Dexplore.scope=large} explores larger scopes instead, which takes ten minutes and some gigabytes:
 * {@code JDK_JAVA_OPTIONS=-Xmx9g mvn verify -pl raft-core -Dtest=ExplorationTest -Dexplore.scope=large}.
 */
@DisplayName("An exhaustive exploration")
class ExplorationTest {

    private static final boolean LARGE = "large".equals(System.getProperty("explore.scope"));
    private static final long MAX_STATES = LARGE ? 150_000_000 : 3_000_000;

    static Stream<Scope> scopes() {
        return LARGE ? Scopes.large() : Scopes.small();
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("scopes")
    @DisplayName("finds the properties of Raft in every state")
    void finds(Scope scope) {
        Explorer.Result result = new Explorer(scope, MAX_STATES).explore();
        System.out.println(result);

        assertThat(result.violation()).isEmpty();
        assertThat(result.isComplete()).as("nothing is left to visit").isTrue();
        // An exploration in which nothing happens finds nothing.
        assertThat(result.states()).isGreaterThan(500);
        assertThat(result.mostCommitted()).isGreaterThan(1);
    }

    @Test
    @DisplayName("takes two states for one only if nothing that may happen tells them apart")
    void merges() {
        Scope scope = Scope.of("merges", 2)
                .terms(2)
                .atMost(2, Budget.ELECTIONS)
                .atMost(1, Budget.PROPOSALS)
                .atMost(1, Budget.CRASHES);
        Explorer explorer = new Explorer(scope, MAX_STATES);
        explorer.explore();

        assertThat(explorer.confirmMerges()).isGreaterThan(10_000);
    }

    @Test
    @DisplayName("visits each state once, and as many on every run")
    void isDeterministic() {
        Scope scope = Scope.of("once", 2).atMost(1, Budget.ELECTIONS);

        Explorer.Result result = new Explorer(scope, MAX_STATES).explore();

        assertThat(result.isComplete()).isTrue();
        assertThat(new Explorer(scope, MAX_STATES).explore()).isEqualTo(result);
    }

    @Test
    @DisplayName("hears a reply that leaves before what it promises is on the disk")
    void hearsEarlyReplies() {
        Scope scope = Scope.of("early replies", 2).atMost(1, Budget.ELECTIONS).with(Habit.SPEAKS_BEFORE_SYNC);

        assertFinds(scope, "D3: ");
    }

    @Test
    @DisplayName("finds what comes of replies that leave before the sync: a committed entry that is on too few disks")
    void findsEarlyReplies() {
        Scope scope = Scope.of("early replies", 3)
                .atMost(2, Budget.ELECTIONS)
                .atMost(1, Budget.CRASHES)
                .with(Habit.SPEAKS_BEFORE_SYNC)
                .deafToPromises();

        assertFinds(scope, "S7: ");
    }

    @Test
    @DisplayName("finds what comes of a leader that counts its own entries before they are durable")
    void findsEarlyBelief() {
        Scope scope = Scope.of("early belief", 2)
                .atMost(1, Budget.ELECTIONS)
                .with(Habit.BELIEVES_TOO_EARLY)
                .deafToPromises();

        assertFinds(scope, "S7: ");
    }

    @Test
    @DisplayName("finds what comes of a vote that a crash makes forgotten: two leaders in one term")
    void findsForgottenVotes() {
        Scope scope = Scope.of("forgotten votes", 3)
                .atMost(2, Budget.ELECTIONS)
                .atMost(1, Budget.CRASHES)
                .with(Habit.FORGETS_VOTES)
                .deafToPromises();

        assertFinds(scope, "S1: ");
    }

    private static void assertFinds(Scope scope, String property) {
        Explorer.Result result = new Explorer(scope, MAX_STATES).explore();
        System.out.println(result);

        assertThat(result.isComplete()).isFalse();
        assertThat(result.violation())
                .hasValueSatisfying(story -> assertThat(story).contains("=> " + property));
    }
}
