package io.balsa.raft.testkit.world;

import io.balsa.raft.runtime.Agent;
import io.balsa.raft.runtime.AgentScheduler;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Runs the agents of one process in virtual time. A duty cycle takes time: it is drawn when the agent is woken, and what the
 * agent does happens at its end. So while the log agent syncs, the others go on.
 */
final class WorldScheduler implements AgentScheduler {

    /** The process whose agents these are. */
    interface Host {

        /** How long the next duty cycle of an agent takes. */
        long cycleNanos(Agent agent);

        /** Until when the process stands still. */
        long frozenUntilNanos();

        /** Its agents' deadlines are told by its own clock: how long the world takes until then. */
        long worldNanos(long nanos);

        /** A duty cycle begins later than it should, by this much, because the process stood still. */
        void onLate(Agent agent, long nanos);
    }

    private final World world;
    private final Host host;
    private final List<Running> agents = new ArrayList<>();
    private boolean dead;

    WorldScheduler(World world, Host host) {
        this.world = world;
        this.host = host;
    }

    /** The process is gone: none of its agents does anything any more. */
    void kill() {
        dead = true;
        agents.forEach(Running::callOff);
    }

    /** The process stands still no longer: what should have begun meanwhile begins now. */
    void goOn() {
        agents.forEach(Running::goOn);
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
        private World.@Nullable Event cycle; // because there is work
        private World.@Nullable Event alarm; // because of a deadline, or of one that was put off since
        private boolean late; // the cycle waits for the process, which stands still
        private boolean stopped;
        private boolean inCycle;

        Running(Agent agent, FailureHandler onFailure) {
            this.agent = agent;
            this.onFailure = onFailure;
        }

        @Override
        public void wake() {
            if (!inCycle && cycle == null && !stopped && !dead) {
                cycle = world.in(host.cycleNanos(agent), this::run);
            }
        }

        private void goOn() {
            if (late && cycle != null) {
                cycle.cancel();
                cycle = world.in(0, this::run);
            }
        }

        private void callOff() {
            if (cycle != null) {
                cycle.cancel();
                cycle = null;
            }
            if (alarm != null) {
                alarm.cancel();
                alarm = null;
            }
        }

        private void onAlarm() {
            alarm = null;
            if (inCycle) {
                return; // it waits for the disk, while which others go on; it is set again when the cycle ends
            }
            if (agent.nanosToDeadline() <= 0) {
                run();
            } else {
                setAlarm();
            }
        }

        /** One that rings too early does no harm: it is set again. So a deadline that is put off all the time costs nothing. */
        private void setAlarm() {
            long nanos = agent.nanosToDeadline();
            if (nanos == Long.MAX_VALUE) {
                return;
            }
            long delay = Math.max(1, host.worldNanos(nanos));
            if (alarm != null) {
                if (alarm.timeNanos() <= world.nowNanos() + delay) {
                    return;
                }
                alarm.cancel();
            }
            alarm = world.in(delay, this::onAlarm);
        }

        private void run() {
            long frozen = host.frozenUntilNanos() - world.nowNanos();
            if (frozen > 0) {
                host.onLate(agent, frozen);
                if (cycle != null) {
                    cycle.cancel();
                }
                cycle = world.in(frozen, this::run);
                late = true;
                return;
            }
            late = false;
            if (cycle != null) {
                cycle.cancel();
                cycle = null;
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
                wake();
            }
            if (!stopped && !dead) {
                setAlarm();
            }
        }

        private void fail(Throwable failure) {
            if (!dead) {
                stopped = true;
                callOff();
                onFailure.onFailure(agent, failure);
                agent.onStop();
            }
        }

        @Override
        public void stop() {
            if (stopped || dead) {
                return;
            }
            stopped = true;
            callOff();
            try {
                agent.doWork();
            } catch (RuntimeException | AssertionError e) {
                onFailure.onFailure(agent, e);
            }
            agent.onStop();
        }

        @Override
        public boolean awaitStopped(long nanos) {
            return true;
        }
    }
}
