package io.balsa.raft.testkit.world;

import io.balsa.raft.cluster.RaftRole;
import io.balsa.raft.core.Input;
import io.balsa.raft.core.Notice;
import io.balsa.raft.core.RaftCore;
import io.balsa.raft.core.Ready;
import io.balsa.raft.message.InstallSnapshot;
import io.balsa.raft.message.Message;
import io.balsa.raft.message.NodeMessage;
import io.balsa.raft.runtime.Agent;
import io.balsa.raft.storage.EntryRun;
import io.balsa.raft.storage.HardState;
import io.balsa.raft.storage.SnapshotInfo;
import io.balsa.raft.storage.StoredState;
import io.balsa.raft.storage.file.Recovery;
import io.balsa.raft.testkit.coverage.Counter;
import io.balsa.raft.testkit.coverage.Coverage;
import io.balsa.raft.testkit.coverage.CoverageWatch;
import io.balsa.raft.testkit.oracle.SafetyOracle;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** Sees everything that happens to servers and messages of a run, and tells the oracles, the counters and the reader. */
final class RunWatch implements ServerWatcher, SimulatedNetwork.Watcher {

    private final World world;
    private final SafetyOracle oracle;
    private final CoverageWatch counters;
    private final Coverage coverage;
    private final long[] latest; // by link: the number of the message that was sent last, of those that arrived
    private final Telling telling;
    private final Mends mends;
    private final Roster roster;
    private @Nullable Nemesis nemesis;
    private @Nullable Operator operator;

    RunWatch(World world, SafetyOracle oracle, CoverageWatch counters, Roster roster, int servers) {
        this.roster = roster;
        this.world = world;
        this.oracle = oracle;
        this.counters = counters;
        coverage = counters.coverage();
        telling = new Telling(world, servers);
        mends = new Mends(coverage, oracle::isMending);
        latest = new long[SimulatedNetwork.link(servers, servers) + 1];
    }

    /** Says who troubles servers and looks after them, and who waits for moments. */
    void tell(Nemesis itsNemesis, Operator itsOperator) {
        nemesis = itsNemesis;
        operator = itsOperator;
    }

    private Operator operator() {
        return Objects.requireNonNull(operator);
    }

    private Nemesis nemesis() {
        return Objects.requireNonNull(nemesis);
    }

    // --- servers ---

    @Override
    public void onStart(SimulatedServer server, StoredState stored, List<EntryRun> runs) {
        if (world.isTold()) {
            telling.start(server, stored);
        }
        roster.onStart(server.id(), stored);
        oracle.onStart(server.id(), stored, runs);
        counters.onStart(server.id(), stored, runs);
    }

    @Override
    public void onRecovered(SimulatedServer server, Recovery recovery) {
        counters.onRecovered(recovery.cutBytes(), recovery.slotLost());
        mends.onRecovered(server.id(), recovery);
    }

    @Override
    public void onGone(SimulatedServer server) {
        roster.onGone(server.id());
        oracle.onCrash(server.id());
        oracle.fullCheck();
        counters.onCrash(server.id());
    }

    @Override
    public void onWritten(SimulatedServer server, HardState state) {
        counters.onWritten(server.id(), state);
    }

    @Override
    public void onWritten(SimulatedServer server, EntryRun run) {
        counters.onWritten(server.id(), run);
    }

    @Override
    public void onWritten(SimulatedServer server, SnapshotInfo installed) {
        world.note(installed.index());
        counters.onLogCut(server.id());
    }

    @Override
    public void onCompacted(SimulatedServer server, long index) {
        world.note(index);
        counters.onLogCut(server.id());
    }

    @Override
    public void onCaptured(SimulatedServer server) {
        oracle.onCaptured(server.id());
    }

    @Override
    public void onLeaseRead(SimulatedServer server, long index) {
        oracle.onLeaseRead(server.id(), index);
        counters.onLeaseRead();
    }

    @Override
    public void onDamaged(SimulatedServer server) {
        oracle.onDamaged(server.id());
    }

    @Override
    public void onSnapshotTaken(SimulatedServer server, SnapshotInfo snapshot) {
        world.note(snapshot.index());
        world.tell(server, () -> "has taken a " + snapshot);
        oracle.onSnapshotTaken(server.id(), snapshot);
        counters.onSnapshotPublished(server.id(), snapshot);
    }

