package io.balsa.raft.testkit.world;

import io.balsa.raft.RaftConfig;
import io.balsa.raft.cluster.Member;
import io.balsa.raft.cluster.Membership;
import io.balsa.raft.cluster.NodeId;
import io.balsa.raft.message.MessageCodec;
import io.balsa.raft.testkit.Draws;
import io.balsa.raft.testkit.SimulatedDisk;
import io.balsa.raft.testkit.oracle.ClientOracle;
import io.balsa.raft.testkit.oracle.SafetyOracle;
import io.balsa.raft.testkit.oracle.Violation;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * One run of a simulated cluster, which its seed decides: a while of chaos, with faults of which each seed switches on its
 * own, then peace, in which the cluster must come to itself again.
 */
public final class ClusterRun {

    /**
     * What a run has come to.
     *
     * @param hash equal for two runs in which the same happened
     * @param events how many things happened
     * @param simulatedNanos how long it took in the simulated world
     * @param leaders how many terms had a leader
     * @param committed index of the last entry that was committed
     * @param crashes how many processes or machines have crashed
     * @param violation what was found, if anything
     */
    public record Result(
            long seed,
            long hash,
            long events,
            long simulatedNanos,
            int leaders,
            long committed,
            int crashes,
            ClientOracle clients,
            Optional<RuntimeException> violation) {}

    private static final long SECOND = 1_000_000_000L;
    private static final long CHAOS_NANOS = 30 * SECOND;
    private static final long PEACE_NANOS = 40 * SECOND;
    private static final int CLIENTS = 3;

    private final long seed;
    private final Draws options;
    private final World world;
    private final SimulatedNetwork network;
    private final SafetyOracle oracle = new SafetyOracle();
    private final ClientOracle clientOracle = new ClientOracle();
    private final List<SimulatedServer> servers = new ArrayList<>();
    private final List<SimulatedClient> clients = new ArrayList<>();
    private final Nemesis nemesis;

    /** The run of this seed, which happens when {@link #run} is called. */
    public ClusterRun(long seed) {
        this.seed = seed;
        options = Draws.stream(seed, "options");
        world = new World(Draws.stream(seed, "ties"));
        network = new SimulatedNetwork(world, Draws.stream(seed, "network"));
        network.onSend((from, payload) -> oracle.onSent(MessageCodec.decode(payload)));
        int size = options.chance(0.1) ? 1 + options.nextInt(2) : 3 + 2 * options.nextInt(2);
        List<Member> members = new ArrayList<>();
        for (int id = 1; id <= size; id++) {
            members.add(Member.of(id, "simulated:" + id));
        }
        SimulatedServer.Setup setup = new SimulatedServer.Setup(
                world,
                network,
                oracle,
                Membership.ofVoters(members),
                config(),
                () -> new RegisterMachine(clientOracle),
                seed);
        for (Member member : members) {
            servers.add(new SimulatedServer(setup, member.id(), disk(member.id())));
        }
        nemesis = new Nemesis(world, network, servers, Draws.stream(seed, "nemesis"), options);
        for (int i = 1; i <= CLIENTS; i++) {
            String name = "c" + i;
            clients.add(new SimulatedClient(world, Draws.stream(seed, name), clientOracle, servers, name));
        }
    }

    private RaftConfig config() {
        boolean tiny = options.chance(0.2);
        return RaftConfig.builder()
                .preVote(!options.chance(0.3)) // which hides what elections alone would show
                .checkQuorum(!options.chance(0.2))
                .maxInflightMessages(tiny ? 2 : 256)
                .maxBatchBytes(tiny ? 1 << 10 : 1 << 20)
                .maxInflightBytes(tiny ? 1 << 11 : 16 << 20)
                .logCacheBytes(tiny ? 1 << 11 : 16 << 20)
                .maxCommandBytes(1 << 10)
                .maxPendingBytes(tiny ? 1 << 11 : 64 << 20)
                .build();
    }

    private static SimulatedDisk disk(NodeId id) {
        return new SimulatedDisk("disk of " + id, SimulatedDisk.Faults.NONE);
    }

    /** Lets it happen. */
    public Result run() {
        Optional<RuntimeException> violation = Optional.empty();
        try {
            for (SimulatedServer server : servers) {
                start(server);
            }
            clients.forEach(SimulatedClient::start);
            nemesis.begin();
            until(CHAOS_NANOS);
            nemesis.end(this::start);
            until(CHAOS_NANOS + PEACE_NANOS);
            clients.forEach(SimulatedClient::stop);
            until(CHAOS_NANOS + PEACE_NANOS + 5 * SECOND);
            requireConverged();
            clientOracle.finish();
        } catch (Violation e) {
            violation = Optional.of(e);
        }
        return new Result(
                seed,
                world.hash(),
                world.happened(),
                world.nowNanos(),
                oracle.leaders(),
                oracle.committed(),
                nemesis.crashes(),
                clientOracle,
                violation);
    }

    private void start(SimulatedServer server) {
        server.start().ifPresent(refusal -> {
            throw new Violation("D7", server.id() + " cannot start: " + refusal.getMessage());
        });
    }

    private void until(long timeNanos) {
        while (world.nowNanos() < timeNanos && world.step()) {
            nemesis.violation().ifPresent(violation -> {
                throw violation;
            });
            for (SimulatedServer server : servers) {
                if (server.hasFailed()) {
                    throw server.failure();
                }
            }
        }
    }

    /** Peace was long enough: all servers have the same log, and have applied it (L1 to L3). */
    private void requireConverged() {
        long committed = oracle.committed();
        for (SimulatedServer server : servers) {
            long applied =
                    server.node().map(node -> node.status().appliedIndex()).orElse(-1L);
            if (applied != committed) {
                throw new Violation("L3", server.id() + " has applied " + applied + " of " + committed + " entries");
            }
        }
        if (clientOracle.writes() == 0) {
            throw new Violation("L2", "no write was served");
        }
    }
}
