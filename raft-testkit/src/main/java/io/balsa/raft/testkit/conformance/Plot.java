package io.balsa.raft.testkit.conformance;

import io.balsa.raft.storage.StoredState;
import java.util.List;

/** What is done to a store until something goes wrong, and what may be found when it is opened again. Used once. */
interface Plot {

    /** Done before anything can go wrong. */
    default void prepare(Bench bench) {}

    /** Done one after the other, each a call or a few. The power may go off between them, and within them. */
    List<Runnable> steps(Bench bench);

    /** Looks at what is found, in a store that was just opened. */
    void judge(Bench bench, StoredState found);
}
