package io.balsa.raft.testkit.plan;

import java.util.List;

/** Everything that is decided about a run from outside while it happens. The same question gets the same answer, always. */
public interface Decisions {

    /** In peace, clients count their steps from here on: those are what shows that the cluster is alive. */
    long FIRST_STEP_OF_PEACE = 1_000_001;

    /** The strikes of the nemesis, by time. */
    List<Strike> strikes();

    /** What an operator does, by time. */
    List<Errand> errands();

    /**
     * What becomes of a message while the weather is that of the plan.
     *
     * @param link names sender and receiver: 256 times the number of the one plus that of the other
     * @param kind the code of its kind of message
     * @param number counts the messages of this kind on this link, from 1
     */
    Fate fate(int link, int kind, long number);

    /** The {@code number}th step of a client, both counted from 1. A step with a negative server is left out. */
    ClientStep step(int client, long number);
}
