package io.balsa.raft.testkit;

import io.balsa.raft.runtime.Agent;
import io.balsa.raft.runtime.AgentScheduler;
import java.util.ArrayList;
import java.util.List;

/** Agents that run only when they are told to, all on one thread. */
final class SteppedAgents implements AgentScheduler {

    static final class Stepped implements Handle {
        private final Agent agent;
        private final FailureHandler onFailure;
        private boolean stopped;

        Stepped(Agent agent, FailureHandler onFailure) {
            this.agent = agent;
            this.onFailure = onFailure;
        }

        boolean hasWork() {
            return !stopped && agent.hasWork();
        }

        long nanosToDeadline() {
            return stopped ? Long.MAX_VALUE : agent.nanosToDeadline();
        }

        void step() {
            try {
                agent.doWork();
            } catch (RuntimeException e) {
                stopped = true;
                onFailure.onFailure(agent, e);
                agent.onStop();
            }
        }

        @Override
        public void wake() {}

        @Override
        public void stop() {
            if (!stopped) {
                stopped = true;
                agent.onStop();
            }
        }

        @Override
        public boolean awaitStopped(long nanos) {
            return true;
        }
    }

    private final List<Stepped> agents = new ArrayList<>();

    List<Stepped> agents() {
        return agents;
    }

    @Override
    public Handle start(Agent agent, FailureHandler onFailure) {
        Stepped stepped = new Stepped(agent, onFailure);
        agents.add(stepped);
        return stepped;
    }
}
