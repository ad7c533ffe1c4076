package io.balsa.raft.runtime;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Consumer;

/** The agents of a node, from their beginning to their end. */
final class AgentGroup {

    private final Clock clock;
    private final List<AbstractAgent> agents;
    private final List<AgentScheduler.Handle> handles = new CopyOnWriteArrayList<>();

    /** None of them runs yet; this is the order in which they stop. */
    AgentGroup(Clock clock, List<AbstractAgent> agents) {
        this.clock = clock;
        this.agents = agents;
    }

    /**
     * Lets them run.
     *
     * @param onEnd is told of each agent that has ended, by whoever ran it
     */
    void run(AgentScheduler scheduler, AgentScheduler.FailureHandler onFailure, Consumer<Agent> onEnd) {
        for (AbstractAgent agent : agents) {
            agent.whenEnded(() -> onEnd.accept(agent));
            AgentScheduler.Handle handle = scheduler.start(agent, onFailure);
            handles.add(handle);
            agent.runBy(handle);
        }
    }

    /** Lets all of them end, in order, without waiting for them. */
    void stop() {
        handles.forEach(AgentScheduler.Handle::stop);
    }

    /**
     * Ends one after the other, so that each can still hand to the next what must not be lost.
     *
     * @return those that have not ended within {@code nanos}
     */
    List<AbstractAgent> stopInOrder(long nanos) {
        long deadline = clock.nanoTime() + nanos;
        List<AbstractAgent> late = new ArrayList<>();
        for (int i = 0; i < handles.size(); i++) {
            handles.get(i).stop();
            if (!handles.get(i).awaitStopped(deadline - clock.nanoTime())) {
                late.add(agents.get(i));
            }
        }
        return late;
    }

    /** Waits for those that were stopped, for so long all in all; not for the one that asks. */
    void awaitStopped(long nanos) {
        long deadline = clock.nanoTime() + nanos;
        for (AgentScheduler.Handle handle : handles) {
            var unused = handle.awaitStopped(deadline - clock.nanoTime());
        }
    }
}
