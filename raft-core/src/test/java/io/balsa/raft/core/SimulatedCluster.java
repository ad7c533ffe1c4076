package io.balsa.raft.core;

import io.balsa.raft.cluster.Membership;
import io.balsa.raft.cluster.NodeId;
import io.balsa.raft.message.AppendEntriesAccepted;
import io.balsa.raft.message.InstallSnapshot;
import io.balsa.raft.message.Message;
import io.balsa.raft.message.PreVote;
import io.balsa.raft.message.RequestVote;
import io.balsa.raft.storage.LogPosition;
import io.balsa.raft.storage.SnapshotInfo;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.PriorityQueue;
import java.util.Random;
import java.util.TreeMap;

/**
 * Cores on virtual time with a network that loses, repeats, delays and cuts, and disks that are slow and forget what was
 * not synced. Whatever is random comes from one seed.
 */
final class SimulatedCluster {

    private static final long MILLI = 1_000_000;

    private record Event(long at, long tie, Runnable action) {
        /** By difference: the clock may pass from the highest number to the lowest. */
        private static final Comparator<Event> IN_ORDER =
                (one, other) -> one.at == other.at ? Long.compare(one.tie, other.tie) : Long.signum(one.at - other.at);
    }

    private final Random random;
    private final TreeMap<NodeId, SimulatedNode> nodes = new TreeMap<>();
    private final ClusterChecks checks;
    private final SimulatedFaults faults;
    private final SimulatedOperator operator;
    private final PriorityQueue<Event> events = new PriorityQueue<>(Event.IN_ORDER);
    private final CoreSettings settings;
    private final long maxDelay;
    private final int stepsPerFault;
    private final int stepsPerRequest;
    private long now;
    private long lastRead;
    private long lastBatch;
    private long piecesSent;
    private boolean faulty = true;
    private boolean quiet; // nobody may ask for votes

    /**
     * A cluster that begins with a membership.
     *
     * @param servers how many there are; those that are no members yet are there to be added
     */
    SimulatedCluster(long seed, Membership membership, int servers, CoreSettings settings) {
        random = new Random(seed);
        this.settings = settings;
        now = random.nextLong(); // of any origin
        maxDelay = (2 * MILLI) << random.nextInt(6);
        stepsPerFault = 8 << random.nextInt(5);
        stepsPerRequest = 3 << random.nextInt(5);
        faults = new SimulatedFaults(this, random);
        operator = new SimulatedOperator(this, random);
        boolean knowStores = random.nextInt(5) > 0;
        for (long id = 1; id <= servers; id++) {
            TestDisk disk = new TestDisk(LogPosition.ZERO);
            disk.storeId(knowStores ? 100 + id : 0);
            TestServer server = new TestServer(NodeId.of(id), settings, membership, disk, random.nextLong());
            server.sleepsUntil(now);
            server.restarts(random.nextLong());
            nodes.put(server.self(), new SimulatedNode(server));
        }
        checks = new ClusterChecks(
                nodes.values().stream().map(node -> node.server).toList());
        nodes.values().forEach(this::setTimer);
    }

    ClusterChecks checks() {
        return checks;
    }

    SimulatedFaults faults() {
        return faults;
    }

    SimulatedOperator operator() {
        return operator;
    }

    /** How many pieces of snapshots were sent. */
    long piecesSent() {
        return piecesSent;
    }

    Collection<SimulatedNode> nodes() {
        return nodes.values();
    }

    // --- the script ---

    /** Faults and clients, for a while. */
    void chaos(long millis) {
        long end = now + millis * MILLI;
        while (now - end < 0) {
            runFor(random.nextLong(10 * MILLI));
            clients();
            if (random.nextInt(stepsPerFault) == 0) {
                faults.strike();
            }
            if (random.nextInt(stepsPerRequest) == 0) {
                operator.acts();
            }
        }
    }

    /** No more faults, and everybody is back. */
    void heal() {
        faulty = false;
        faults.end();
        boolean shouts = !settings.checkQuorum() || !settings.preVote();
        for (SimulatedNode node : nodes.values()) {
            // A server that was removed without its knowledge disturbs the others unless one of these keeps it from it.
            input(node, new Input.PreVoteSwitched(settings.preVote() || shouts));
        }
    }

