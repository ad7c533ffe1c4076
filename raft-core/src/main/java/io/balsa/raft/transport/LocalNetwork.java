package io.balsa.raft.transport;

import io.balsa.raft.cluster.NodeId;
import io.balsa.raft.cluster.NodeIdentity;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Joins servers that live in one process, without sockets: for tests, examples and for trying things out. Each server
 * gets a {@linkplain #transport() transport} of its own; frames find their way by the name of the cluster and the id of
 * the server, the addresses of members are ignored.
 *
 * <p>At first the network is perfect: every frame arrives at once, and those of one server to another in the order they
 * were sent. It can be made as bad as real ones, and good again, while servers talk over it: {@link #delay},
 * {@link #loss}, {@link #duplication}, {@link #partition}, {@link #cut}, {@link #heal}. What befalls which frame is drawn
 * from a random source with a seed; but which thread sends first is not, so that the same seed does not yet make the same
 * run.
 *
 * <p>What waits for a server is bounded, separately for each lane ({@link #queueBytes}); what there is no room for is
 * dropped. So are frames for a server that is not there, and then the sender is told that it is unreachable: once, until
 * it is there again.
 *
 * <p><b>Threads.</b> All methods may be called by any thread, from within receivers too. All receivers are called by one
 * daemon thread, {@code raft-local-network}, which lives as long as at least one transport is started. It goes on when a
 * receiver throws. Nothing blocks, except that closing waits until the receiver concerned has returned (unless it is that
 * receiver who closes).
 */
public final class LocalNetwork implements AutoCloseable {

    /** How many bytes may wait for a server in one lane, unless said otherwise. */
    public static final long DEFAULT_QUEUE_BYTES = 32L << 20;

    private final ReentrantLock lock = new ReentrantLock();
    private final Map<Place, LocalServer> servers = new HashMap<>();
    private final LocalFaults faults;
    private @Nullable LocalDelivery delivery;
    private long queueBytes = DEFAULT_QUEUE_BYTES;
    private long deliveredFrames;
    private long droppedFrames;
    private boolean closed;

    private record Place(String cluster, NodeId node) {}

    /**
     * A network without servers or faults.
     *
     * @param seed of the random source that faults are drawn from
     */
    public LocalNetwork(long seed) {
        this.faults = new LocalFaults(new SplittableRandom(seed));
    }

    /**
     * A transport for one server, not started yet. Its {@link Transport#start} throws {@link TransportException} if the
     * network is closed, or a server of the same cluster and id is there already.
     */
    public Transport transport() {
        return new LocalTransport(this);
    }

    /**
     * Holds every frame back for a random time of its own, evenly drawn. Frames whose times differ overtake one another,
     * within a lane too; with {@code least} equal to {@code most} they keep their order. Counts for frames sent from now
     * on. At first zero.
     *
     * @param least zero or more
     * @param most {@code least} or more, at most a day
     */
    public void delay(Duration least, Duration most) {
        if (least.isNegative() || most.compareTo(least) < 0 || most.compareTo(Duration.ofDays(1)) > 0) {
            throw new IllegalArgumentException("a delay from " + least + " to " + most + " is not possible");
        }
        change(() -> faults.delay(least.toNanos(), most.toNanos()));
    }

    /** Loses this share of the frames sent from now on: 0 for none, which is so at first, to 1 for all. */
    public void loss(double probability) {
        requireProbability(probability);
        change(() -> faults.loss(probability));
    }

    /** Delivers this share of the frames sent from now on twice: 0 for none, which is so at first, to 1 for all. */
    public void duplication(double probability) {
        requireProbability(probability);
        change(() -> faults.duplication(probability));
    }

    /**
     * How many bytes may wait for a server in one lane from now on.
     *
     * @param max 0 or more; at first {@link #DEFAULT_QUEUE_BYTES}
     */
    public void queueBytes(long max) {
        if (max < 0) {
            throw new IllegalArgumentException("a queue cannot hold " + max + " bytes");
        }
        change(() -> queueBytes = max);
    }

    /**
     * Splits the network: frames pass only between servers of the same group. Whoever is in no group is in one with all
     * others who are in none. Takes the place of any partition before; cuts stay. Frames on their way are lost, too.
     *
     * @throws IllegalArgumentException if a server is in two groups
     */
    @SafeVarargs
    public final void partition(Set<NodeId>... groups) {
        Map<NodeId, Integer> groupOf = new HashMap<>();
        for (int i = 0; i < groups.length; i++) {
            for (NodeId node : groups[i]) {
                if (groupOf.put(node, i) != null) {
                    throw new IllegalArgumentException(node + " cannot be in two groups at once");
                }
            }
        }
        change(() -> faults.partition(groupOf));
    }

    /** Loses every frame from one server to another, those on their way too, but not those in the other direction. */
    public void cut(NodeId from, NodeId to) {
        Objects.requireNonNull(from, "from");
        Objects.requireNonNull(to, "to");
        change(() -> faults.cut(from, to));
    }

    /** Ends every partition and every cut. Delay, loss and duplication stay as they are. */
    public void heal() {
        change(faults::heal);
    }

    /** How many frames were handed to receivers so far; a frame delivered twice counts twice. */
    public long deliveredFrames() {
        return locked(() -> deliveredFrames);
    }

    /** How many frames were dropped so far, for whatever reason: faults, want of room, nobody there. */
    public long droppedFrames() {
        return locked(() -> droppedFrames);
    }

    /** Closes all transports and ends the thread. Idempotent. */
    @Override
    public void close() {
        List<LocalServer> attached = locked(() -> {
            closed = true;
            return List.copyOf(servers.values());
        });
        attached.forEach(this::detach);
    }

    /** Puts a server in its place, where frames find it from now on. */
    LocalServer attach(NodeIdentity self, Transport.Receiver receiver) {
        return locked(() -> {
            if (closed) {
                throw new TransportException("The local network that " + self + " is to be started on is closed.");
            }
            Place place = new Place(self.cluster(), self.node());
            if (servers.containsKey(place)) {
                throw new TransportException("Server " + self.node() + " of cluster '" + self.cluster()
                        + "' is on this local network already; close it first, or give this one another id.");
            }
            if (delivery == null) {
                delivery = new LocalDelivery(lock, this::admits);
                delivery.start();
            }
            LocalServer server = new LocalServer(self, receiver, delivery);
            servers.put(place, server);
            servers.values().forEach(peer -> peer.forgetUnreachable(self.node()));
            return server;
        });
    }

    void members(LocalServer server, Set<NodeId> peers) {
        change(() -> server.peers(peers));
    }

    void send(LocalServer from, NodeId to, Frame frame) {
        int bytes = frame.sizeBytes();
        change(() -> {
            if (!isAttached(from) || !from.hasPeer(to) || bytes > Frame.MAX_BYTES || faults.cuts(from.node(), to)) {
                droppedFrames++;
                return;
            }
            LocalServer receiver = servers.get(new Place(from.cluster(), to));
            if (receiver == null) {
                droppedFrames++;
                tellUnreachable(from, to);
                return;
            }
            int copies = faults.drawCopies();
            droppedFrames += copies == 0 ? 1 : 0;
            for (int i = 0; i < copies; i++) {
                enqueue(from, receiver, frame, bytes);
            }
        });
    }

    /** Counts a frame that a transport had to drop because it is not started or closed. */
    void drop() {
        change(() -> droppedFrames++);
    }

    /** Takes a server away. No call to its receiver begins once this has returned, and none is under way. */
    void detach(LocalServer server) {
        change(() -> {
            if (!servers.remove(new Place(server.cluster(), server.node()), server)) {
                return;
            }
            for (LocalParcel parcel : server.delivery().removeFor(server)) {
                if (parcel.frame().isPresent()) {
                    droppedFrames++;
                    LocalServer sender = servers.get(new Place(server.cluster(), parcel.peer()));
                    if (sender != null) {
                        tellUnreachable(sender, server.node());
                    }
                }
            }
            if (servers.isEmpty()) {
                server.delivery().end();
                delivery = null;
            }
        });
        server.delivery().awaitReturnFrom(server);
    }

    private boolean isAttached(LocalServer server) {
        return servers.get(new Place(server.cluster(), server.node())) == server;
    }

    private void enqueue(LocalServer from, LocalServer to, Frame frame, int bytes) {
        if (to.waitingBytes(frame.lane()) + bytes > queueBytes) {
            droppedFrames++;
            return;
        }
        to.addWaitingBytes(frame.lane(), bytes);
        to.delivery().add(faults.drawDelayNanos(), to, from.node(), Optional.of(frame));
    }

    private static void tellUnreachable(LocalServer server, NodeId peer) {
        if (server.rememberUnreachable(peer)) {
            server.delivery().add(0, server, peer, Optional.empty());
        }
    }

    /** Whether a parcel that has left the queue may be handed over: links may have been cut on its way. */
    private boolean admits(LocalParcel parcel) {
        if (parcel.frame().isEmpty()) {
            return true;
        }
        Frame frame = parcel.frame().get();
        parcel.to().addWaitingBytes(frame.lane(), -frame.sizeBytes());
        boolean lost = faults.cuts(parcel.peer(), parcel.to().node());
        deliveredFrames += lost ? 0 : 1;
        droppedFrames += lost ? 1 : 0;
        return !lost;
    }

    private static void requireProbability(double probability) {
        if (!(probability >= 0 && probability <= 1)) {
            throw new IllegalArgumentException("a probability is from 0 to 1, not " + probability);
        }
    }

    private void change(Runnable action) {
        lock.lock();
        try {
            action.run();
        } finally {
            lock.unlock();
        }
    }

    private <T> T locked(Supplier<T> action) {
        lock.lock();
        try {
            return action.get();
        } finally {
            lock.unlock();
        }
    }
}
