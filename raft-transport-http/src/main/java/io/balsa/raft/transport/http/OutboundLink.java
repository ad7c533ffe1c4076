package io.balsa.raft.transport.http;

import io.balsa.raft.cluster.NodeId;
import io.balsa.raft.transport.Frame;
import io.balsa.raft.transport.Transport.Receiver;
import java.net.http.HttpResponse;
import java.nio.ByteBuffer;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.BiConsumer;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One of our streams to a peer, which is dialled again for ever: hello, then stream, then a wait.
 *
 * <p><b>Threads.</b> Everything that changes the link happens on the transport's timer thread, one thing after the other.
 * {@link #send}, {@link #flush} and {@link #heard} may be called by any thread and never wait.
 */
final class OutboundLink {

    private enum Phase {
        /** Nothing to do yet; the first frame makes us dial. */
        IDLE,
        /** Frames are queued, for the connection is about to be there. */
        DIALLING,
        OPEN,
        /** The last dial failed; frames would be stale by the time of the next one, so they are dropped. */
        WAITING,
        ENDED
    }

    /** One dial, and the stream that came of it. */
    private final class Attempt implements FramePublisher.Listener {
        private final FramePublisher publisher = new FramePublisher(queue, counters, parts.executor(), this);
        private @Nullable CompletableFuture<HttpResponse<Void>> request;
        private boolean probing;

        @Override
        public void onOpen() {
            timer.execute(() -> opened(this));
        }

        @Override
        public void onClosed() {
            timer.execute(() -> failed(this, "the connection was closed"));
        }
    }

    private static final Logger LOG = LoggerFactory.getLogger(HttpTransport.class);

    private final NodeId peer;
    private final StreamKind kind;
    private final LinkParts parts;
    private final ScheduledExecutorService timer;
    private final Receiver receiver;
    private final LinkCounters counters;
    private final FrameQueue queue;
    private final Backoff backoff;
    private final AtomicBoolean woken = new AtomicBoolean();

    private volatile Address address;
    private volatile Phase phase;
    private volatile @Nullable FramePublisher open;
    private volatile long session;
    private volatile long heardAtNanos;
    private volatile boolean confirmed;

    private @Nullable Attempt attempt;
    private @Nullable ScheduledFuture<?> redial;

    OutboundLink(NodeId peer, Address address, StreamKind kind, LinkParts parts, LinkCounters counters) {
        this.peer = peer;
        this.address = address;
        this.kind = kind;
        this.parts = parts;
        this.timer = parts.timer();
        this.receiver = parts.receiver();
        this.counters = counters;
        this.queue = parts.newQueue(kind);
        this.backoff = parts.newBackoff();
        this.phase = kind == StreamKind.MAIN ? Phase.DIALLING : Phase.IDLE;
    }

    /** Begins; frames may be sent before. */
    void start() {
        if (kind == StreamKind.MAIN) {
            timer.execute(this::dial);
        }
    }

    void send(Frame frame) {
        Phase now = phase;
        if (now == Phase.WAITING || now == Phase.ENDED) {
            counters.droppedNoLink();
        } else if (!queue.offer(frame)) {
            counters.droppedQueueFull();
        } else if (now == Phase.IDLE && woken.compareAndSet(false, true)) {
            timer.execute(this::dialIfIdle);
        }
    }

    void flush() {
        FramePublisher publisher = open;
        if (publisher != null) {
            publisher.flush();
        }
    }

    boolean isOpen() {
        return phase == Phase.OPEN;
    }

    Address address() {
        return address;
    }

    /** From now on the peer is there. */
    void moveTo(Address newAddress) {
        if (!newAddress.equals(address)) {
            address = newAddress;
            hurry();
        }
    }

    /** The peer has a reason to be reachable now: dials soon, however long we meant to wait. */
    void hurry() {
        timer.execute(() -> {
            if (phase == Phase.WAITING && redial != null && redial.cancel(false)) {
                backoff.reset();
                redialLater();
            }
        });
    }

    /** The peer says that it has heard this session; it may be another's. */
    void heard(long heardSession) {
        if (heardSession == session && phase == Phase.OPEN) {
            heardAtNanos = System.nanoTime();
            confirmed = true;
        }
    }

    /** On the timer thread, a few times in each silence timeout: shows that we live, and judges whether we are heard. */
    void beat(ByteBuffer keepAlive) {
        Attempt current = attempt;
        if (current == null || phase != Phase.OPEN) {
            return;
        }
        current.publisher.keepAlive(keepAlive);
        long silentNanos = System.nanoTime() - heardAtNanos;
        long limitNanos = parts.silenceTimeout().toNanos();
        if (silentNanos > limitNanos) {
            failed(
                    current,
                    "it has not been heard for " + parts.silenceTimeout().toMillis() + " ms");
        } else if (silentNanos > limitNanos / 2) {
            probe(current);
        } else if (confirmed) {
            cameUp();
        }
    }

    /** On the timer thread, after this process has slept: nobody is to be blamed for our own silence. */
    void forgive() {
        heardAtNanos = System.nanoTime();
    }

    /** On the timer thread, or after its end: sends no more. */
    void end() {
        phase = Phase.ENDED;
        Attempt current = attempt;
        if (current != null) {
            drop(current);
        }
        if (redial != null) {
            redial.cancel(false);
        }
    }

    private void dialIfIdle() {
        woken.set(false);
        if (phase == Phase.IDLE) {
            dial();
        }
    }

    private void dial() {
        if (phase == Phase.ENDED) {
            return;
        }
        Attempt started = new Attempt();
        attempt = started;
        phase = Phase.DIALLING;
        CompletableFuture<HttpResponse<Void>> hello =
                request(() -> parts.dialer().hello(address, peer, kind));
        started.request = hello;
        onTimer(hello, (answer, failure) -> {
            if (failure != null) {
                failed(started, Dialer.describe(failure));
            } else {
                answered(started, answer);
            }
        });
    }

    /** A client that cannot even begin, for want of memory or of file descriptors, must not leave the link dialling. */
    private static CompletableFuture<HttpResponse<Void>> request(
            Supplier<CompletableFuture<HttpResponse<Void>>> beginning) {
        try {
            return beginning.get();
        } catch (RuntimeException | Error e) {
            return CompletableFuture.failedFuture(e);
        }
    }

    private void answered(Attempt current, HttpResponse<Void> answer) {
        if (attempt != current) {
            return;
        }
        try {
            session = Dialer.welcomedBy(answer, peer);
        } catch (HelloRefusedException e) {
            failed(current, Dialer.describe(e));
            return;
        }
        CompletableFuture<HttpResponse<Void>> stream =
                request(() -> parts.dialer().stream(address, session, current.publisher));
        current.request = stream;
        onTimer(
                stream,
                (ended, failure) ->
                        failed(current, failure == null ? "it ended the stream" : Dialer.describe(failure)));
    }

    /** Does something about the outcome of a request; what, must deal with failures itself. */
    @SuppressWarnings("FutureReturnValueIgnored")
    private void onTimer(
            CompletableFuture<HttpResponse<Void>> request, BiConsumer<HttpResponse<Void>, @Nullable Throwable> action) {
        request.whenComplete((answer, failure) -> timer.execute(() -> action.accept(answer, failure)));
    }

    private void opened(Attempt current) {
        if (attempt != current) {
            return;
        }
        heardAtNanos = System.nanoTime();
        confirmed = false;
        phase = Phase.OPEN;
        open = current.publisher;
        if (kind == StreamKind.MAIN) {
            counters.connected();
        }
        current.publisher.keepAlive(parts.keepAliveFor(peer));
    }

    /** The cheap proof has failed to come: the peer may not know us yet, or its own link to us may be down. So we ask. */
    private void probe(Attempt current) {
        if (current.probing) {
            return;
        }
        current.probing = true;
        long asked = session;
        onTimer(parts.dialer().probe(address, peer, kind, asked), (answer, failure) -> {
            current.probing = false;
            if (failure == null && Dialer.isHeard(answer)) {
                heard(asked);
            }
        });
    }

    private void cameUp() {
        backoff.reset();
        if (parts.transitions().isNews(subject(), "")) {
            LOG.info("{}: sends to {} at {} ({} stream)", parts.self().node(), peer, address, kind.label());
        }
    }

    private void failed(Attempt current, String reason) {
        if (attempt != current || phase == Phase.ENDED) {
            return;
        }
        drop(current);
        phase = Phase.WAITING;
        if (parts.transitions().isNews(subject(), reason)) {
            LOG.warn(
                    "{}: cannot send to {} at {} ({} stream): {}",
                    parts.self().node(),
                    peer,
                    address,
                    kind.label(),
                    reason);
        }
        redialLater();
        receiver.onUnreachable(peer);
    }

    private void redialLater() {
        redial = timer.schedule(this::waited, backoff.nextNanos(), TimeUnit.NANOSECONDS);
    }

    private void waited() {
        if (phase == Phase.WAITING) {
            if (kind == StreamKind.MAIN) {
                dial();
            } else {
                phase = Phase.IDLE;
            }
        }
    }

    private void drop(Attempt current) {
        attempt = null;
        open = null;
        current.publisher.close();
        if (current.request != null) {
            current.request.cancel(true);
        }
        counters.droppedLinkLost(queue.clear());
    }

    private String subject() {
        return peer + " " + kind;
    }
}
