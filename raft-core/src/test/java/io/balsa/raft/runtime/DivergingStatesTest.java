package io.balsa.raft.runtime;

import static io.balsa.raft.runtime.SteppedNode.failureOf;
import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Level;
import io.balsa.raft.Divergence;
import io.balsa.raft.NotLeaderException;
import io.balsa.raft.Outcome;
import io.balsa.raft.RaftConfig;
import io.balsa.raft.ReadPolicy;
import io.balsa.raft.SnapshotConfig;
import io.balsa.raft.StateDivergedException;
import io.balsa.raft.cluster.NodeId;
import io.balsa.raft.message.HashAnswer;
import io.balsa.raft.message.HashReport;
import io.balsa.raft.message.InstallSnapshot;
import io.balsa.raft.message.StateDiverged;
import io.balsa.raft.message.TimeoutNow;
import io.balsa.raft.runtime.TallyCluster.Server;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;

@DisplayName("A state machine that is not like the others")
class DivergingStatesTest {

    private static final Duration LONG = Duration.ofSeconds(5);

    private TallyCluster cluster = new TallyCluster(3, config().build());
    private Server leader = cluster.leader();
    private Server follower = cluster.others(leader).get(0);
    private Server bystander = cluster.others(leader, follower).get(0);

    private static RaftConfig.Builder config() {
        return RaftConfig.builder()
                .divergenceInterval(8)
                .snapshots(SnapshotConfig.builder().trailingEntries(0).build());
    }

    private void restartWith(int size, RaftConfig config) {
        cluster.close();
        cluster = new TallyCluster(size, config);
        leader = cluster.leader();
        follower = cluster.others(leader).get(0);
        bystander = cluster.others(leader, follower).get(0);
    }

    @AfterEach
    void close() {
        cluster.close();
    }

    private static Divergence difference(Server server, long from, long to, long checkpoint) {
        return new Divergence(NodeId.of(server.id), from, to, checkpoint);
    }

    private CompletableFuture<Long> read(Server server, ReadPolicy policy) {
        CompletableFuture<Long> future = server.node.read(policy, server.tally::count);
        cluster.settle();
        return future;
    }

    private void assertServes(Server server) {
        assertThat(server.node.divergences()).isEmpty();
        assertThat(read(server, ReadPolicy.LINEARIZABLE)).isCompleted();
        assertThat(read(server, ReadPolicy.LOCAL)).isCompleted();
    }

    private static void snapshot(TallyCluster of, Server server) {
        CompletableFuture<?> future = server.node.snapshots().trigger();
        of.settle();
        assertThat(future).isCompleted();
    }

    @Nested
    @DisplayName("on a follower")
    class OnAFollower {

        @Test
        @DisplayName("is found at the next checkpoint, with the first index that differs, and named once in each log")
        void found() {
            follower.tally.errAt(index -> index >= 11);
            cluster.fillUpTo(15);
            assertThat(leader.node.divergences()).isEmpty();

            cluster.fillUpTo(16);

            assertThat(leader.node.divergences()).containsExactly(difference(follower, 11, 11, 16));
            assertThat(follower.node.divergences()).containsExactly(difference(follower, 11, 11, 16));
            assertThat(bystander.node.divergences()).isEmpty();
            cluster.fillUpTo(40);
            assertThat(cluster.logged(Level.ERROR))
                    .satisfiesExactlyInAnyOrder(
                            line -> assertThat(line)
                                    .contains(
                                            "node=" + leader.id + " ",
                                            "peer=" + follower.id + " diverged",
                                            "index 11 on"),
                            line -> assertThat(line)
                                    .contains(
                                            "node=" + follower.id + " ",
                                            "in quarantine",
                                            "index 11 on",
                                            "a restart goes"));
        }

        @Test
        @DisplayName(
                "answers no read of any kind, takes no snapshot, and applies nothing, but replicates; the others go on")
        void quarantine() {
            follower.tally.errAt(index -> index >= 11);
            cluster.fillUpTo(16);
            long appliedIndex = follower.node.status().appliedIndex();
            cluster.fillUpTo(40);

            for (ReadPolicy policy : ReadPolicy.values()) {
                assertThat(failureOf(read(follower, policy)))
                        .isInstanceOfSatisfying(StateDivergedException.class, e -> {
                            assertThat(e.divergence()).isEqualTo(difference(follower, 11, 11, 16));
                            assertThat(e.outcome()).isEqualTo(Outcome.NOT_APPLIED);
                        });
                assertThat(read(leader, policy))
                        .isCompletedWithValue(read(bystander, policy).join());
            }
            for (CompletableFuture<?> refused : List.of(
                    follower.node.snapshots().trigger(), follower.node.awaitApplied(1), follower.node.barrier())) {
                cluster.settle();
                assertThat(failureOf(refused).toString()).contains("StateDivergedException");
            }
            assertThat(follower.node.status().appliedIndex()).isEqualTo(appliedIndex);
            assertThat(follower.node.status().commitIndex())
                    .isEqualTo(leader.node.status().commitIndex());
        }

