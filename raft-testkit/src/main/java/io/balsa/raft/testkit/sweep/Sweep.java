package io.balsa.raft.testkit.sweep;

import io.balsa.raft.testkit.oracle.Violation;
import io.balsa.raft.testkit.plan.Plan;
import io.balsa.raft.testkit.world.ClusterRun;
import java.lang.management.ManagementFactory;
import java.lang.management.ThreadMXBean;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;

/**
 * Runs one seed after another, on several threads. What it comes to does not depend on how many there are: runs do not know
 * of one another, and are added up in the order of their seeds.
 */
public final class Sweep {

    /** Carries out the run of a seed; called by several threads. */
    @FunctionalInterface
    public interface Engine {

        /** The run of this seed, from its beginning. */
        ClusterRun.Result run(long seed);
    }

    /** Follows a sweep. */
    public interface Listener {

        /** A run is over; called in the order of the seeds, by whatever thread, one at a time. */
        default void onRun(ClusterRun.Result result) {}

        /** A run has failed; called after {@link #onRun}, or instead of it if the run came to no result. */
        default void onFailure(Failure failure) {}

        /** So far the sweep has come; called a few times a second by the thread that started it. */
        default void onProgress(SweepResult soFar) {}
    }

    /**
     * What to run.
     *
     * @param from the first seed
     * @param count how many follow one another
     * @param threads how many run at a time
     * @param stopAtFirst whether nothing after the first seed that fails matters
     * @param mostNanos after how long no more are begun
     */
    public record Request(long from, long count, int threads, boolean stopAtFirst, long mostNanos) {

        /** All of them, however long it takes. */
        public Request(long from, long count, int threads) {
            this(from, count, threads, false, Long.MAX_VALUE);
        }

        /** There must be something to run, and somebody to do it. */
        public Request {
            if (count < 1 || threads < 1) {
                throw new IllegalArgumentException(count + " seeds on " + threads + " threads");
            }
            if (mostNanos < 1) {
                throw new IllegalArgumentException("no time to run anything");
            }
        }
    }

    private static final long TWICE_ONE_IN = 100;
    private static final long PROGRESS_MILLIS = 250;

    private final Request request;
    private final Engine engine;
    private final Listener listener;
    private final Sums sums;
    private final AtomicLong handedOut = new AtomicLong();
    private final AtomicReference<Throwable> broken = new AtomicReference<>();
    private final ThreadMXBean threads = ManagementFactory.getThreadMXBean();
    private volatile long begun;

    /** A sweep over the library's own registers. */
    public Sweep(Request request, Listener listener) {
        this(request, seed -> new ClusterRun(seed).run(), listener);
    }

    /** A sweep that this engine carries out. */
    public Sweep(Request request, Engine engine, Listener listener) {
        this.request = request;
        this.engine = engine;
        this.listener = listener;
        sums = new Sums(request, listener);
    }

    /** Runs the seeds, and returns when all are done or nothing more matters. */
    public SweepResult run() {
        begun = System.nanoTime();
        CountDownLatch done = new CountDownLatch(request.threads());
        for (int i = 1; i <= request.threads(); i++) {
            Thread worker = new Thread(() -> work(done), "sweep-" + i);
            worker.setDaemon(true);
            worker.start();
        }
        try {
            while (!done.await(PROGRESS_MILLIS, TimeUnit.MILLISECONDS)) {
                listener.onProgress(sums.result(System.nanoTime() - begun));
            }
        } catch (InterruptedException e) {
            broken.compareAndSet(null, e);
            Thread.currentThread().interrupt();
        }
        Throwable failure = broken.get();
        if (failure != null) {
            throw new IllegalStateException("the sweep broke off: " + failure, failure);
        }
        return sums.result(System.nanoTime() - begun);
    }

    private void work(CountDownLatch done) {
        try {
            long before = threads.getCurrentThreadCpuTime();
            while (!isOver()) {
                // Whoever has taken a place must fill it: runs at later places are not added up before.
                long next = handedOut.getAndIncrement();
                if (next >= request.count()) {
                    return;
                }
                sums.add(next, outcome(request.from() + next));
                long now = threads.getCurrentThreadCpuTime();
                sums.addCpu(now - before);
                before = now;
            }
        } catch (RuntimeException | Error e) { // of the machine, or of this program: the runs' own are caught below
            broken.compareAndSet(null, e);
        } finally {
            done.countDown();
        }
    }

    private boolean isOver() {
        return sums.isOver() || broken.get() != null || System.nanoTime() - begun >= request.mostNanos();
    }

    private Sums.Outcome outcome(long seed) {
        ClusterRun.Result result;
        try {
            result = engine.run(seed);
        } catch (RuntimeException | AssertionError | StackOverflowError e) {
            return Sums.Outcome.escaped(new Failure(
                    Plan.of(seed), 0, 0, new Violation("A1", "an exception has escaped from the run: " + e, e)));
        }
        Optional<Failure> failure = result.violation().map(found -> failure(result, found));
        if (failure.isEmpty() && isRunTwice(seed)) {
            ClusterRun.Result again = engine.run(seed);
            if (again.hash() != result.hash() || again.events() != result.events()) {
                failure = Optional.of(failure(result, new Violation("A2", unlike(result, again))));
            }
        }
        return new Sums.Outcome(Optional.of(result), failure);
    }

    private static Failure failure(ClusterRun.Result result, Violation violation) {
        return new Failure(result.plan(), result.events(), result.simulatedNanos(), violation);
    }

    private static String unlike(ClusterRun.Result one, ClusterRun.Result other) {
        return String.format(
                "two runs of the same seed differ: hash %016x after %d events, and %016x after %d",
                one.hash(), one.events(), other.hash(), other.events());
    }

    /** The first seed, and one in a hundred of the others. */
    private boolean isRunTwice(long seed) {
        return seed == request.from() || Math.floorMod(seed, TWICE_ONE_IN) == 0;
    }
}
