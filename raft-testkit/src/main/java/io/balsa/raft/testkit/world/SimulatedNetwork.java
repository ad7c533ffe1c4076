package io.balsa.raft.testkit.world;

import io.balsa.raft.cluster.Member;
import io.balsa.raft.cluster.NodeId;
import io.balsa.raft.cluster.NodeIdentity;
import io.balsa.raft.testkit.Draws;
import io.balsa.raft.transport.Frame;
import io.balsa.raft.transport.Transport;
import java.nio.ByteBuffer;
import java.util.Collection;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.BiConsumer;
import org.jspecify.annotations.Nullable;

/**
 * Carries frames between simulated servers, and does to them what a network does: loses, repeats, delays and reorders them,
 * and cuts links, in one direction or both.
 */
public final class SimulatedNetwork {

    /**
     * What the network does to a frame, whatever link it takes.
     *
     * @param leastDelayNanos how long a frame takes at least
     * @param mostDelayNanos how long at most, as a rule
     * @param loss how likely a frame is lost
     * @param duplication how likely it arrives twice
     * @param lateness how likely it is held up for much longer than the rule
     * @param latestNanos how long such a frame is held up at most
     */
    public record Weather(
            long leastDelayNanos,
            long mostDelayNanos,
            double loss,
            double duplication,
            double lateness,
            long latestNanos) {

        /** Nothing but a short delay. */
        public static final Weather FAIR = new Weather(20_000, 200_000, 0, 0, 0, 0);
    }

    /** A link in one direction. */
    private record Link(NodeId from, NodeId to) implements Comparable<Link> {
        @Override
        public int compareTo(Link other) {
            int byFrom = from.compareTo(other.from);
            return byFrom != 0 ? byFrom : to.compareTo(other.to);
        }
    }

    /** What became of frames so far. */
    public static final class Counts {
        private long delivered;
        private long lost;
        private long duplicated;
        private long reordered;
        private long cut;

        /** Frames handed to a receiver. */
        public long delivered() {
            return delivered;
        }

        /** Frames lost by chance. */
        public long lost() {
            return lost;
        }

        /** Frames that arrived a second time. */
        public long duplicated() {
            return duplicated;
        }

        /** Frames that arrived after one that was sent later on the same link. */
        public long reordered() {
            return reordered;
        }

        /** Frames stopped by a cut link. */
        public long cut() {
            return cut;
        }
    }

    private final World world;
    private final Draws draws;
    private final Counts counts = new Counts();
    private final Map<NodeId, End> ends = new TreeMap<>();
    private final Map<Link, Long> lastSent = new TreeMap<>();
    private final Set<Link> cuts = new TreeSet<>();
    private BiConsumer<NodeId, ByteBuffer> onSend = (from, payload) -> {};
    private Weather weather = Weather.FAIR;
    private long sent;

    /** A network in fair weather. */
    public SimulatedNetwork(World world, Draws draws) {
        this.world = world;
        this.draws = draws;
    }

    /** Lets somebody see every frame that a server sends. */
    public void onSend(BiConsumer<NodeId, ByteBuffer> watcher) {
        onSend = watcher;
    }

    /** Changes the weather, for frames that are sent from now on. */
    public void weather(Weather next) {
        weather = next;
    }

    /** Lets nothing pass from one server to another, until {@link #heal}. */
    public void cut(NodeId from, NodeId to) {
        cuts.add(new Link(from, to));
    }

    /** Lets everything pass again. */
    public void heal() {
        cuts.clear();
    }

    /** Whether anything can pass in this direction. */
    public boolean isCut(NodeId from, NodeId to) {
        return cuts.contains(new Link(from, to));
    }

    /** What became of frames so far. */
    public Counts counts() {
        return counts;
    }

    /** The transport of a process that is about to start. */
    public Transport transport() {
        return new End();
    }

    /** Whoever this server's process was does not hear anything any more. */
    public void unplug(NodeId server) {
        ends.remove(server);
    }

    private void send(NodeId from, NodeId to, Frame frame) {
        ByteBuffer payload = frame.joined();
        onSend.accept(from, payload.duplicate());
        Link link = new Link(from, to);
        if (draws.chance(weather.loss)) {
            counts.lost++;
            return;
        }
        deliverLater(link, frame.group(), payload, false);
        if (draws.chance(weather.duplication)) {
            counts.duplicated++;
            deliverLater(link, frame.group(), payload, true);
        }
    }

    private void deliverLater(Link link, int group, ByteBuffer payload, boolean again) {
        long delay = draws.chance(weather.lateness)
                ? draws.between(weather.mostDelayNanos, Math.max(weather.mostDelayNanos, weather.latestNanos))
                : draws.between(weather.leastDelayNanos, weather.mostDelayNanos);
        long number = again ? 0 : ++sent;
        world.in(delay, () -> deliver(link, group, payload, number));
    }

    private void deliver(Link link, int group, ByteBuffer payload, long number) {
        if (cuts.contains(link)) {
            counts.cut++;
            return;
        }
        End end = ends.get(link.to);
        if (end != null) {
            if (number > 0 && number < lastSent.getOrDefault(link, 0L)) {
                counts.reordered++;
            }
            lastSent.merge(link, number, Math::max);
            counts.delivered++;
            end.receive(link.from, group, payload);
        }
    }

    private final class End implements Transport {

        private @Nullable NodeId self;
        private @Nullable Receiver receiver;

        @Override
        public void start(NodeIdentity identity, Receiver listener) {
            self = identity.node();
            receiver = listener;
            ends.put(identity.node(), this);
        }

        @Override
        public void members(Collection<Member> peers) {}

        @Override
        public void send(NodeId to, Frame frame) {
            NodeId from = self;
            if (from != null && ends.get(from) == this) { // a process that was killed says nothing
                SimulatedNetwork.this.send(from, to, frame);
            }
        }

        @Override
        public void flush() {}

        void receive(NodeId from, int group, ByteBuffer payload) {
            Receiver listener = receiver;
            if (listener != null) {
                ByteBuffer own = ByteBuffer.allocate(payload.remaining());
                own.put(payload.duplicate()).flip();
                listener.onFrame(from, group, own);
            }
        }

        @Override
        public void close() {
            NodeId from = self;
            if (from != null) {
                ends.remove(from, this);
            }
        }
    }
}
