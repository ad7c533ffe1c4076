package io.balsa.raft.testkit.world;

import io.balsa.raft.runtime.Agent;
import io.balsa.raft.runtime.AgentScheduler;
import java.util.ArrayList;
import java.util.List;
import java.util.function.LongSupplier;
import java.util.function.ToLongFunction;
import org.jspecify.annotations.Nullable;

/**
 * Runs the agents of one process in virtual time. A duty cycle takes time: it is drawn when the agent is woken, and what the
 * agent does happens at its end. So while the log agent syncs, the others go on.
 */
public final class WorldScheduler implements AgentScheduler {

    private final World world;
    private final ToLongFunction<Agent> cycleNanos;
    private final LongSupplier frozenUntilNanos;
    private final List<Running> agents = new ArrayList<>();
    private boolean dead;

    /**
     * Agents in this world.
     *
     * @param cycleNanos how long the next duty cycle of an agent takes
     * @param frozenUntilNanos until when the whole process stands still
     */
    public WorldScheduler(World world, ToLongFunction<Agent> cycleNanos, LongSupplier frozenUntilNanos) {
        this.world = world;
        this.cycleNanos = cycleNanos;
        this.frozenUntilNanos = frozenUntilNanos;
    }

    /** The process is gone: none of its agents does anything any more. */
    public void kill() {
        dead = true;
        agents.forEach(Running::callOff);
    }

    @Override
    public Handle start(Agent agent, FailureHandler onFailure) {
        Running running = new Running(agent, onFailure);
        agents.add(running);
        return running;
    }

    private final class Running implements Handle {

        private final Agent agent;
        private final FailureHandler onFailure;
        private World.@Nullable Event next;
        private boolean stopped;
        private boolean inCycle;

        Running(Agent agent, FailureHandler onFailure) {
            this.agent = agent;
            this.onFailure = onFailure;
        }

        @Override
        public void wake() {
            if (!inCycle) {
                schedule(cycleNanos.applyAsLong(agent));
            }
        }

        /** Unless it runs earlier anyway. */
        private void schedule(long delayNanos) {
            World.Event planned = next;
            long time = world.nowNanos() + delayNanos;
            if (dead || stopped || (planned != null && planned.timeNanos() <= time)) {
                return;
            }
            callOff();
            next = world.in(delayNanos, this::cycle);
        }

        private void callOff() {
            World.Event planned = next;
            if (planned != null) {
                planned.cancel();
                next = null;
            }
        }

        private void cycle() {
            next = null;
            long frozen = frozenUntilNanos.getAsLong() - world.nowNanos();
            if (frozen > 0) {
                schedule(frozen);
                return;
            }
            inCycle = true;
            try {
                agent.doWork();
            } catch (RuntimeException | AssertionError e) {
                fail(e);
                return;
            } finally {
                inCycle = false;
            }
            if (agent.hasWork()) {
                schedule(cycleNanos.applyAsLong(agent));
            } else if (agent.nanosToDeadline() != Long.MAX_VALUE) {
                schedule(Math.max(1, agent.nanosToDeadline()));
            }
        }

        private void fail(Throwable failure) {
            if (!dead) {
                stopped = true;
                onFailure.onFailure(agent, failure);
                agent.onStop();
            }
        }

        @Override
        public void stop() {
            if (!stopped && !dead) {
                stopped = true;
                callOff();
                agent.onStop();
            }
        }

        @Override
        public boolean awaitStopped(long nanos) {
            return true;
        }
    }
}
