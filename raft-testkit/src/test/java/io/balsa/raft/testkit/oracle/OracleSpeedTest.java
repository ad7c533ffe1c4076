package io.balsa.raft.testkit.oracle;

import static io.balsa.raft.testkit.oracle.Stage.entry;
import static io.balsa.raft.testkit.oracle.Stage.noOp;
import static org.assertj.core.api.Assertions.assertThat;

import io.balsa.raft.RaftConfig;
import io.balsa.raft.cluster.Member;
import io.balsa.raft.cluster.Membership;
import io.balsa.raft.cluster.NodeId;
import io.balsa.raft.cluster.NodeIdentity;
import io.balsa.raft.cluster.RaftRole;
import io.balsa.raft.core.Input;
import io.balsa.raft.core.Notice;
import io.balsa.raft.core.Ready;
import io.balsa.raft.core.SnapshotWork;
import io.balsa.raft.message.AppendEntries;
import io.balsa.raft.message.AppendEntriesAccepted;
import io.balsa.raft.message.Heartbeat;
import io.balsa.raft.message.HeartbeatReply;
import io.balsa.raft.message.Message;
import io.balsa.raft.storage.EntryRun;
import io.balsa.raft.storage.HardState;
import io.balsa.raft.storage.LogPosition;
import io.balsa.raft.storage.StoredState;
import java.lang.management.ManagementFactory;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.stream.LongStream;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/** A measurement, printed: what a call of the oracle costs in a cluster of five that does nothing but commit. */
@DisplayName("The oracle")
class OracleSpeedTest {

    private static final int ROUNDS = Integer.getInteger("rounds", 40_000);
    private static final int SLICES = 20; // of each quarter: the best of them had the processor for itself

    private final Membership membership = Membership.ofVoters(LongStream.rangeClosed(1, 5)
            .mapToObj(id -> Member.of(id, "fast:" + id))
            .toList());
    private final List<NodeId> ids = new ArrayList<>(membership.members().keySet());
    private final NodeId leader = ids.get(0);
    private final SafetyOracle oracle = new SafetyOracle(membership, RaftConfig.defaults());
    private long number;
    private long calls;

    @Test
    @DisplayName("takes as long for a call when the logs are long as when they are short")
    void isFast() {
        begin();
        long[] best = {Long.MAX_VALUE, Long.MAX_VALUE, Long.MAX_VALUE, Long.MAX_VALUE};
        long last = 1;
        for (int slice = 0; slice < best.length * SLICES; slice++) {
            calls = 0;
            long begun = cpuNanos();
            for (int i = 0; i < ROUNDS / SLICES; i++) {
                round(++last);
            }
            int part = slice / SLICES;
            best[part] = Math.min(best[part], (cpuNanos() - begun) / calls);
        }
        System.out.printf("a call takes %s ns at best in the quarters of %d entries%n", Arrays.toString(best), last);

        assertThat(oracle.committed()).isEqualTo(last);
        assertThat(best[3]).isLessThan(3 * best[1] + 100);
    }

    /** Of this thread: a machine that has other things to do does not count. */
    private static long cpuNanos() {
        return ManagementFactory.getThreadMXBean().getCurrentThreadCpuTime();
    }

    private void ready(NodeId id, RaftRole role, List<EntryRun> entries, long commit, long last, Message... messages) {
        CoreFacts core = new CoreFacts(membership, 0, 0, last - entries.size());
        oracle.onReady(id, core, standing(role, entries, commit, last, messages));
        calls++;
        if (!entries.isEmpty()) {
            oracle.onDurable(id, number);
            calls++;
        }
        for (Message message : messages) {
            oracle.onSent(message);
            calls++;
        }
    }

    private Ready standing(RaftRole role, List<EntryRun> entries, long commit, long last, Message... messages) {
        return new Ready(
                ++number,
                List.of(messages),
                Optional.empty(),
                entries,
                List.of(),
                List.of(),
                SnapshotWork.NONE,
                List.of(),
                List.of(),
                new Ready.Standing(role, 1, Optional.of(leader), commit, last));
    }

    private void begin() {
        HardState voted = new HardState(1, Optional.of(leader));
        for (NodeId id : ids) {
            StoredState found = new StoredState(
                    new NodeIdentity("fast", id, 0),
                    membership,
                    voted,
                    LogPosition.ZERO,
                    LogPosition.ZERO,
                    List.of(),
                    List.of());
            oracle.onStart(id, found, List.of());
        }
        Ready won = new Ready(
                ++number,
                List.of(),
                Optional.empty(),
                List.of(noOp(1, 1)),
                List.of(),
                List.of(),
                SnapshotWork.NONE,
                List.of(),
                List.of(new Notice.RoleChanged(RaftRole.LEADER, 1, Optional.of(leader))),
                new Ready.Standing(RaftRole.LEADER, 1, Optional.of(leader), 0, 1));
        oracle.onReady(leader, new CoreFacts(membership, 0, 0, 0), won);
        oracle.onDurable(leader, number);
        for (NodeId follower : ids.subList(1, 5)) {
            ready(follower, RaftRole.FOLLOWER, List.of(noOp(1, 1)), 0, 1);
        }
    }

    /** One command, from the leader to all disks and state machines, and a round of heartbeats. */
    private void round(long index) {
        List<EntryRun> runs = List.of(entry(index, 1, "set k" + index + " to a value"));
        LogPosition previous = new LogPosition(index - 1, 1);
        ready(leader, RaftRole.LEADER, runs, index - 1, index);
        for (NodeId follower : ids.subList(1, 5)) {
            ready(
                    leader,
                    RaftRole.LEADER,
                    List.of(),
                    index - 1,
                    index,
                    new AppendEntries(1, leader, follower, previous, runs, index - 1),
                    new Heartbeat(1, leader, follower, index - 1, index));
            ready(follower, RaftRole.FOLLOWER, runs, index - 1, index);
            AppendEntriesAccepted accepted = new AppendEntriesAccepted(1, follower, leader, index);
            oracle.onSent(accepted);
            oracle.onSent(new HeartbeatReply(1, follower, leader, index));
            oracle.onStep(leader, new Input.Received(accepted));
            calls += 3;
        }
        for (NodeId id : ids) {
            ready(id, id.equals(leader) ? RaftRole.LEADER : RaftRole.FOLLOWER, List.of(), index, index);
            oracle.onApplied(id, runs.get(0), index, new byte[8]);
            calls++;
        }
        oracle.fullCheck();
    }
}
