package io.balsa.raft.runtime;

import io.balsa.raft.IdleStrategy;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

/** Gives each agent a daemon thread of its own, which parks or spins while there is nothing to do. */
public final class ThreadScheduler implements AgentScheduler {

    private static final int SPINS = 20_000; // some ten microseconds up to a hundred

    private final String prefix;
    private final IdleStrategy idleStrategy;

    /**
     * Names threads {@code <prefix>-<agent>}.
     */
    public ThreadScheduler(String prefix, IdleStrategy idleStrategy) {
        this.prefix = prefix;
        this.idleStrategy = idleStrategy;
    }

    @Override
    public Handle start(Agent agent, FailureHandler onFailure) {
        Runner runner = new Runner(agent, onFailure, idleStrategy == IdleStrategy.SPIN ? SPINS : 0);
        runner.thread.setName(prefix + "-" + agent.name());
        runner.thread.setDaemon(true);
        runner.thread.start();
        return runner;
    }

    private static final class Runner implements Runnable, Handle {

        private final Agent agent;
        private final FailureHandler onFailure;
        private final int spins;
        private final Thread thread;
        private volatile boolean parked;
        private volatile boolean stopped;

        Runner(Agent agent, FailureHandler onFailure, int spins) {
            this.agent = agent;
            this.onFailure = onFailure;
            this.spins = spins;
            this.thread = new Thread(this);
        }

        @Override
        public void run() {
            try {
                while (!stopped) {
                    if (agent.doWork() == 0) {
                        idle();
                    }
                }
                agent.doWork(); // what it was handed before it was stopped
            } catch (Throwable failure) { // errors too: an agent that is gone without a word would hang the node
                onFailure.onFailure(agent, failure);
            } finally {
                agent.onStop();
            }
        }

        private void idle() {
            for (int i = 0; i < spins; i++) {
                if (agent.hasWork() || stopped) {
                    return;
                }
                Thread.onSpinWait();
            }
            // Whoever brings work puts it down first and then looks whether we are parked; we say so first and then
            // look
            // for work: one of us sees the other.
            parked = true;
            if (!agent.hasWork() && !stopped) {
                clearInterrupt();
                long nanos = agent.nanosToDeadline();
                if (nanos == Long.MAX_VALUE) {
                    LockSupport.park(this);
                } else if (nanos > 0) {
                    LockSupport.parkNanos(this, nanos);
                }
            }
            parked = false;
        }

        /** Left behind by somebody's callback, it would keep the thread from ever parking again. */
        private static void clearInterrupt() {
            Thread.interrupted();
        }

        @Override
        public void wake() {
            if (parked) {
                LockSupport.unpark(thread);
            }
        }

        @Override
        public void stop() {
            stopped = true;
            LockSupport.unpark(thread);
        }

        @Override
        public boolean awaitStopped(long nanos) {
            if (Thread.currentThread().equals(thread)) {
                return true;
            }
            join(Math.max(nanos, 1));
            if (thread.isAlive()) {
                thread.interrupt(); // it waits for something; this is the last word
                join(TimeUnit.MILLISECONDS.toNanos(100));
            }
            return !thread.isAlive();
        }

        /** Not cut short by an interrupt: it is bounded, and who does not wait would close the storage under the agent. */
        private void join(long nanos) {
            boolean interrupted = false;
            long begin = System.nanoTime();
            for (long left = nanos; left > 0 && thread.isAlive(); left = nanos - (System.nanoTime() - begin)) {
                try {
                    TimeUnit.NANOSECONDS.timedJoin(thread, left);
                } catch (InterruptedException e) {
                    interrupted = true;
                }
            }
            if (interrupted) {
                Thread.currentThread().interrupt();
            }
        }
    }
}