    /** From now on nobody may ask for votes: there is a leader, and it is heard. */
    void expectQuiet() {
        quiet = true;
    }

    /** Lets time pass. */
    void runFor(long nanos) {
        long end = now + nanos;
        while (!events.isEmpty() && events.peek().at - end <= 0) {
            Event event = events.remove();
            now = event.at;
            event.action.run();
        }
        now = end;
    }

    /** The leader of the latest term, if its server is up. */
    Optional<SimulatedNode> leader() {
        return nodes.values().stream()
                .filter(SimulatedNode::leads)
                .max(Comparator.comparing(node -> node.core().currentTerm()));
    }

    /** Proposes one command at a server. */
    void propose(SimulatedNode node) {
        input(node, new Input.Proposed(++lastBatch, commands(1)));
    }

    /** How far the slowest member knows the log to be committed. */
    long lowestCommitIndex() {
        Optional<Membership> members = leader().map(leader -> leader.core().membership());
        return nodes.values().stream()
                .filter(node -> members.isEmpty() || members.get().contains(node.id()))
                .mapToLong(node -> node.core().commitIndex())
                .min()
                .orElse(0);
    }

    /** What every server is. */
    String inWords() {
        StringBuilder words = new StringBuilder();
        for (SimulatedNode node : nodes.values()) {
            words.append('\n')
                    .append(Words.status(node.server))
                    .append(", ")
                    .append(node.server.core().membership())
                    .append(" at ")
                    .append(node.core().membershipIndex());
        }
        return words.toString();
    }

    // --- clients ---

    private void clients() {
        SimulatedNode anyone = anyNode();
        SimulatedNode target = random.nextInt(3) == 0 ? anyone : anyLeader().orElse(anyone);
        if (random.nextInt(3) > 0) {
            input(target, new Input.Proposed(++lastBatch, commands(1 + random.nextInt(4))));
        }
        SimulatedNode reader = random.nextBoolean() ? target : anyone;
        if (random.nextInt(3) == 0 && reader.isUp) {
            long read = ++lastRead;
            checks.onReadRequested(read);
            reader.reads.add(read);
            input(reader, new Input.ReadRequested(read, random.nextBoolean()));
        }
    }

    /** A leader, be it the latest or one that does not know yet of its successor. */
    Optional<SimulatedNode> anyLeader() {
        List<SimulatedNode> leaders =
                nodes.values().stream().filter(SimulatedNode::leads).toList();
        return leaders.isEmpty() ? Optional.empty() : Optional.of(leaders.get(random.nextInt(leaders.size())));
    }

