package io.balsa.raft.runtime;

import org.jspecify.annotations.Nullable;

/** What the node's agents share: each is woken by those who bring it work. */
abstract class AbstractAgent implements Agent {

    private final String name;
    private volatile AgentScheduler.@Nullable Handle handle;
    private volatile Runnable whenEnded = () -> {};

    AbstractAgent(String name) {
        this.name = name;
    }

    @Override
    public final String name() {
        return name;
    }

    /** Says who runs the agent from now on. Work that came before is seen. */
    final void runBy(AgentScheduler.Handle handle) {
        this.handle = handle;
        handle.wake();
    }

    /** There is work. Called by any thread, after it has put the work where the agent finds it. */
    final void wake() {
        AgentScheduler.Handle runner = handle;
        if (runner != null) {
            runner.wake();
        }
    }

    @Override
    public long nanosToDeadline() {
        return Long.MAX_VALUE;
    }

    /** Says who wants to know when the agent has ended, before it begins. */
    final void whenEnded(Runnable told) {
        whenEnded = told;
    }

    @Override
    public final void onStop() {
        try {
            end();
        } finally {
            whenEnded.run();
        }
    }

    /** Fails what will not be done any more. */
    void end() {}
}