        @Test
        @DisplayName("votes as before: the cluster survives the loss of another server")
        void votes() {
            follower.tally.errAt(index -> index >= 11);
            cluster.fillUpTo(16);

            leader.stop();
            cluster.advance(LONG);

            assertThat(cluster.leader()).isSameAs(bystander);
            assertThat(bystander.node.divergences()).containsExactly(difference(follower, 11, 11, 16));
            assertThat(cluster.propose()).isCompleted();
        }

        @Test
        @DisplayName("is told again if the message is lost")
        void toldAgain() {
            cluster.lose(StateDiverged.class::isInstance);
            follower.tally.errAt(index -> index >= 11);
            cluster.fillUpTo(16);
            assertServes(follower);

            cluster.lose(message -> false);
            cluster.advance(LONG);

            assertThat(follower.node.divergences()).hasSize(1);
        }

        @Test
        @DisplayName("is named with a range if its hashes do not come")
        void range() {
            cluster.fillUpTo(8);
            cluster.lose(message -> message instanceof HashAnswer);
            follower.tally.errAt(index -> index >= 11);
            cluster.fillUpTo(16);
            cluster.advance(LONG);

            assertThat(follower.node.divergences()).containsExactly(difference(follower, 9, 16, 16));
        }

        @Test
        @DisplayName("is compared on after a snapshot took the place of its log: the snapshot has the hashes")
        void afterASnapshot() {
            cluster.cutOff(follower);
            cluster.fillUpTo(29);
            snapshot(cluster, leader);
            cluster.lose(message -> false);
            cluster.fillUpTo(30);
            assertThat(cluster.sent).anyMatch(InstallSnapshot.class::isInstance);
            assertServes(follower);

            follower.tally.errAt(index -> index >= 35);
            cluster.fillUpTo(40);

            assertThat(leader.node.divergences()).containsExactly(difference(follower, 35, 35, 40));
        }

        @Test
        @DisplayName("leaves the quarantine when a leader's snapshot replaces its state")
        void replaced() {
            follower.tally.errAt(index -> index == 11);
            cluster.fillUpTo(16);
            cluster.cutOff(follower);
            cluster.fillUpTo(29);
            snapshot(cluster, leader);
            cluster.lose(message -> false);
            cluster.fillUpTo(48);

            assertServes(follower);
            assertThat(leader.node.divergences()).isEmpty();
            assertThat(follower.tally.count()).isEqualTo(leader.tally.count());
        }
    }

    @Nested
    @DisplayName("on the leader")
    class OnTheLeader {

        @Test
        @DisplayName("is found in the same way; the leader hands over, and the next one knows of it")
        void handsOver() {
            leader.tally.errAt(index -> index >= 11);
            cluster.fillUpTo(16);
            cluster.advance(LONG);

            Server next = cluster.leader();
            assertThat(next).isNotSameAs(leader);
            assertThat(leader.node.divergences()).containsExactly(difference(leader, 11, 11, 16));
            assertThat(next.node.divergences()).containsExactly(difference(leader, 11, 11, 16));
            assertThat(failureOf(read(leader, ReadPolicy.LOCAL))).isInstanceOf(StateDivergedException.class);
            CompletableFuture<?> proposal = leader.node.propose(new byte[1]);
            cluster.settle();
            assertThat(failureOf(proposal)).isInstanceOf(NotLeaderException.class);
            cluster.fillUpTo(40);
            assertServes(bystander);
        }

        @Test
        @DisplayName("keeps it from taking proposals and from sending its snapshots, if nobody takes over")
        void leadsOn() {
            restartWith(5, config().build());
            cluster.cutOff(follower);
            leader.tally.errAt(index -> index >= 11);
            cluster.fillUpTo(13);
            snapshot(cluster, leader);
            cluster.lose(message -> message.to().equals(NodeId.of(follower.id)) || message instanceof TimeoutNow);
            cluster.fillUpTo(15);
            var unused = cluster.propose();
            cluster.advance(LONG);
            cluster.lose(TimeoutNow.class::isInstance);
            cluster.advance(LONG);

            assertThat(cluster.leader()).isSameAs(leader);
            assertThat(failureOf(cluster.propose())).isInstanceOf(StateDivergedException.class);
            assertThat(cluster.sent)
                    .noneMatch(message -> message instanceof InstallSnapshot piece
                            && piece.data().size() > 0);
            cluster.lose(message -> false);
            cluster.advance(LONG);
            assertThat(cluster.leader()).isNotSameAs(leader);
            cluster.fillUpTo(48);
            assertServes(follower);
        }
    }

