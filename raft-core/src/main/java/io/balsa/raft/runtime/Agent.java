package io.balsa.raft.runtime;

/**
 * A part of the node that works in duty cycles: whoever runs it calls {@link #doWork} again and again, one call at a time,
 * and may pause while there is nothing to do. In production each agent has a thread; a simulator steps them all on one.
 */
public interface Agent {

    /** What the thread is called after. */
    String name();

    /**
     * Does what there is to do now and returns without waiting for more.
     *
     * @return how much was done; 0 if there was nothing
     */
    int doWork();

    /** Whether {@link #doWork} would find something to do. Called by whoever runs the agent. */
    boolean hasWork();

    /** How long {@link #doWork} may be put off if there is no work, in nanoseconds; {@link Long#MAX_VALUE} for ever. */
    long nanosToDeadline();

    /** Called once, after the last {@link #doWork}, by whoever called that: fails what will not be done any more. */
    void onStop();
}
