package io.balsa.raft.runtime;

import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;

/** Agents that run only when they are told to, all on one thread. */
final class SteppedAgents implements AgentScheduler {

    private static final int FOR_EVER = 100_000;

    private final Map<String, Stepped> agents = new LinkedHashMap<>();
    private final Set<String> eager = new HashSet<>();
    private final Set<String> slowToStop = new HashSet<>();

    private final class Stepped implements Handle {
        private final Agent agent;
        private final FailureHandler onFailure;
        private boolean working;
        private boolean stopped;

        Stepped(Agent agent, FailureHandler onFailure) {
            this.agent = agent;
            this.onFailure = onFailure;
        }

        boolean hasWork() {
            return !stopped && agent.hasWork();
        }

        int step() {
            working = true;
            try {
                return agent.doWork();
            } catch (Throwable e) {
                boolean stopping = stopped;
                stopped = true;
                onFailure.onFailure(agent, e);
                if (!stopping) {
                    agent.onStop();
                }
                return 0;
            } finally {
                working = false;
            }
        }

        @Override
        public void wake() {
            if (eager.contains(agent.name())) {
                while (!working && hasWork()) {
                    step();
                }
            }
        }

        @Override
        public void stop() {
            if (stopped || slowToStop.contains(agent.name())) {
                return;
            }
            stopped = true;
            step();
            agent.onStop();
        }

        @Override
        public boolean awaitStopped(long nanos) {
            return !slowToStop.contains(agent.name());
        }
    }

    /** From now on this agent works as soon as it is woken, whoever wakes it: as if its thread were the fastest. */
    void makeEager(String... names) {
        eager.addAll(Set.of(names));
    }

    /** From now on this agent does not hear that it is to stop: as if its thread were the slowest. */
    void makeSlowToStop(String name) {
        slowToStop.add(name);
    }

    /** One duty cycle. */
    int step(String name) {
        Stepped stepped = stepped(name);
        return stepped.stopped ? 0 : stepped.step();
    }

    /** Until no agent has anything to do. */
    void runAll() {
        for (int i = 0; i < FOR_EVER; i++) {
            boolean idle = true;
            for (Stepped stepped : agents.values()) {
                if (stepped.hasWork()) {
                    stepped.step();
                    idle = false;
                }
            }
            if (idle) {
                return;
            }
        }
        throw new AssertionError("the agents always find something to do: " + agents.keySet());
    }

    /** When this agent wants to work without being woken. */
    long nanosToDeadline(String name) {
        return stepped(name).agent.nanosToDeadline();
    }

    boolean hasStopped(String name) {
        return stepped(name).stopped;
    }

    private Stepped stepped(String name) {
        Stepped stepped = agents.get(name);
        if (stepped == null) {
            throw new IllegalArgumentException("no agent " + name);
        }
        return stepped;
    }

    @Override
    public Handle start(Agent agent, FailureHandler onFailure) {
        Stepped stepped = new Stepped(agent, onFailure);
        agents.put(agent.name(), stepped);
        return stepped;
    }
}