    private List<byte[]> commands(int count) {
        List<byte[]> commands = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            byte[] command = new byte[random.nextInt(100)];
            random.nextBytes(command);
            commands.add(command);
        }
        return commands;
    }

    private SimulatedNode node(NodeId id) {
        return Objects.requireNonNull(nodes.get(id));
    }

    SimulatedNode anyNode() {
        List<SimulatedNode> all = new ArrayList<>(nodes.values());
        return all.get(random.nextInt(all.size()));
    }

    // --- life and death ---

    void crash(SimulatedNode node) {
        node.isUp = false;
        node.life++;
        checks.forgetReads(node.reads);
        node.reads.clear();
        operator.forget(node.id());
    }

    void restart(SimulatedNode node) {
        node.beginsAnew();
        node.server.sleepsUntil(now);
        node.server.restarts(random.nextLong());
        setTimer(node);
    }

    // --- one server ---

    void input(SimulatedNode node, Input input) {
        if (!node.isUp) {
            return;
        }
        node.server.stepTo(now);
        node.server.step(input);
        checks.afterStep(node.server);
        if (!node.worksSoon) {
            node.worksSoon = true;
            in(node, random.nextInt(3) == 0 ? random.nextLong(2 * MILLI) : 0, () -> work(node));
        }
    }

    private void work(SimulatedNode node) {
        node.worksSoon = false;
        node.server.work();
        afterWork(node);
    }

    private void afterWork(SimulatedNode node) {
        TestServer server = node.server;
        checks.afterStep(server);
        checks.afterWork(server);
        if (server.maxInflight() > settings.maxInflightMessages()) {
            throw new AssertionError(server.maxInflight() + " messages on their way to one follower");
        }
        server.takeSent().forEach(message -> send(server, message));
        server.takeNotices().forEach(notice -> told(node, notice));
        if (server.isWriting() && !node.syncsSoon) {
            node.syncsSoon = true;
            in(
                    node,
                    faulty && (node.hasSlowDisk || random.nextInt(20) == 0)
                            ? random.nextLong(200 * MILLI)
                            : random.nextLong(3 * MILLI),
                    () -> sync(node));
        }
        if (server.hasPieces() && !node.storesSoon) {
            node.storesSoon = true;
            in(node, random.nextLong(10 * MILLI), () -> store(node));
        }
        if (!server.loads().isEmpty() && !node.readsSoon) {
            node.readsSoon = true;
            in(node, random.nextLong(20 * MILLI), () -> read(node));
        }
        setTimer(node);
    }

    private void sync(SimulatedNode node) {
        node.syncsSoon = false;
        node.server.stepTo(now);
        node.server.persists(1 + random.nextInt(node.server.writing()));
        checks.afterSync(node.server);
        afterWork(node);
    }

    private void read(SimulatedNode node) {
        node.readsSoon = false;
        node.server.stepTo(now);
        if (faulty && random.nextInt(20) == 0) {
            node.server.failsToRead();
        } else {
            node.server.reads();
        }
        afterWork(node);
    }

    private void store(SimulatedNode node) {
        node.storesSoon = false;
        node.server.stepTo(now);
        node.server.storesPieces();
        afterWork(node);
    }

    /** Captures a state machine that has applied some of what it was given since the last time. */
    void takeSnapshot(SimulatedNode node, long sizeBytes) {
        if (node.isUp) {
            work(node);
            node.server.stepTo(now);
            long last =
                    node.server.durable().snapshot().map(SnapshotInfo::index).orElse(0L);
            long from = Math.max(last, node.core().baseIndex());
            if (node.server.handedOut() > from) {
                node.server.takesSnapshot(from + 1 + random.nextLong(node.server.handedOut() - from), sizeBytes);
            }
            afterWork(node);
        }
    }

    private void setTimer(SimulatedNode node) {
        long deadline = node.server.core().nextDeadlineNanos();
        if (deadline != node.timer) {
            node.timer = deadline;
            in(node, Math.max(0, deadline - now), () -> {
                if (node.timer == deadline) {
                    node.timer = Long.MAX_VALUE;
                    input(node, new Input.TimePassed(now));
                }
            });
        }
    }

    private void told(SimulatedNode node, Notice notice) {
        if (notice instanceof Notice.ReadReady ready) {
            node.reads.remove(ready.read());
            checks.onReadReady(ready);
        } else if (notice instanceof Notice.ReadFailed failed) {
            node.reads.remove(failed.read());
            checks.onReadFailed(failed.read());
        } else if (notice instanceof Notice.LeaseReady ready) {
            node.reads.remove(ready.read());
            checks.onLeaseReady(ready);
        } else {
            operator.told(node, notice);
        }
    }

    // --- the network and the clock ---

    private void send(TestServer sender, Message message) {
        if (message instanceof AppendEntriesAccepted accepted) {
            checks.onAccepted(sender, accepted);
        }
        if (quiet && (message instanceof PreVote || message instanceof RequestVote)) {
            throw new AssertionError(message + " but all is well");
        }
        piecesSent += message instanceof InstallSnapshot ? 1 : 0;
        if (faults.isCut(message.from(), message.to()) || (faulty && random.nextInt(20) == 0)) {
            return;
        }
        int copies = faulty && random.nextInt(20) == 0 ? 2 : 1;
        for (int i = 0; i < copies; i++) {
            boolean late = faulty && random.nextInt(20) == 0;
            long usual = random.nextLong(faulty ? maxDelay : 2 * MILLI);
            long delay = late ? random.nextLong(400 * MILLI) : usual;
            in(delay, () -> input(node(message.to()), new Input.Received(message)));
        }
    }

    private void in(SimulatedNode node, long nanos, Runnable action) {
        int life = node.life;
        in(nanos, () -> {
            if (node.life == life) {
                action.run();
            }
        });
    }

    void in(long nanos, Runnable action) {
        events.add(new Event(now + nanos, random.nextLong(), action));
    }
}
