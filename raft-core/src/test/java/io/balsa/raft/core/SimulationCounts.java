package io.balsa.raft.core;

import static org.assertj.core.api.Assertions.assertThat;

import io.balsa.raft.cluster.ChangeRefusal;
import java.util.Arrays;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/** What happened in simulated clusters: a simulation in which nothing happens finds nothing. */
final class SimulationCounts {

    /** What the core never says: that is said by those who make snapshots, or can hardly be had by chance. */
    private static final Set<ChangeRefusal> RARE = Set.of(
            ChangeRefusal.SNAPSHOT_IN_PROGRESS,
            ChangeRefusal.NO_SNAPSHOTS,
            ChangeRefusal.NOTHING_TO_SNAPSHOT,
            ChangeRefusal.SNAPSHOT_FAILED,
            ChangeRefusal.NOTHING_TO_CHANGE,
            ChangeRefusal.QUORUM_LOST,
            ChangeRefusal.TOO_MANY_MEMBERS);

    private final Map<String, Long> counts = new TreeMap<>();

    void add(SimulatedCluster cluster) {
        ClusterChecks checks = cluster.checks();
        count("elections", checks.elections());
        count("indirect commits", checks.indirectCommits());
        count("reads", checks.readsServed());
        count("lease reads", checks.leaseReads());
        count("joint memberships", checks.memberships().joints());
        count("changes", cluster.operator().changes());
        count("transfers", cluster.operator().transfers());
        count("lost disks", cluster.faults().wipes());
        count("pieces of snapshots", cluster.piecesSent());
        cluster.operator().refusals().forEach((reason, count) -> count("refused: " + reason, count));
    }

    private void count(String what, long more) {
        counts.merge(what, more, Long::sum);
    }

    String inWords() {
        return counts.toString();
    }

    /** Everything must have happened, in so many runs, about as often as can be expected. */
    void requireAllFor(long runs) {
        if (runs < 100) {
            return;
        }
        assertThat(counts.getOrDefault("elections", 0L) / runs).as(inWords()).isGreaterThanOrEqualTo(2);
        assertThat(counts.getOrDefault("reads", 0L) / runs).as(inWords()).isGreaterThanOrEqualTo(2);
        assertThat(counts.values()).as(inWords()).allMatch(count -> count > 0);
        Arrays.stream(ChangeRefusal.values())
                .filter(reason -> !RARE.contains(reason))
                .forEach(reason -> assertThat(counts).containsKey("refused: " + reason));
    }
}
