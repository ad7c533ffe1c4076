package io.balsa.raft.transport.http;

import com.sun.net.httpserver.HttpServer;
import io.balsa.raft.cluster.Member;
import io.balsa.raft.cluster.NodeId;
import io.balsa.raft.cluster.NodeIdentity;
import io.balsa.raft.transport.Frame;
import io.balsa.raft.transport.Transport.Receiver;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.LongAdder;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * All that exists only while a transport runs. The transport lets go of it when it is closed, for on JDK 17 a thread of
 * the HTTP client lives as long as anybody holds the client.
 */
final class RunningTransport {

    private static final Logger LOG = LoggerFactory.getLogger(HttpTransport.class);
    private static final long MAX_CLOSE_NANOS = TimeUnit.MILLISECONDS.toNanos(800);
    private static final long MAX_TIMER_CLOSE_NANOS = TimeUnit.MILLISECONDS.toNanos(200);

    private final NodeIdentity self;
    private final HttpTransportOptions options;
    private final HttpServer server;
    private final ServerThreads serverThreads;
    private final ExecutorService clientThreads;
    private final ScheduledThreadPoolExecutor timer;
    private final GatedReceiver receiver;
    private final InboundStreams streams;
    private final Dialer dialer;
    private final LinkParts parts;
    private final LongAdder framesToStrangers = new LongAdder();
    private final Map<NodeId, PeerLink> links = new ConcurrentHashMap<>();
    private final Set<PeerLink> leaving = ConcurrentHashMap.newKeySet();
    private volatile PeerLink[] flushed = {};
    private long lastBeatNanos;

    /** With a server that is bound but not started. */
    RunningTransport(NodeIdentity self, HttpTransportOptions options, HttpServer server, Receiver receiver) {
        this.self = self;
        this.options = options;
        this.server = server;
        String prefix = "raft-http-" + self.node();
        this.serverThreads = new ServerThreads(prefix + "-server");
        // Without bound: a name service that hangs occupies one of them, and must not hold up the other links.
        this.clientThreads = Executors.newCachedThreadPool(new NamedThreads(prefix + "-client"));
        this.timer = new ScheduledThreadPoolExecutor(
                1, new NamedThreads(prefix + "-timer"), new ThreadPoolExecutor.DiscardPolicy());
        timer.setRemoveOnCancelPolicy(true);
        this.receiver = new GatedReceiver(self.node(), receiver);
        this.streams = new InboundStreams(options.silenceTimeout().toNanos());
        this.dialer = new Dialer(self, options, clientThreads);
        this.parts = new LinkParts(
                self, options, dialer, clientThreads, timer, this.receiver, new Transitions(), streams::keepAliveFor);
    }

    @SuppressWarnings("FutureReturnValueIgnored") // what fails in a beat is caught there
    void start() {
        Sessions sessions = new Sessions();
        server.createContext(
                Hello.PATH, new HelloHandler(self, options.protocols(), sessions, streams, this::welcomed));
        server.createContext(
                StreamHandler.PATH,
                new StreamHandler(
                        self.node(),
                        sessions,
                        streams,
                        serverThreads,
                        options.maxFrameBytes(),
                        receiver,
                        this::arrived));
        server.setExecutor(serverThreads);
        server.start();
        lastBeatNanos = System.nanoTime();
        long interval = options.keepAliveInterval().toNanos();
        timer.scheduleWithFixedDelay(this::beat, interval, interval, TimeUnit.NANOSECONDS);
    }

    void members(Collection<Member> peers) {
        Set<NodeId> gone = new HashSet<>(links.keySet());
        for (Member peer : peers) {
            if (!peer.id().equals(self.node())) {
                gone.remove(peer.id());
                admit(peer);
            }
        }
        for (NodeId peer : gone) {
            PeerLink link = links.remove(peer);
            if (link != null) {
                leaving.add(link);
                timer.execute(() -> {
                    link.end();
                    leaving.remove(link);
                });
            }
        }
        flushed = links.values().toArray(PeerLink[]::new);
        serverThreads.expectPeers(links.size());
    }

    private void admit(Member peer) {
        Address address;
        try {
            address = Address.parse(peer.address());
        } catch (IllegalArgumentException e) {
            // The cluster has agreed on this member; that we cannot reach it is no reason to fail.
            LOG.warn("{}: cannot send to {}: {}", self.node(), peer.id(), e.getMessage());
            return;
        }
        PeerLink known = links.get(peer.id());
        if (known == null) {
            PeerLink link = new PeerLink(peer.id(), address, parts);
            links.put(peer.id(), link);
            link.start();
        } else {
            known.moveTo(address);
        }
    }

    void send(NodeId to, Frame frame) {
        PeerLink link = links.get(to);
        if (link == null) {
            framesToStrangers.increment();
        } else {
            link.send(frame);
        }
    }

    void flush() {
        for (PeerLink link : flushed) {
            link.flush();
        }
    }

    List<LinkStatus> status() {
        return links.entrySet().stream()
                .sorted(Map.Entry.comparingByKey())
                .map(entry -> entry.getValue().status())
                .toList();
    }

    long framesToStrangers() {
        return framesToStrangers.sum();
    }

    /** The order matters: see the steps. Bounded in time even if the receiver blocks, though it should not. */
    void close() {
        long deadline = System.nanoTime() + MAX_CLOSE_NANOS;
        receiver.close();
        // Nothing is dialled again; then the links are ours, for nobody else changes them any more.
        timer.shutdownNow();
        await(timer, System.nanoTime() + MAX_TIMER_CLOSE_NANOS);
        links.values().forEach(PeerLink::end);
        leaving.forEach(PeerLink::end);
        // The interrupt closes the connections; with open ones, the server would wait for as long as we tell it to.
        streams.endAll();
        serverThreads.shutdownNow();
        server.stop(0);
        ClientShutdown.of(dialer.client());
        clientThreads.shutdown();
        await(serverThreads, deadline);
        await(clientThreads, deadline);
    }

    private static void await(ExecutorService threads, long deadline) {
        try {
            if (!threads.awaitTermination(deadline - System.nanoTime(), TimeUnit.NANOSECONDS)) {
                LOG.warn("A thread of the HTTP transport has not ended in time; is the receiver blocked?");
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /** A peer that comes to us is there to be dialled. */
    private void welcomed(NodeId peer) {
        PeerLink link = links.get(peer);
        if (link != null) {
            link.hurry();
        }
    }

    /** Also of peers that are not members, as far as we know: a new member may be ahead of us. */
    private void arrived(NodeId from, WireFrame frame) {
        PeerLink link = links.get(from);
        if (link != null) {
            link.received(frame);
        }
    }

    private void beat() {
        try {
            long now = System.nanoTime();
            long silence = options.silenceTimeout().toNanos();
            boolean slept = now - lastBeatNanos
                    > silence / 2 + options.keepAliveInterval().toNanos();
            if (slept) {
                links.values().forEach(PeerLink::forgive);
                streams.forgive();
            }
            links.forEach((peer, link) -> link.beat(streams.keepAliveFor(peer)));
            streams.endSilentSince(now - options.inboundSilenceTimeout().toNanos());
            serverThreads.endRequestsNotAdmittedSince(
                    now - options.requestTimeout().toNanos());
        } catch (RuntimeException e) {
            LOG.error("{}: a fault in the HTTP transport", self.node(), e); // thrown on, it would stop the timer
        } finally {
            lastBeatNanos = System.nanoTime();
        }
    }
}
