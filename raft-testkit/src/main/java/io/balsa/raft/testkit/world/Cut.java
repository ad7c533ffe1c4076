package io.balsa.raft.testkit.world;

import io.balsa.raft.testkit.plan.Fault;
import java.util.BitSet;

/** Links through which nothing passes, until it is mended. Several cuts may hit the same link. */
final class Cut {

    private final Fault shape;
    private final SimulatedServer victim;
    private final BitSet links = new BitSet();
    private boolean stoppedAny;

    Cut(Fault shape, SimulatedServer victim) {
        this.shape = shape;
        this.victim = victim;
    }

    Fault shape() {
        return shape;
    }

    /** Whom it is about, if it is about anyone. */
    SimulatedServer victim() {
        return victim;
    }

    /** Cuts a link, in one direction. */
    void add(int link) {
        links.set(link);
    }

    boolean has(int link) {
        return links.get(link);
    }

    /** A message could not pass. True for the first one. */
    boolean stops() {
        boolean first = !stoppedAny;
        stoppedAny = true;
        return first;
    }
}
