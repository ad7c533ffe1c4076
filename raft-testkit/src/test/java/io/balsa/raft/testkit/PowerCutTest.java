package io.balsa.raft.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.balsa.raft.RaftConfig;
import io.balsa.raft.RaftNode;
import io.balsa.raft.StateMachine;
import io.balsa.raft.cluster.Member;
import io.balsa.raft.cluster.Membership;
import io.balsa.raft.cluster.NodeId;
import io.balsa.raft.runtime.NodeParts;
import io.balsa.raft.runtime.NodeRuntime;
import io.balsa.raft.runtime.Seams;
import io.balsa.raft.storage.file.FileStorage;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.SplittableRandom;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/**
 * A cluster of three real nodes on real file storages, stepped on one thread, whose power fails again and again: a killed
 * process leaves the page cache behind, a power cut does not.
 */
@DisplayName("When the power of a whole cluster is cut")
class PowerCutTest {

    private static final int CUTS = 200;
    private static final int SERVERS = 3;

    @Test
    @DisplayName("at 200 random disk operations, nothing acknowledged is missing")
    void losesNothing() {
        Run run = new Run(20261122, true);

        run.cut(CUTS);

        assertThat(run.outages).isEqualTo(CUTS);
        assertThat(run.acknowledged.size())
                .as("commands acknowledged between the cuts")
                .isGreaterThan(10 * CUTS);
        System.out.printf(
                "%d cuts, %d commands acknowledged, %d of them in the end on every server, %d not acknowledged%n",
                run.outages, run.acknowledged.size(), run.acknowledged.size(), run.proposed - run.acknowledged.size());
    }

    @Test
    @DisplayName("and the disks only pretended to sync, this test notices")
    void noticesAMissingSync() {
        Run run = new Run(20261122, false);

        assertThatThrownBy(() -> run.cut(CUTS))
                .isInstanceOf(AssertionError.class)
                .hasMessageContaining("acknowledged and lost");
    }

    private static final class Run {

        private final Power power;
        private final SplittableRandom random;
        private final Draws draws = new Draws(20261122);
        private final List<SimulatedDisk> disks = new ArrayList<>();
        private final Set<String> acknowledged = new HashSet<>();
        private final List<RaftNode> nodes = new ArrayList<>();
        private final List<List<String>> applied = new ArrayList<>();
        private SteppedAgents agents = new SteppedAgents();
        private SteppedNetwork network = new SteppedNetwork();
        private long nowNanos;
        private int outages;
        private int proposed;

        Run(long seed, boolean disksSync) {
            random = new SplittableRandom(seed);
            power = new Power();
            for (int id = 1; id <= SERVERS; id++) {
                String name = "disk" + id;
                disks.add(
                        disksSync ? new SimulatedDisk(name, power::before) : SimulatedDisk.lying(name, power::before));
            }
        }

        void cut(int cuts) {
            start();
            while (outages < cuts) {
                converge();
                power.cutAt(power.operations() + 1 + random.nextInt(200));
                while (!power.isOff()) {
                    proposeSome();
                    step();
                }
                outages++;
                restart();
            }
            converge();
        }

        private void restart() {
            do {
                disks.forEach(disk -> disk.crash(SimulatedDisk.Crash.LOSE_ALL, draws));
                power.switchOn();
                if (random.nextInt(4) == 0) {
                    power.cutAt(1 + random.nextInt(60)); // recovery may be cut short, too
                }
            } while (!start());
            power.cutAt(Long.MAX_VALUE);
        }

        /** Whether all nodes have started; if not, the power has failed again. */
        private boolean start() {
            agents = new SteppedAgents();
            network = new SteppedNetwork();
            nodes.clear();
            applied.clear();
            for (int id = 1; id <= SERVERS; id++) {
                List<String> journal = new ArrayList<>();
                RaftNode node = node(id, command -> {
                    journal.add(new String(command.data(), StandardCharsets.UTF_8));
                    return new byte[0];
                });
                try {
                    node.start();
                } catch (io.balsa.raft.storage.StorageException e) {
                    if (power.isOff()) {
                        return false;
                    }
                    throw new AssertionError("acknowledged and lost: server " + id + " cannot start", e);
                }
                nodes.add(node);
                applied.add(journal);
            }
            return true;
        }

        private RaftNode node(int id, StateMachine stateMachine) {
            List<Member> members = new ArrayList<>();
            for (int member = 1; member <= SERVERS; member++) {
                members.add(Member.of(member, "stepped:" + member));
            }
            NodeParts parts = new NodeParts(
                    "power",
                    NodeId.of(id),
                    Membership.ofVoters(members),
                    stateMachine,
                    FileStorage.builder(disks.get(id - 1))
                            .segmentBytes(16 << 10)
                            .build(),
                    network.transport(),
                    RaftConfig.defaults(),
                    Runnable::run);
            return new NodeRuntime(parts, new Seams(() -> nowNanos, random.split(), agents));
        }

        private void proposeSome() {
            if (random.nextInt(4) == 0) {
                RaftNode node = nodes.get(random.nextInt(SERVERS));
                if (node.status().isLeader()) {
                    String command = "c" + proposed++;
                    propose(node, command, () -> acknowledged.add(command));
                }
            }
        }

        private static void propose(RaftNode node, String command, Runnable onAcknowledged) {
            var unused = node.propose(command.getBytes(StandardCharsets.UTF_8)).thenRun(onAcknowledged);
        }

        /** One agent works, or one frame arrives, or, if nothing is to be done, time passes. */
        private void step() {
            List<SteppedAgents.Stepped> ready = new ArrayList<>();
            long nanos = Long.MAX_VALUE;
            for (SteppedAgents.Stepped agent : agents.agents()) {
                nanos = Math.min(nanos, agent.nanosToDeadline());
                if (agent.hasWork() || agent.nanosToDeadline() == 0) {
                    ready.add(agent);
                }
            }
            if (!ready.isEmpty() && random.nextBoolean()) {
                ready.get(random.nextInt(ready.size())).step();
            } else if (!network.deliverOne(random)) {
                if (ready.isEmpty()) {
                    nowNanos += nanos;
                } else {
                    ready.get(random.nextInt(ready.size())).step();
                }
            }
        }

        /** Runs until all servers have applied everything that was acknowledged, and checks it. */
        private void converge() {
            String marker = "m" + outages;
            for (int steps = 0; !applied.stream().allMatch(journal -> journal.contains(marker)); steps++) {
                if (steps % 500 == 0) {
                    nodes.stream()
                            .filter(node -> node.status().isLeader())
                            .forEach(node -> propose(node, marker, () -> {}));
                }
                assertThat(steps).as("steps without progress").isLessThan(1_000_000);
                step();
            }
            for (List<String> journal : applied) {
                Set<String> missing = new HashSet<>(acknowledged);
                missing.removeAll(new HashSet<>(journal));
                assertThat(missing).as("acknowledged and lost").isEmpty();
            }
        }
    }

    /** The power that all disks hang on: it fails at an operation that was chosen before. */
    private static final class Power {

        private long operations;
        private long cutAt = Long.MAX_VALUE;

        long operations() {
            return operations;
        }

        void cutAt(long operation) {
            cutAt = operation;
        }

        boolean isOff() {
            return operations >= cutAt;
        }

        void switchOn() {
            operations = 0;
            cutAt = Long.MAX_VALUE;
        }

        void before(SimulatedDisk.Operation operation, String file) throws IOException {
            operations += isOff() ? 0 : 1;
            if (isOff()) {
                throw new IOException("the power is off");
            }
        }
    }
}
