package io.balsa.raft.testkit.world;

import io.balsa.raft.cluster.NodeId;
import io.balsa.raft.testkit.Draws;
import io.balsa.raft.testkit.SimulatedDisk;
import io.balsa.raft.testkit.oracle.Violation;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;

/** Brings the faults of a run: each seed switches on some kinds of them, and how often they come. */
final class Nemesis {

    private static final long SECOND = 1_000_000_000L;

    private final World world;
    private final SimulatedNetwork network;
    private final List<SimulatedServer> servers;
    private final Draws draws;
    private final boolean crashes;
    private final boolean partitions;
    private final boolean freezes;
    private final SimulatedNetwork.Weather weather;
    private final long meanPauseNanos;
    private int crashed;
    private boolean ended;
    private Optional<Violation> violation = Optional.empty();

    Nemesis(World world, SimulatedNetwork network, List<SimulatedServer> servers, Draws draws, Draws options) {
        this.world = world;
        this.network = network;
        this.servers = servers;
        this.draws = draws;
        crashes = options.chance(0.8);
        partitions = options.chance(0.6);
        freezes = options.chance(0.4);
        meanPauseNanos = options.logUniform(SECOND / 5, 5 * SECOND);
        weather = options.chance(0.1)
                ? SimulatedNetwork.Weather.FAIR
                : new SimulatedNetwork.Weather(
                        options.logUniform(10_000, 1_000_000),
                        options.logUniform(1_000_000, 50_000_000),
                        options.nextBoolean() ? options.logUniform(1, 200) / 1000.0 : 0,
                        options.nextBoolean() ? options.logUniform(1, 200) / 1000.0 : 0,
                        options.nextBoolean() ? options.logUniform(1, 50) / 1000.0 : 0,
                        5 * SECOND);
    }

    int crashes() {
        return crashed;
    }

    Optional<Violation> violation() {
        return violation;
    }

    void begin() {
        network.weather(weather);
        world.in(pause(), this::strike);
    }

    /** Peace: the weather is fair, the links are whole, and whoever is down is started. */
    void end(Consumer<SimulatedServer> start) {
        ended = true;
        network.weather(SimulatedNetwork.Weather.FAIR);
        network.heal();
        for (SimulatedServer server : servers) {
            if (!server.isUp()) {
                start.accept(server);
            }
        }
    }

    private long pause() {
        return draws.between(meanPauseNanos / 10, 2 * meanPauseNanos);
    }

    private void strike() {
        if (ended) {
            return;
        }
        SimulatedServer victim = servers.get(draws.nextInt(servers.size()));
        switch (draws.nextInt(5)) {
            case 0, 1 -> crash(victim);
            case 2 -> cut();
            case 3 -> network.heal();
            default -> freeze(victim);
        }
        world.in(pause(), this::strike);
    }

    private void crash(SimulatedServer victim) {
        if (crashes && victim.isUp()) {
            crashed++;
            SimulatedDisk.Crash[] modes = SimulatedDisk.Crash.values();
            victim.crash(modes[draws.nextInt(modes.length)]);
            world.in(draws.logUniform(SECOND / 100, 5 * SECOND), () -> restart(victim));
        }
    }

    private void restart(SimulatedServer server) {
        if (!server.isUp()) {
            server.start()
                    .ifPresent(refusal -> violation =
                            Optional.of(new Violation("D7", server.id() + " cannot start: " + refusal.getMessage())));
        }
    }

    private void cut() {
        if (partitions) {
            for (SimulatedServer from : servers) {
                for (SimulatedServer to : servers) {
                    cutPerhaps(from.id(), to.id());
                }
            }
        }
    }

    private void cutPerhaps(NodeId from, NodeId to) {
        if (!from.equals(to) && draws.chance(0.3)) {
            network.cut(from, to);
        }
    }

    private void freeze(SimulatedServer victim) {
        if (freezes) {
            victim.freeze(draws.logUniform(SECOND / 100, 10 * SECOND));
        }
    }
}
