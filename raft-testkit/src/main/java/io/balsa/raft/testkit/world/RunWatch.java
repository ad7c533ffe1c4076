package io.balsa.raft.testkit.world;

import io.balsa.raft.core.Notice;
import io.balsa.raft.core.RaftCore;
import io.balsa.raft.core.Ready;
import io.balsa.raft.message.Message;
import io.balsa.raft.runtime.Agent;
import io.balsa.raft.storage.EntryRun;
import io.balsa.raft.storage.HardState;
import io.balsa.raft.testkit.coverage.Counter;
import io.balsa.raft.testkit.coverage.Coverage;
import io.balsa.raft.testkit.oracle.SafetyOracle;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** Sees everything that happens to servers and messages of a run, and tells the oracles, the counters and the reader. */
final class RunWatch implements SimulatedServer.Watcher, SimulatedNetwork.Watcher {

    private final World world;
    private final SafetyOracle oracle;
    private final Coverage coverage;
    private final long electionTimeoutNanos;
    private @Nullable Nemesis nemesis;

    RunWatch(World world, SafetyOracle oracle, Coverage coverage, long electionTimeoutNanos) {
        this.world = world;
        this.oracle = oracle;
        this.coverage = coverage;
        this.electionTimeoutNanos = electionTimeoutNanos;
    }

    /** Says who looks after servers that are in trouble. */
    void nemesis(Nemesis it) {
        nemesis = it;
    }

    private Nemesis nemesis() {
        return Objects.requireNonNull(nemesis);
    }

    // --- servers ---

    @Override
    public void onStart(SimulatedServer server, HardState state, List<EntryRun> runs) {
        world.tell(server, () -> "starts in term " + state.currentTerm() + " with " + runs);
        oracle.onStart(server.id(), state, runs);
    }

    @Override
    public void onReady(SimulatedServer server, RaftCore core, Ready ready) {
        world.note(ready.term() * 31 + ready.commitIndex());
        if (world.isTold()) {
            tell(server, ready);
        }
        oracle.onReady(server.id(), core, ready);
    }

    private void tell(SimulatedServer server, Ready ready) {
        for (EntryRun run : ready.entries()) {
            world.tell(server, () -> "appends " + run);
        }
        for (Notice notice : ready.notices()) {
            if (!(notice instanceof Notice.ReadReady)) {
                world.tell(server, notice::toString);
            }
        }
    }

    @Override
    public void onDurable(SimulatedServer server, long number) {
        oracle.onDurable(server.id(), number);
    }

    @Override
    public void onApplied(SimulatedServer server, EntryRun run, long index, byte[] result) {
        world.note(index);
        oracle.onApplied(server.id(), run, index, result);
    }

    @Override
    public void onFailed(SimulatedServer server, Throwable cause) {
        nemesis().onFailed(server, cause);
    }

    @Override
    public void onLate(SimulatedServer server, Agent agent, long nanos) {
        if (nanos > electionTimeoutNanos && agent.name().equals("consensus") && server.leads()) {
            coverage.count(Counter.LEADER_PAUSES);
        }
    }

    // --- messages ---

    @Override
    public void onSent(Message message) {
        world.tell("server " + message.from().value(), () -> "says " + message);
        oracle.onSent(message);
    }

    @Override
    public void onDelivered(Message message, int link, long sentNumber) {
        world.tell("server " + message.to().value(), () -> "hears " + message);
    }

    @Override
    public void onLost(Message message) {
        coverage.count(Counter.MESSAGES_DROPPED);
        world.tell("network", () -> "loses " + message);
    }

    @Override
    public void onRepeated(Message message) {
        coverage.count(Counter.MESSAGES_DUPLICATED);
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
}