    @Nested
    @DisplayName("is healed")
    class Healed {

        @Test
        @DisplayName("by a restart, if it erred once and has no snapshot from after that")
        void restarted() {
            cluster.fillUpTo(9);
            snapshot(cluster, follower);
            follower.tally.errAt(index -> index == 11);
            cluster.fillUpTo(16);
            follower.stop();
            follower.start();
            cluster.advance(LONG);

            assertServes(follower);
            assertThat(leader.node.divergences()).isEmpty();
            assertThat(follower.tally.count()).isEqualTo(leader.tally.count());
        }

        @Test
        @DisplayName("not by a restart from a snapshot from after the difference, which is found again at once")
        void badSnapshot() {
            follower.tally.errAt(index -> index == 11);
            cluster.fillUpTo(13);
            snapshot(cluster, follower);
            cluster.fillUpTo(16);
            assertThat(cluster.logged(Level.ERROR)).anyMatch(line -> line.contains("a restart does not heal it"));
            follower.stop();
            follower.start();
            cluster.advance(LONG);

            assertThat(follower.node.divergences()).containsExactly(difference(follower, 11, 11, 16));
        }

        @Test
        @DisplayName("nor if the snapshot is the end of its log: the hashes of its last checkpoint are in there")
        void badSnapshotAtTheEnd() {
            follower.tally.errAt(index -> index == 11);
            cluster.lose(message -> message instanceof StateDiverged);
            cluster.fillUpTo(17);
            snapshot(cluster, follower);
            follower.stop();
            cluster.lose(message -> false);
            follower.start();
            cluster.advance(LONG);

            assertThat(follower.node.divergences()).containsExactly(difference(follower, 11, 11, 16));
        }

        @Test
        @DisplayName("by wiping its disk: it comes back as a learner, gets everything anew, and its vote again")
        void wiped() {
            follower.tally.errAt(index -> index == 11);
            cluster.fillUpTo(13);
            snapshot(cluster, follower);
            cluster.fillUpTo(16);
            follower.stop();
            follower.wipe();
            follower.start();
            cluster.advance(LONG);
            cluster.fillUpTo(48);

            assertServes(follower);
            assertThat(leader.node.divergences()).isEmpty();
            assertThat(leader.node.status().membership().voters()).contains(NodeId.of(follower.id));
            assertThat(follower.tally.count()).isEqualTo(leader.tally.count());
        }
    }

    @Test
    @DisplayName("is named once, without blame, if no majority has the same results")
    void undecidable() {
        follower.tally.errAt(index -> index == 11);
        bystander.tally.errAt(index -> index == 12);
        cluster.fillUpTo(40);
        cluster.advance(LONG);

        assertThat(cluster.logged(Level.ERROR))
                .singleElement()
                .asString()
                .contains("checkpoint=16", "the state machine is not deterministic");
        cluster.servers().forEach(DivergingStatesTest.this::assertServes);
    }

    @Test
    @DisplayName("is nobody's concern if that is switched off: nothing is sent, nothing is written")
    void switchedOff() {
        restartWith(3, config().divergenceInterval(0).build());
        follower.tally.errAt(index -> index >= 11);
        cluster.fillUpTo(40);
        snapshot(cluster, leader);

        cluster.servers().forEach(this::assertServes);
        assertThat(cluster.sent).noneMatch(HashReport.class::isInstance);
        assertThat(leader.node.snapshots().latest().orElseThrow().sizeBytes()).isLessThan(100);
        assertThat(cluster.logged(Level.ERROR)).isEmpty();
    }

    @Test
    @DisplayName("is not seen where there is none: over losses, changes of the leader, snapshots and restarts")
    void noFalseAlarm() {
        for (int round = 1; round <= 12; round++) {
            Server chosen = cluster.server(1 + round % 3);
            cluster.cutOff(chosen);
            cluster.advance(LONG);
            cluster.fillUpTo(30L * round);
            if (round % 2 == 0) {
                snapshot(cluster, cluster.leader());
            }
            cluster.lose(message -> false);
            cluster.advance(LONG);
            if (round % 3 == 0) {
                chosen.stop();
                chosen.start();
                cluster.advance(LONG);
            }
        }

        assertThat(cluster.sent).anyMatch(InstallSnapshot.class::isInstance);
        assertThat(cluster.sent.stream().filter(HashReport.class::isInstance)).hasSizeGreaterThan(50);
        assertThat(cluster.logged(Level.ERROR)).isEmpty();
        cluster.servers().forEach(this::assertServes);
    }
}
