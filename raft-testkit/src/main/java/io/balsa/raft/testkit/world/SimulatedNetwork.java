package io.balsa.raft.testkit.world;

import io.balsa.raft.cluster.Member;
import io.balsa.raft.cluster.NodeId;
import io.balsa.raft.cluster.NodeIdentity;
import io.balsa.raft.message.Message;
import io.balsa.raft.message.MessageCodec;
import io.balsa.raft.message.TimeoutNow;
import io.balsa.raft.testkit.plan.Decisions;
import io.balsa.raft.testkit.plan.Fate;
import io.balsa.raft.testkit.plan.Weather;
import io.balsa.raft.transport.Frame;
import io.balsa.raft.transport.Transport;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * Carries frames between simulated servers, and does to them what a network does: loses, repeats, delays and reorders them,
 * and cuts links, in one direction or both. Servers are named by their numbers, from 1.
 */
final class SimulatedNetwork {

    /** Sees every message. */
    interface Watcher {

        /**
         * This is about to arrive.
         *
         * @param sentNumber counts the messages of a link in the order in which they were sent
         */
        void onDelivered(Message message, int link, long sentNumber);

        /** This was lost by chance. */
        void onLost(Message message);

        /** This is about to arrive once more. */
        void onRepeated(Message message);

        /** A cut stops this. */
        void onStopped(Message message);

        /** This is the first message that a cut stops. */
        void onFirstStopped(Cut cut);
    }

    private static final String SCHEME = "simulated:";
    private static final int MAX_SERVERS = 256;
    private static final int KIND_AT = 1; // in every encoded message
    private static final int KINDS = 32;
    private static final int BESIDE_RAFT = 64; // the first kind of message that is not Raft's, see NodeMessage

    private final World world;
    private final Decisions decisions;
    private final Watcher watcher;
    private final @Nullable End[] ends;
    private final long[] sent; // by link and kind
    private final long[] lastArrival; // by link
    private final long[] numbered; // by link
    private final long[] beforePeace; // of each link, the last number before there was peace
    private final long[] cloggedUntil; // by link
    private final List<Cut> cuts = new ArrayList<>();
    private final boolean inOrder;
    private boolean fair;

    SimulatedNetwork(World world, Decisions decisions, Weather weather, int servers, Watcher watcher) {
        this.world = world;
        this.decisions = decisions;
        this.watcher = watcher;
        int links = (servers + 1) * MAX_SERVERS;
        ends = new End[servers + 1];
        sent = new long[links * KINDS];
        lastArrival = new long[links];
        numbered = new long[links];
        beforePeace = new long[links];
        cloggedUntil = new long[links];
        inOrder = weather.inOrder();
    }

    /** The link from one server to another. */
    static int link(int from, int to) {
        return from * MAX_SERVERS + to;
    }

    /** Where a server is reached; it answers at any place of its own. */
    static String address(int server, int place) {
        return SCHEME + server + "/" + place;
    }

    private static int serverAt(String address) {
        String number = address.substring(SCHEME.length());
        int slash = number.indexOf('/');
        return Integer.parseInt(slash < 0 ? number : number.substring(0, slash));
    }

    /** Lets nothing pass through these links, until they are mended. */
    void cut(Cut cut) {
        cuts.add(cut);
    }

    /** Mends what this cut has cut. */
    void mend(Cut cut) {
        cuts.remove(cut);
    }

    /** Whether this cut is still there. */
    boolean isThere(Cut cut) {
        return cuts.contains(cut);
    }

    /** Holds up everything on this link for so long. */
    void clog(int link, long nanos) {
        cloggedUntil[link] = Math.max(cloggedUntil[link], world.nowNanos() + nanos);
    }

    /**
     * From now on nothing is lost, repeated or held up, and no link is cut. What is still on its way arrives, except for
     * requests to take over: however late, one of the current term deposes the leader, and rightly so (thesis, section 3.10).
     */
    void calm() {
        if (!fair) {
            System.arraycopy(numbered, 0, beforePeace, 0, numbered.length);
        }
        fair = true;
        cuts.clear();
        Arrays.fill(cloggedUntil, 0);
    }

    /** Whether there is peace. */
    boolean isFair() {
        return fair;
    }

