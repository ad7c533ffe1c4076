package io.balsa.raft.testkit.world;

import io.balsa.raft.Applied;
import io.balsa.raft.Outcome;
import io.balsa.raft.RaftException;
import io.balsa.raft.RaftNode;
import io.balsa.raft.ReadPolicy;
import io.balsa.raft.testkit.Draws;
import io.balsa.raft.testkit.oracle.ClientOracle;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletionException;
import org.jspecify.annotations.Nullable;

/** A client that does one thing after the other, each on a server that chance picks, and never writes a value twice. */
public final class SimulatedClient {

    private static final int KEYS = 4;
    private static final long PAUSE_NANOS = 5_000_000;
    private static final long PATIENCE_NANOS = 3_000_000_000L;

    private final World world;
    private final Draws draws;
    private final ClientOracle oracle;
    private final List<SimulatedServer> servers;
    private final String name;
    private long operation;
    private boolean stopped;

    /** A client with this name. */
    public SimulatedClient(World world, Draws draws, ClientOracle oracle, List<SimulatedServer> servers, String name) {
        this.world = world;
        this.draws = draws;
        this.oracle = oracle;
        this.servers = servers;
        this.name = name;
    }

    /** Begins to work. */
    public void start() {
        world.in(draws.between(0, PAUSE_NANOS), this::next);
    }

    /** Begins nothing new. */
    public void stop() {
        stopped = true;
    }

    private void next() {
        if (stopped) {
            return;
        }
        long mine = ++operation;
        SimulatedServer server = servers.get(draws.nextInt(servers.size()));
        // Whoever gets no answer, because the server is gone, goes on after a while.
        world.in(PATIENCE_NANOS, () -> goOn(mine));
        server.node().ifPresentOrElse(node -> operate(mine, server, node), () -> goOn(mine));
    }

    private void goOn(long finished) {
        if (operation == finished) {
            operation++;
            world.in(draws.between(1, 2 * PAUSE_NANOS), this::next);
        }
    }

    private void operate(long mine, SimulatedServer server, RaftNode node) {
        String key = "k" + draws.nextInt(KEYS);
        if (draws.nextBoolean()) {
            write(mine, node, key);
        } else {
            read(mine, server, node, key);
        }
    }

    private void write(long mine, RaftNode node, String key) {
        String value = name + "." + mine;
        long begun = oracle.begin();
        byte[] command = (key + "=" + value).getBytes(StandardCharsets.UTF_8);
        var unused = node.propose(command).whenComplete((Applied done, @Nullable Throwable failure) -> {
            if (failure == null) {
                oracle.onWritten(begun, value, done);
            } else if (outcomeOf(failure) == Outcome.UNKNOWN) {
                oracle.onUnknown();
            } else {
                oracle.onRefused(value);
            }
            goOn(mine);
        });
    }

    private void read(long mine, SimulatedServer server, RaftNode node, String key) {
        Optional<RegisterMachine> machine = server.machine().map(RegisterMachine.class::cast);
        long begun = oracle.begin();
        machine.ifPresent(registers -> {
            var unused = node.read(ReadPolicy.LINEARIZABLE, () -> registers.read(key))
                    .whenComplete((RegisterMachine.Seen seen, @Nullable Throwable failure) -> {
                        if (failure == null) {
                            oracle.onRead(begun, key, seen.value(), seen.index());
                        }
                        goOn(mine);
                    });
        });
    }

    private static Outcome outcomeOf(Throwable failure) {
        Throwable cause =
                failure instanceof CompletionException && failure.getCause() != null ? failure.getCause() : failure;
        return cause instanceof RaftException answer ? answer.outcome() : Outcome.UNKNOWN;
    }
}
