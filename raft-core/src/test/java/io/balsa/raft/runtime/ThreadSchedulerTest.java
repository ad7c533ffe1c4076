package io.balsa.raft.runtime;

import static io.balsa.raft.runtime.LocalCluster.PATIENCE;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.balsa.raft.IdleStrategy;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

@DisplayName("A thread of an agent")
class ThreadSchedulerTest {

    /** Runs what it is given. */
    private static final class Worker extends AbstractAgent {
        final Inbox<Runnable> tasks = new Inbox<>();
        final AtomicInteger cycles = new AtomicInteger();
        final AtomicInteger stops = new AtomicInteger();
        volatile @Nullable Thread thread;

        Worker() {
            super("worker");
        }

        void give(Runnable task) {
            tasks.put(task);
            wake();
        }

        @Override
        public int doWork() {
            thread = Thread.currentThread();
            cycles.incrementAndGet();
            List<Runnable> batch = tasks.takeAll();
            batch.forEach(Runnable::run);
            return batch.size();
        }

        @Override
        public boolean hasWork() {
            return !tasks.isEmpty();
        }

        @Override
        void end() {
            stops.incrementAndGet();
        }
    }

    private final Worker worker = new Worker();
    private final ConcurrentLinkedQueue<Throwable> failures = new ConcurrentLinkedQueue<>();
    private final AtomicReference<AgentScheduler.@Nullable Handle> started = new AtomicReference<>();

    private AgentScheduler.Handle start(IdleStrategy idleStrategy) {
        AgentScheduler.Handle handle =
                new ThreadScheduler("raft-test", idleStrategy).start(worker, (agent, failure) -> failures.add(failure));
        worker.runBy(handle);
        started.set(handle);
        return handle;
    }

    @AfterEach
    void stop() {
        AgentScheduler.Handle handle = started.get();
        if (handle != null) {
            handle.stop();
            assertThat(handle.awaitStopped(PATIENCE.toNanos())).isTrue();
        }
        assertThat(Thread.interrupted()).isFalse();
    }

    private Thread.State threadState() {
        Thread thread = worker.thread;
        return thread == null ? Thread.State.NEW : thread.getState();
    }

    private void awaitParked() {
        await().atMost(PATIENCE)
                .pollInterval(Duration.ofMillis(5))
                .until(() -> threadState() == Thread.State.WAITING && !worker.hasWork());
    }

    @ParameterizedTest
    @EnumSource(IdleStrategy.class)
    @DisplayName("is never asleep while there is work")
    void wakeIsNeverLost(IdleStrategy idleStrategy) throws Exception {
        start(idleStrategy);
        int rounds = 20_000;
        for (int i = 0; i < rounds; i++) {
            // One task at a time, so that the thread is about to park whenever the next one comes.
            CountDownLatch done = new CountDownLatch(1);
            worker.give(done::countDown);
            assertThat(done.await(PATIENCE.toMillis(), java.util.concurrent.TimeUnit.MILLISECONDS))
                    .as("round %d", i)
                    .isTrue();
        }
    }

    @Test
    @DisplayName("is named after its agent, lets the process end, and sleeps when there is nothing to do")
    void parks() {
        start(IdleStrategy.PARK);
        awaitParked();

        Thread thread = Objects.requireNonNull(worker.thread);
        assertThat(thread.getName()).isEqualTo("raft-test-worker");
        assertThat(thread.isDaemon()).isTrue();
    }

    @Test
    @DisplayName("sleeps even though somebody's callback has left it interrupted")
    void parksThoughInterrupted() {
        start(IdleStrategy.PARK);
        worker.give(() -> Thread.currentThread().interrupt());
        awaitParked();
        int cycles = worker.cycles.get();

        CountDownLatch done = new CountDownLatch(1);
        worker.give(done::countDown);
        await().atMost(PATIENCE).until(() -> done.getCount() == 0);
        awaitParked();

        assertThat(worker.cycles.get()).isLessThan(cycles + 20);
    }

    @Test
    @DisplayName("sees work that came before it was started")
    void workBefore() {
        CountDownLatch done = new CountDownLatch(1);
        worker.give(done::countDown);

        start(IdleStrategy.PARK);

        await().atMost(PATIENCE).until(() -> done.getCount() == 0);
    }

    @Test
    @DisplayName("does what it was handed before it stops, and then only says good-bye, once")
    void lastCycle() {
        AgentScheduler.Handle handle = start(IdleStrategy.PARK);
        List<String> done = new ArrayList<>();
        worker.give(() -> {
            handle.stop();
            worker.give(() -> done.add("last"));
        });

        assertThat(handle.awaitStopped(PATIENCE.toNanos())).isTrue();
        handle.stop();

        assertThat(done).containsExactly("last");
        assertThat(worker.stops.get()).isEqualTo(1);
        assertThat(failures).isEmpty();
    }

    @Test
    @DisplayName("reports what its agent throws, errors too, runs it no more, and says good-bye")
    void failure() {
        AgentScheduler.Handle handle = start(IdleStrategy.PARK);
        Error error = new AssertionError("a broken invariant");
        worker.give(() -> {
            throw error;
        });

        assertThat(handle.awaitStopped(PATIENCE.toNanos())).isTrue();

        assertThat(failures).containsExactly(error);
        assertThat(worker.stops.get()).isEqualTo(1);
    }

    @Test
    @DisplayName("does not wait for itself")
    void awaitsItself() {
        AgentScheduler.Handle handle = start(IdleStrategy.PARK);
        List<Boolean> answers = new ArrayList<>();
        worker.give(() -> {
            handle.stop();
            answers.add(handle.awaitStopped(Long.MAX_VALUE));
        });

        assertThat(handle.awaitStopped(PATIENCE.toNanos())).isTrue();
        assertThat(answers).containsExactly(true);
    }

    @Test
    @DisplayName("is waited for by who is interrupted as well, and who still is afterwards")
    void awaitedThoughInterrupted() {
        AgentScheduler.Handle handle = start(IdleStrategy.PARK);
        CountDownLatch holding = new CountDownLatch(1);
        CountDownLatch release = new CountDownLatch(1);
        List<Boolean> interrupted = new ArrayList<>();
        worker.give(() -> {
            holding.countDown();
            boolean released = false;
            while (!released) {
                try {
                    release.await();
                    released = true;
                } catch (InterruptedException e) {
                    interrupted.add(true); // a disk would break off here
                }
            }
        });
        await().atMost(PATIENCE).until(() -> holding.getCount() == 0);
        Thread waiting = Thread.currentThread();
        Thread releaser = new Thread(() -> {
            await().atMost(PATIENCE).until(() -> waiting.getState() == Thread.State.TIMED_WAITING);
            release.countDown();
        });

        handle.stop();
        waiting.interrupt();
        releaser.start();
        boolean stopped = handle.awaitStopped(PATIENCE.toNanos());

        assertThat(Thread.interrupted()).isTrue();
        assertThat(stopped).isTrue();
        assertThat(interrupted).isEmpty();
    }
}
