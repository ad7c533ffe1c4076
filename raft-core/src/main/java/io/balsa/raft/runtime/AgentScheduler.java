package io.balsa.raft.runtime;

/** Runs agents: the seam through which a simulator steps them itself. */
public interface AgentScheduler {

    /**
     * Begins to run an agent.
     *
     * @param onFailure is told what an agent has thrown, by whoever ran it; the agent is not run any more then
     */
    Handle start(Agent agent, FailureHandler onFailure);

    /** A running agent. Safe for use by several threads. */
    interface Handle {

        /** There is work: the agent runs soon, if it does not run already. Never blocks. */
        void wake();

        /** Lets the agent do what it was handed so far, in one last duty cycle. Does not wait for it. */
        void stop();

        /**
         * Waits until the agent has stopped and {@link Agent#onStop} has returned. Returns at once when it is called by
         * the agent itself.
         *
         * @return whether it did, within {@code nanos}
         */
        boolean awaitStopped(long nanos);
    }

    /** Takes what an agent has thrown. */
    @FunctionalInterface
    interface FailureHandler {

        /** This agent has thrown this. */
        void onFailure(Agent agent, Throwable failure);
    }
}
