package io.balsa.raft.transport;

import io.balsa.raft.cluster.NodeId;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.PriorityQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The thread of a {@link LocalNetwork}, and the parcels that wait for it. All methods but {@link #awaitReturnFrom} are
 * called with the network's lock held; receivers are called without it.
 */
final class LocalDelivery {

    private static final Logger LOG = LoggerFactory.getLogger(LocalDelivery.class);

    /** How long closing waits for a receiver, which has promised not to block. */
    private static final long RETURN_TIMEOUT_NANOS = TimeUnit.SECONDS.toNanos(5);

    private final ReentrantLock lock;
    private final Condition changed;
    private final Condition returned;
    private final Predicate<LocalParcel> admits;
    private final PriorityQueue<LocalParcel> waiting = new PriorityQueue<>();
    private final Thread thread;
    private @Nullable LocalServer called;
    private long sequence;
    private volatile boolean ended; // written with the lock held

    /**
     * A delivery that is not started yet.
     *
     * @param admits asked, with the lock held, about each parcel that is due
     */
    LocalDelivery(ReentrantLock lock, Predicate<LocalParcel> admits) {
        this.lock = lock;
        this.changed = lock.newCondition();
        this.returned = lock.newCondition();
        this.admits = admits;
        this.thread = new Thread(this::run, "raft-local-network");
        thread.setDaemon(true);
    }

    void start() {
        thread.start();
    }

    void add(long delayNanos, LocalServer to, NodeId peer, Optional<Frame> frame) {
        LocalParcel parcel = new LocalParcel(System.nanoTime() + delayNanos, sequence++, to, peer, frame);
        waiting.add(parcel);
        if (waiting.element().sequence() == parcel.sequence()) {
            changed.signal();
        }
    }

    List<LocalParcel> removeFor(LocalServer server) {
        List<LocalParcel> removed = new ArrayList<>();
        waiting.removeIf(parcel -> parcel.to() == server && removed.add(parcel));
        return removed;
    }

    /** Lets the thread end when the receiver it is with has returned. */
    void end() {
        ended = true;
        changed.signal();
    }

    /**
     * Waits until no call to this server's receiver is under way, and, if this delivery has ended, until its thread has.
     * A receiver that closes its own transport would wait for itself, so it does not wait at all.
     */
    void awaitReturnFrom(LocalServer server) {
        if (Thread.currentThread() == thread) {
            return;
        }
        boolean interrupted = false;
        long deadline = System.nanoTime() + RETURN_TIMEOUT_NANOS;
        while (true) {
            try {
                if (awaitReturn(server, deadline)) {
                    TimeUnit.NANOSECONDS.timedJoin(thread, deadline - System.nanoTime());
                }
                break;
            } catch (InterruptedException e) {
                interrupted = true; // closing is bounded in time as it is
            }
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }

    /** Whether the thread is about to end, too. */
    private boolean awaitReturn(LocalServer server, long deadline) throws InterruptedException {
        lock.lock();
        try {
            while (called == server && deadline - System.nanoTime() > 0) {
                returned.awaitNanos(deadline - System.nanoTime());
            }
            return ended;
        } finally {
            lock.unlock();
        }
    }

    private void run() {
        do {
            take().ifPresent(LocalDelivery::handOver);
        } while (!ended);
        take(); // what it was called for last has returned, and someone who closes may wait for that
    }

    private static void handOver(LocalParcel parcel) {
        try {
            parcel.handOver();
        } catch (RuntimeException | Error e) {
            // Receivers promise not to throw; one that does must not take the other servers' network away.
            LOG.warn("{}: the receiver threw at what came from {}", parcel.to().node(), parcel.peer(), e);
        }
    }

    /** The next parcel to hand over, when it is due; empty if this delivery has ended, or just to look again. */
    private Optional<LocalParcel> take() {
        lock.lock();
        try {
            called = null;
            returned.signalAll();
            while (!ended) {
                LocalParcel first = waiting.peek();
                if (first == null) {
                    changed.await();
                } else if (first.dueNanos() - System.nanoTime() > 0) {
                    changed.awaitNanos(first.dueNanos() - System.nanoTime());
                } else if (admits.test(waiting.remove())) {
                    called = first.to();
                    return Optional.of(first);
                }
            }
        } catch (InterruptedException e) {
            // A receiver interrupted this thread, which is not its own: only end() ends it.
        } finally {
            lock.unlock();
        }
        return Optional.empty();
    }
}
