package io.balsa.raft.transport.http;

import com.sun.net.httpserver.HttpServer;
import io.balsa.raft.cluster.Member;
import io.balsa.raft.cluster.NodeId;
import io.balsa.raft.cluster.NodeIdentity;
import io.balsa.raft.transport.Frame;
import io.balsa.raft.transport.Lane;
import io.balsa.raft.transport.Transport;
import io.balsa.raft.transport.TransportException;
import java.io.IOException;
import java.net.BindException;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.Collection;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.SplittableRandom;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A transport over HTTP/1.1, with the JDK's own client and server and nothing else.
 *
 * <pre>{@code
 * HttpTransport transport = HttpTransport.builder().listen("10.0.0.1:7001").build();
 * }</pre>
 *
 * <p>To each peer leads one stream, the body of a request that does not end; snapshots have a second one, opened when it is
 * first needed. A stream that ends is dialled again for ever, and so is one of which the peer has not shown for the
 * {@linkplain Builder#silenceTimeout silence timeout} that it hears it. Nothing is sent twice: what was under way when a
 * connection ended is lost, and Raft sends it again.
 *
 * <p><b>Who is trusted.</b> A peer is believed to be who it says it is, as long as it names our cluster and our id. Keep
 * the port where only servers of the cluster can reach it.
 *
 * <p><b>Threads.</b> As {@link Transport} says. {@link #flush} writes up to 64 KiB to each peer on the calling thread,
 * which never blocks; more than that is left to threads of the transport. Those are named
 * {@code raft-http-<node>-<what>-<number>}, are daemons, and end with {@link #close}, which takes at most about a second.
 * On JDK 17 one thread that belongs to the JDK's client ends only when the collector has found the client.
 *
 * <p><b>Errors.</b> Only {@link #bind} and {@link #start} fail. What goes wrong later is logged once, when it begins, and counted in
 * {@link #links}.
 */
public final class HttpTransport implements Transport {

    private static final Logger LOG = LoggerFactory.getLogger(HttpTransport.class);

    /** Settings of the JDK's server that are good for short requests only, and end our streams. */
    private static final List<String> REQUEST_LIMITS =
            List.of("sun.net.httpserver.maxReqTime", "sun.net.httpserver.maxRspTime");

    private final HttpTransportOptions options;
    private volatile @Nullable RunningTransport running;
    private volatile @Nullable Address bound;
    private @Nullable HttpServer server; // between bind and start
    private boolean closed;

    private HttpTransport(HttpTransportOptions options) {
        this.options = options;
    }

    /** Settings to be made; all but {@link Builder#listen} have a default. */
    public static Builder builder() {
        return new Builder();
    }

    /**
     * {@inheritDoc}
     *
     * <p>Those who call before {@link #start} wait.
     */
    @Override
    public void bind() {
        if (closed || running != null) {
            throw new IllegalStateException("a transport is started once");
        }
        if (server != null) {
            return;
        }
        Address wanted;
        try {
            wanted = Address.parse(options.listen());
        } catch (IllegalArgumentException e) {
            throw new TransportException("Cannot listen: " + e.getMessage(), e);
        }
        HttpServer listening = bind(wanted);
        server = listening;
        bound = wanted.withPort(listening.getAddress().getPort());
    }

    @Override
    public void start(NodeIdentity self, Receiver receiver) {
        Objects.requireNonNull(self, "self");
        Objects.requireNonNull(receiver, "receiver");
        bind();
        warnOfRequestLimits();
        HttpServer listening = Objects.requireNonNull(server, "bound above");
        server = null;
        try {
            RunningTransport started = new RunningTransport(self, options, listening, receiver);
            started.start();
            running = started;
        } catch (RuntimeException | Error e) {
            listening.stop(0);
            throw e;
        }
    }

    private static HttpServer bind(Address wanted) {
        HttpServer server;
        try {
            server = HttpServer.create();
        } catch (IOException e) {
            throw new TransportException("Cannot listen at " + wanted + ": no server can be made here", e);
        }
        try {
            InetSocketAddress resolved = wanted.resolved();
            if (resolved.isUnresolved()) {
                throw new TransportException(
                        "Cannot listen at " + wanted + ": the host name is unknown; use an address of this machine");
            }
            server.bind(resolved, 0);
            return server;
        } catch (IOException e) {
            server.stop(0);
            throw new TransportException("Cannot listen at " + wanted + ": " + reasonOf(e), e);
        } catch (RuntimeException e) {
            server.stop(0);
            throw e;
        }
    }

    private static String reasonOf(IOException failure) {
        String message = String.valueOf(failure.getMessage());
        if (failure instanceof BindException && message.contains("in use")) {
            return "the port is taken; stop whatever uses it, or choose another";
        }
        if (failure instanceof BindException && message.contains("assign")) {
            return "this machine has no such address; use one of its own, or 0.0.0.0 for all";
        }
        return message;
    }

    private static void warnOfRequestLimits() {
        for (String property : REQUEST_LIMITS) {
            String value = System.getProperty(property);
            if (value != null && !value.startsWith("-") && !value.equals("0")) {
                LOG.warn(
                        "The system property {}={} ends each Raft stream after so many seconds; remove it",
                        property,
                        value);
            }
        }
    }

    @Override
    public void members(Collection<Member> peers) {
        RunningTransport current = running;
        if (current != null) {
            current.members(peers);
        }
    }

    @Override
    public void send(NodeId to, Frame frame) {
        RunningTransport current = running;
        if (current != null) {
            current.send(to, frame);
        }
    }

    @Override
    public void flush() {
        RunningTransport current = running;
        if (current != null) {
            current.flush();
        }
    }

    @Override
    public void close() {
        closed = true;
        RunningTransport current = running;
        if (current != null) {
            running = null;
            current.close();
        }
        HttpServer unstarted = server;
        if (unstarted != null) {
            server = null;
            unstarted.start(); // its selector lets go of the port only while it runs
            unstarted.stop(0);
        }
    }

    /**
     * Where we listen, as {@code host:port} with the port that is really bound.
     *
     * @throws IllegalStateException if the transport was never bound
     */
    public String address() {
        return boundAddress().toString();
    }

    /**
     * The port that is really bound.
     *
     * @throws IllegalStateException if the transport was never bound
     */
    public int port() {
        return boundAddress().port();
    }

    private Address boundAddress() {
        Address address = bound;
        if (address == null) {
            throw new IllegalStateException("the transport has not been bound");
        }
        return address;
    }

    /** How the links to all members are doing, sorted by id; none if the transport does not run. By any thread. */
    public List<LinkStatus> links() {
        RunningTransport current = running;
        return current == null ? List.of() : current.status();
    }

    /** How many frames were dropped because their receiver is no member. By any thread. */
    public long framesToStrangers() {
        RunningTransport current = running;
        return current == null ? 0 : current.framesToStrangers();
    }

    /** Settings of a transport. For one thread. */
    public static final class Builder {

        private static final Duration LONGEST = Duration.ofHours(1);
        private static final int MIN_QUEUE_BYTES = 1 << 10;
        private static final int MAX_QUEUE_BYTES = 1 << 30;

        private @Nullable String listen;
        private Protocols protocols = Protocols.OURS;
        private final Map<Lane, Integer> maxQueueBytes =
                new EnumMap<>(Map.of(Lane.URGENT, 1 << 20, Lane.ENTRIES, 16 << 20, Lane.BULK, 16 << 20));
        private int maxFrameBytes = Frame.MAX_BYTES;
        private Duration connectTimeout = Duration.ofSeconds(1);
        private HttpTransportOptions.Reconnect reconnect =
                new HttpTransportOptions.Reconnect(Duration.ofMillis(50), Duration.ofSeconds(2));
        private Duration silenceTimeout = Duration.ofSeconds(1);
        private RandomGenerator random = new SplittableRandom();

        private Builder() {}

        /**
         * Where to listen: {@code host:port}, on the interface of that host only. Port 0 means any that is free;
         * {@link HttpTransport#port} tells which. Checked by {@link HttpTransport#bind}.
         */
        public Builder listen(String address) {
            listen = Objects.requireNonNull(address, "address");
            return this;
        }

        /**
         * How many bytes of a lane may wait for one peer; what comes beyond is dropped. Default 1 MiB for
         * {@link Lane#URGENT}, 16 MiB for the others. A frame longer than that is never sent.
         *
         * @throws IllegalArgumentException if it is less than 1 KiB or more than 1 GiB
         */
        public Builder maxQueueBytes(Lane lane, int bytes) {
            Objects.requireNonNull(lane, "lane");
            require(bytes >= MIN_QUEUE_BYTES && bytes <= MAX_QUEUE_BYTES, "a queue has 1 KiB to 1 GiB");
            maxQueueBytes.put(lane, bytes);
            return this;
        }

        /**
         * The longest frame that is sent or accepted; the same on all servers, for one that is too long for its receiver
         * costs the connection. Default {@link Frame#MAX_BYTES}.
         *
         * @throws IllegalArgumentException if it is less than 1 KiB or more than the default
         */
        public Builder maxFrameBytes(int bytes) {
            require(bytes >= MIN_QUEUE_BYTES && bytes <= Frame.MAX_BYTES, "a frame has 1 KiB to 8 MiB");
            maxFrameBytes = bytes;
            return this;
        }

        /** How long a connection may take to be made, and half of what a short request may take. Default 1 s. */
        public Builder connectTimeout(Duration timeout) {
            connectTimeout = checked(timeout, "connectTimeout");
            return this;
        }

        /**
         * How long to wait before a peer is dialled again: a random time up to {@code min}, and up to twice as long after
         * each further failure, but never more than {@code max}. Default 50 ms and 2 s.
         */
        public Builder reconnect(Duration min, Duration max) {
            require(checked(min, "min").compareTo(checked(max, "max")) <= 0, "min must not be more than max");
            reconnect = new HttpTransportOptions.Reconnect(min, max);
            return this;
        }

        /**
         * How long a stream may be without a sign that the peer hears it, until we dial again: about as long as an
         * election timeout. A peer gives us up after three times as long. The same on all servers, for it says also how
         * often they show that they live. Default 1 s.
         */
        public Builder silenceTimeout(Duration timeout) {
            silenceTimeout = checked(timeout, "silenceTimeout");
            return this;
        }

        /** Where the randomness of reconnecting comes from; used by one thread. */
        public Builder random(RandomGenerator source) {
            random = Objects.requireNonNull(source, "source");
            return this;
        }

        /** For tests: the versions we claim to speak. */
        Builder protocols(int lowest, int highest) {
            protocols = new Protocols(lowest, highest);
            return this;
        }

        /**
         * The transport, not started yet.
         *
         * @throws IllegalStateException if it was not said where to listen
         */
        public HttpTransport build() {
            if (listen == null) {
                throw new IllegalStateException("say where to listen: builder.listen(\"10.0.0.1:7001\")");
            }
            return new HttpTransport(new HttpTransportOptions(
                    listen,
                    protocols,
                    Map.copyOf(maxQueueBytes),
                    maxFrameBytes,
                    connectTimeout,
                    reconnect,
                    silenceTimeout,
                    random));
        }

        private static Duration checked(Duration duration, String name) {
            Objects.requireNonNull(duration, name);
            require(
                    duration.compareTo(Duration.ofMillis(1)) >= 0 && duration.compareTo(LONGEST) <= 0,
                    name + " must be 1 ms to 1 hour, not " + duration);
            return duration;
        }

        private static void require(boolean condition, String sentence) {
            if (!condition) {
                throw new IllegalArgumentException(sentence);
            }
        }
    }
}