    /** The transport of a process that is about to start. */
    Transport transport() {
        return new End();
    }

    /** Whoever this server's process was does not hear anything any more. */
    void unplug(int server) {
        ends[server] = null;
    }

    /** Tells a server falsely that another cannot be reached. */
    void alarm(int server, NodeId peer) {
        End end = ends[server];
        if (end != null) {
            end.alarm(peer);
        }
    }

    private void send(int from, int to, Frame frame) {
        ByteBuffer payload = frame.joined();
        Message message = MessageCodec.decode(payload.duplicate());
        int link = link(from, to);
        int kind = payload.get(KIND_AT);
        Fate fate = fair
                ? Fate.arrives(Weather.FAIR.mostDelayNanos())
                : decisions.fate(
                        link,
                        kind,
                        ++sent[link * KINDS + (kind < BESIDE_RAFT ? kind : kind - BESIDE_RAFT + KINDS / 2)]);
        if (fate.lost()) {
            watcher.onLost(message);
            return;
        }
        long number = ++numbered[link];
        world.in(delay(link, fate.delayNanos()), () -> deliver(link, frame.group(), payload, message, number));
        if (fate.isRepeated()) {
            ByteBuffer copy = ByteBuffer.allocate(payload.remaining()).put(payload.duplicate());
            copy.flip();
            world.in(fate.againNanos(), () -> {
                if (ends[to] != null && isOpen(link)) {
                    watcher.onRepeated(message);
                }
                deliver(link, frame.group(), copy, message, number);
            });
        }
    }

    private long delay(int link, long drawn) {
        long now = world.nowNanos();
        long arrival = Math.max(now + drawn, cloggedUntil[link]);
        if (inOrder || fair) {
            arrival = Math.max(arrival, lastArrival[link]);
            lastArrival[link] = drawn > Weather.LATE_NANOS ? lastArrival[link] : arrival;
        }
        return arrival - now;
    }

    private boolean isOpen(int link) {
        for (int i = 0; i < cuts.size(); i++) {
            if (cuts.get(i).has(link)) {
                return false;
            }
        }
        return true;
    }

    private void deliver(int link, int group, ByteBuffer payload, Message message, long number) {
        if (message instanceof TimeoutNow && number <= beforePeace[link]) {
            watcher.onLost(message);
            return;
        }
        for (int i = 0; i < cuts.size(); i++) {
            Cut cut = cuts.get(i);
            if (cut.has(link)) {
                watcher.onStopped(message);
                if (cut.stops()) {
                    watcher.onFirstStopped(cut);
                }
                return;
            }
        }
        End end = ends[link % MAX_SERVERS];
        if (end != null) {
            watcher.onDelivered(message, link, number);
            end.receive(message.from(), group, payload);
        }
    }

    private final class End implements Transport {

        private final SortedMap<NodeId, String> addresses = new TreeMap<>();
        private final SortedMap<NodeId, String> heard =
                new TreeMap<>(); // where those say they are who have spoken to us
        private int self;
        private @Nullable Receiver receiver;

        @Override
        public void start(NodeIdentity identity, Receiver listener) {
            self = (int) identity.node().value();
            receiver = listener;
            ends[self] = this;
        }

        @Override
        public void members(Collection<Member> peers) {
            addresses.clear();
            for (Member peer : peers) {
                addresses.put(peer.id(), peer.address());
            }
        }

        @Override
        public void send(NodeId to, Frame frame) {
            String address = addresses.getOrDefault(to, heard.get(to));
            if (self != 0 && ends[self] == this && address != null) { // a process that was killed says nothing
                SimulatedNetwork.this.send(self, serverAt(address), frame);
            }
        }

        @Override
        public void flush() {}

        void receive(NodeId from, int group, ByteBuffer payload) {
            Receiver listener = receiver;
            if (listener != null) {
                heard.put(
                        from, address((int) from.value(), 0)); // a leader may be a member that we have not heard of yet
                listener.onFrame(from, group, payload);
            }
        }

        void alarm(NodeId peer) {
            Receiver listener = receiver;
            if (listener != null) {
                listener.onUnreachable(peer);
            }
        }

        @Override
        public void close() {
            if (ends[self] == this) {
                ends[self] = null;
            }
        }
    }
}