    @Override
    public void onSnapshotReceived(SimulatedServer server, SnapshotInfo snapshot) {
        world.note(snapshot.index());
        world.tell(server, () -> "has received a " + snapshot);
        oracle.onSnapshotReceived(server.id(), snapshot);
        counters.onSnapshotPublished(server.id(), snapshot);
    }

    @Override
    public void onRestored(SimulatedServer server, SnapshotInfo snapshot) {
        world.note(snapshot.index());
        world.tell(server, () -> "is restored from a " + snapshot);
        oracle.onRestored(server.id(), snapshot);
    }

    @Override
    public void onStep(SimulatedServer server, RaftCore core, Input input) {
        oracle.onStep(server.id(), core, input);
        counters.onStep(server.id(), core, input);
    }

    @Override
    public void onReady(SimulatedServer server, RaftCore core, Ready ready) {
        world.note(ready.term() * 31 + ready.commitIndex());
        if (world.isTold()) {
            telling.ready(server, ready);
        }
        roster.onReady(server.id(), core, ready);
        oracle.onReady(server.id(), core, ready);
        for (Notice notice : ready.notices()) {
            if (notice instanceof Notice.RoleChanged change && change.role() == RaftRole.LEADER) {
                oracle.fullCheck();
                nemesis().onLeader(server);
                operator().onLeader();
            } else if (notice instanceof Notice.MembershipChanged change
                    && change.membership().isJoint()) {
                operator().onJoint(server, ready.role() == RaftRole.LEADER);
            } else if (notice instanceof Notice.StoreLost lost) {
                operator().onStoreLost(server, lost);
            }
        }
        counters.onReady(server.id(), ready);
    }

    @Override
    public void onDurable(SimulatedServer server, long number) {
        mends.onDurable(server.id());
        roster.onDurable(server.id(), number);
        oracle.onDurable(server.id(), number);
        counters.onDurable(server.id(), number);
    }

    @Override
    public void onApplied(SimulatedServer server, EntryRun run, long index, byte[] result) {
        world.note(index);
        oracle.onApplied(server.id(), run, index, result);
        counters.onApplied(run, index, result);
    }

    @Override
    public void onFailed(SimulatedServer server, Throwable cause) {
        nemesis().caretaker().onFailed(server, cause);
    }

    @Override
    public void onLate(SimulatedServer server, Agent agent, long nanos) {
        if (agent.name().equals("consensus")) {
            counters.onPaused(server.id(), nanos);
        }
    }

    // --- messages ---

    @Override
    public void onSend(SimulatedServer server, Message message) {
        world.tell(Story.Passage.SENT, message);
        oracle.onSent(message);
        counters.onSent(message);
        if (message instanceof InstallSnapshot) {
            operator().onSnapshotSent();
        }
    }

    @Override
    public void onDelivered(Message message, int link, long sentNumber) {
        if (sentNumber < latest[link]) {
            coverage.count(Counter.MESSAGES_REORDERED);
        } else {
            latest[link] = sentNumber;
        }
        if (message instanceof NodeMessage beside) {
            counters.onDelivered(beside);
        }
        world.tell(Story.Passage.DELIVERED, message);
    }

    @Override
    public void onLost(Message message) {
        coverage.count(Counter.MESSAGES_DROPPED);
        world.tell(Story.Passage.LOST, message);
    }

    @Override
    public void onRepeated(Message message) {
        coverage.count(Counter.MESSAGES_DUPLICATED);
        world.tell(Story.Passage.REPEATED, message);
    }

    @Override
    public void onFirstStopped(Cut cut) {
        switch (cut.shape()) {
            case DEAFNESS, MUTENESS -> coverage.count(Counter.ONE_WAY_PARTITIONS);
            case BRIDGE -> coverage.count(Counter.BRIDGES);
            case RING -> coverage.count(Counter.RINGS);
            case ISOLATION -> {
                if (cut.victim().leads()) {
                    coverage.count(Counter.LEADERS_ISOLATED);
                }
            }
            default -> world.tell("network", () -> "a cut stops messages: " + cut.shape());
        }
    }

    @Override
    public void onStopped(Message message) {
        coverage.count(Counter.MESSAGES_DROPPED);
        world.tell(Story.Passage.STOPPED, message);
    }
}
