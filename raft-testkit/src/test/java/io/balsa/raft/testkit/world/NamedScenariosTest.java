package io.balsa.raft.testkit.world;

import static org.assertj.core.api.Assertions.assertThat;

import io.balsa.raft.RaftConfig;
import io.balsa.raft.RaftNode;
import io.balsa.raft.cluster.NodeId;
import io.balsa.raft.testkit.coverage.Counter;
import io.balsa.raft.testkit.coverage.Mark;
import io.balsa.raft.testkit.plan.Fault;
import io.balsa.raft.testkit.plan.Plan;
import io.balsa.raft.testkit.plan.Tempo;
import io.balsa.raft.testkit.plan.Upkeep;
import io.balsa.raft.testkit.plan.Weather;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

@DisplayName("Three simulated servers, of real nodes on virtual time, while clients write and read")
class NamedScenariosTest {

    private static final long SECOND = 1_000_000_000L;

    private final ClusterRun run = new ClusterRun(plan());

    /** No chance but that of the network's delays and of the election timeouts. */
    private static Plan plan() {
        Plan any = Plan.of(7, 3);
        return new Plan(
                any.seed(),
                any.founding(),
                RaftConfig.builder()
                        .maxSyncDelay(Duration.ofSeconds(1))
                        .silenceThreshold(Duration.ofSeconds(3))
                        .memoryBudget(Plan.MEMORY_BUDGET)
                        .build(),
                Set.of(),
                Weather.FAIR,
                new Tempo(40 * SECOND, SECOND, 4, SECOND / 20, 0, false, false),
                100,
                64 << 10,
                Upkeep.NONE,
                0);
    }

    private void at(long second, Runnable act) {
        run.world().in(second * SECOND, act);
    }

    private SimulatedServer leader() {
        return run.nemesis().leader().orElseThrow();
    }

    private SimulatedServer follower() {
        return run.servers().stream()
                .filter(server -> !server.leads())
                .findFirst()
                .orElseThrow();
    }

    private static RaftNode node(SimulatedServer server) {
        return server.node().orElseThrow();
    }

    private void runsWell() {
        assertThat(run.run().violation()).isEmpty();
        assertThat(run.coverage().of(Counter.OPERATIONS_OK)).isGreaterThan(500);
    }

    @Test
    @DisplayName("transfer: a follower leads as soon as it is asked to, in the next term, and its predecessor says so")
    void transfer() {
        List<CompletableFuture<NodeId>> handed = new ArrayList<>();
        List<SimulatedServer> servers = new ArrayList<>();
        List<Long> terms = new ArrayList<>();
        at(10, () -> {
            servers.add(follower());
            terms.add(leader().term());
            handed.add(node(leader()).transferLeadership(follower().id().value()));
        });
        at(11, () -> {
            assertThat(servers.get(0).leads()).isTrue();
            assertThat(servers.get(0).term()).isEqualTo(terms.get(0) + 1);
            assertThat(handed.get(0)).isCompletedWithValue(servers.get(0).id());
        });

        runsWell();

        assertThat(run.coverage().of(Counter.TRANSFERS)).isEqualTo(1);
    }

    @Test
    @DisplayName("priority: of two followers the one of higher priority succeeds a leader that dies")
    void priority() {
        List<SimulatedServer> preferred = new ArrayList<>();
        at(10, () -> {
            preferred.add(follower());
            var unused = node(leader()).membership().setPriority(follower().id().value(), 2);
        });
        at(20, () -> {
            assertThat(preferred.get(0).leads()).isFalse();
            run.nemesis().caretaker().abandon(leader());
        });
        at(25, () -> assertThat(preferred.get(0).leads()).isTrue());

        runsWell();
    }

    @Test
    @DisplayName(
            "stalled disk: a leader whose disk does not answer gives up, though its heartbeats flow, and others go on")
    void stalledDisk() {
        List<SimulatedServer> stalled = new ArrayList<>();
        List<Long> committed = new ArrayList<>();
        at(10, () -> {
            stalled.add(leader());
            committed.add(run.oracle().committed());
            leader().stall(10 * SECOND);
        });
        at(14, () -> {
            assertThat(stalled.get(0).leads()).isFalse();
            assertThat(leader()).isNotEqualTo(stalled.get(0));
            assertThat(run.oracle().committed()).isGreaterThan(committed.get(0));
        });

        runsWell();
    }

    @Test
    @DisplayName(
            "suspected peer: a follower that is cut off is reported as silent, and no more when it is back; the leader stays")
    void suspectedPeer() {
        List<SimulatedServer> both = new ArrayList<>();
        Cut[] cut = new Cut[1];
        at(10, () -> {
            both.addAll(List.of(leader(), follower()));
            cut[0] = new Cut(Fault.ISOLATION, follower());
            for (SimulatedServer other : run.servers()) {
                cut[0].add(SimulatedNetwork.link(other.number(), follower().number()));
                cut[0].add(SimulatedNetwork.link(follower().number(), other.number()));
            }
            run.network().cut(cut[0]);
        });
        at(12, () -> assertThat(silenceOf(both.get(1), both.get(0))).isBetween(SECOND, 3 * SECOND));
        at(16, () -> {
            assertThat(silenceOf(both.get(1), both.get(0))).isGreaterThan(5 * SECOND);
            assertThat(both.get(0).leads()).isTrue();
            run.network().mend(cut[0]);
        });
        at(20, () -> {
            assertThat(silenceOf(both.get(1), both.get(0))).isLessThan(SECOND);
            assertThat(both.get(0).leads()).isTrue();
        });

        runsWell();

        assertThat(run.coverage().of(Mark.NOTICE_PEER_SILENCE)).isGreaterThanOrEqualTo(2);
    }

    /** For how long the leader has not heard a server. */
    private static long silenceOf(SimulatedServer server, SimulatedServer leader) {
        return node(leader).members().stream()
                .filter(member -> member.id().equals(server.id()))
                .findFirst()
                .orElseThrow()
                .lastContact()
                .orElseThrow()
                .toNanos();
    }
}
