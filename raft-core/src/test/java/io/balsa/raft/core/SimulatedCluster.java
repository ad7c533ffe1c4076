package io.balsa.raft.core;

import io.balsa.raft.cluster.Membership;
import io.balsa.raft.cluster.NodeId;
import io.balsa.raft.cluster.RaftRole;
import io.balsa.raft.message.AppendEntriesAccepted;
import io.balsa.raft.message.Message;
import io.balsa.raft.storage.LogPosition;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.PriorityQueue;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;

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

    private record Link(NodeId from, NodeId to) implements Comparable<Link> {
        @Override
        public int compareTo(Link other) {
            return Comparator.comparing(Link::from).thenComparing(Link::to).compare(this, other);
        }
    }

    /** A server and what is scheduled for it. */
    private static final class Node {
        private final TestServer server;
        private boolean isUp = true;
        private boolean worksSoon;
        private boolean syncsSoon;
        private boolean readsSoon;
        private int life; // what is scheduled for an earlier life is void
        private long timer = Long.MAX_VALUE;
        private final Set<Long> reads = new TreeSet<>();

        Node(TestServer server) {
            this.server = server;
        }
    }

    private final Random random;
    private final TreeMap<NodeId, Node> nodes = new TreeMap<>();
    private final ClusterChecks checks;
    private final PriorityQueue<Event> events = new PriorityQueue<>(Event.IN_ORDER);
    private final Set<Link> cut = new TreeSet<>();
    private final CoreSettings settings;
    private final long maxDelay;
    private final int stepsPerFault;
    private long now;
    private long lastRead;
    private long lastBatch;
    private boolean faulty = true;

    SimulatedCluster(long seed, Membership membership, CoreSettings settings) {
        random = new Random(seed);
        this.settings = settings;
        now = random.nextLong(); // of any origin
        maxDelay = (2 * MILLI) << random.nextInt(6);
        stepsPerFault = 8 << random.nextInt(5);
        for (NodeId id : membership.members().keySet()) {
            TestServer server =
                    new TestServer(id, settings, membership, new TestDisk(LogPosition.ZERO), random.nextLong());
            server.sleepsUntil(now);
            server.restarts(random.nextLong());
            nodes.put(id, new Node(server));
        }
        checks = new ClusterChecks(
                membership, nodes.values().stream().map(node -> node.server).toList());
        nodes.values().forEach(this::setTimer);
    }

    ClusterChecks checks() {
        return checks;
    }

    // --- the script ---

    /** Faults and clients, for a while. */
    void chaos(long millis) {
        long end = now + millis * MILLI;
        while (now - end < 0) {
            runFor(random.nextLong(10 * MILLI));
            clients();
            if (random.nextInt(stepsPerFault) == 0) {
                fault();
            }
        }
    }

    /** No more faults, and everybody is back. */
    void heal() {
        faulty = false;
        cut.clear();
        nodes.values().stream().filter(node -> !node.isUp).forEach(this::restart);
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
    Optional<TestServer> leader() {
        return nodes.values().stream()
                .filter(node -> node.isUp && node.server.core().role() == RaftRole.LEADER)
                .map(node -> node.server)
                .max(Comparator.comparing(server -> server.core().currentTerm()));
    }

    /** Proposes one command at a server. */
    void propose(NodeId id) {
        input(node(id), new Input.Proposed(++lastBatch, commands(1)));
    }

    /** How far the slowest server knows the log to be committed. */
    long lowestCommitIndex() {
        return nodes.values().stream()
                .mapToLong(node -> node.server.core().commitIndex())
                .min()
                .orElse(0);
    }

    // --- clients and faults ---

    private void clients() {
        Node anyone = anyNode();
        Node target = random.nextInt(3) == 0 ? anyone : anyLeader().orElse(anyone);
        if (random.nextInt(3) > 0) {
            input(target, new Input.Proposed(++lastBatch, commands(1 + random.nextInt(4))));
        }
        Node reader = random.nextBoolean() ? target : anyone;
        if (random.nextInt(3) == 0 && reader.isUp) {
            long read = ++lastRead;
            checks.onReadRequested(read);
            reader.reads.add(read);
            input(reader, new Input.ReadRequested(read));
        }
    }

    /** A leader, be it the latest or one that does not know yet of its successor. */
    private Optional<Node> anyLeader() {
        List<Node> leaders = nodes.values().stream()
                .filter(node -> node.isUp && node.server.core().role() == RaftRole.LEADER)
                .toList();
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

    private Node node(NodeId id) {
        return Objects.requireNonNull(nodes.get(id));
    }

    private Node anyNode() {
        List<Node> all = new ArrayList<>(nodes.values());
        return all.get(random.nextInt(all.size()));
    }

    private void fault() {
        switch (random.nextInt(6)) {
            case 0, 1 -> crash(anyNode());
            case 2 -> cut.clear();
            case 3 -> isolate(anyNode());
            case 4 -> split();
            default -> {
                NodeId peer = anyNode().server.self();
                input(anyNode(), new Input.Unreachable(peer));
            }
        }
    }

    /** Cuts off a server, in one direction or in both. */
    private void isolate(Node node) {
        int direction = random.nextInt(3);
        for (NodeId other : nodes.keySet()) {
            if (direction != 0) {
                cut.add(new Link(node.server.self(), other));
            }
            if (direction != 1) {
                cut.add(new Link(other, node.server.self()));
            }
        }
    }

    private void split() {
        cut.clear();
        Set<NodeId> left = new TreeSet<>(nodes.keySet());
        left.removeIf(id -> random.nextBoolean());
        for (NodeId from : nodes.keySet()) {
            for (NodeId to : nodes.keySet()) {
                if (left.contains(from) != left.contains(to)) {
                    cut.add(new Link(from, to));
                }
            }
        }
    }

    private void crash(Node node) {
        if (!node.isUp) {
            return;
        }
        node.isUp = false;
        node.life++;
        checks.forgetReads(node.reads);
        node.reads.clear();
        int life = node.life;
        in(random.nextLong(random.nextBoolean() ? 200 * MILLI : 10 * MILLI), () -> {
            if (node.life == life && !node.isUp) {
                restart(node);
            }
        });
    }

    private void restart(Node node) {
        node.life++;
        node.isUp = true;
        node.worksSoon = false;
        node.syncsSoon = false;
        node.readsSoon = false;
        node.timer = Long.MAX_VALUE;
        node.server.sleepsUntil(now);
        node.server.restarts(random.nextLong());
        setTimer(node);
    }

    // --- one server ---

    private void input(Node node, Input input) {
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

    private void work(Node node) {
        node.worksSoon = false;
        node.server.work();
        afterWork(node);
    }

    private void afterWork(Node node) {
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
                    faulty && random.nextInt(20) == 0 ? random.nextLong(200 * MILLI) : random.nextLong(3 * MILLI),
                    () -> sync(node));
        }
        if (!server.loads().isEmpty() && !node.readsSoon) {
            node.readsSoon = true;
            in(node, random.nextLong(20 * MILLI), () -> read(node));
        }
        setTimer(node);
    }

    private void sync(Node node) {
        node.syncsSoon = false;
        node.server.stepTo(now);
        node.server.persists(1 + random.nextInt(node.server.writing()));
        checks.afterSync(node.server);
        afterWork(node);
    }

    private void read(Node node) {
        node.readsSoon = false;
        node.server.stepTo(now);
        if (faulty && random.nextInt(20) == 0) {
            node.server.failsToRead();
        } else {
            node.server.reads();
        }
        afterWork(node);
    }

    private void setTimer(Node node) {
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

    private void told(Node node, Notice notice) {
        if (notice instanceof Notice.ReadReady ready) {
            node.reads.remove(ready.read());
            checks.onReadReady(ready);
        } else if (notice instanceof Notice.ReadFailed failed) {
            node.reads.remove(failed.read());
            checks.onReadFailed(failed.read());
        }
    }

    // --- the network and the clock ---

    private void send(TestServer sender, Message message) {
        if (message instanceof AppendEntriesAccepted accepted) {
            checks.onAccepted(sender, accepted);
        }
        if (cut.contains(new Link(message.from(), message.to())) || (faulty && random.nextInt(20) == 0)) {
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

    private void in(Node node, long nanos, Runnable action) {
        int life = node.life;
        in(nanos, () -> {
            if (node.life == life) {
                action.run();
            }
        });
    }

    private void in(long nanos, Runnable action) {
        events.add(new Event(now + nanos, random.nextLong(), action));
    }
}
