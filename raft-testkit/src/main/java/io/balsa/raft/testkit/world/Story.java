package io.balsa.raft.testkit.world;

/** Takes down what happens, so that a person can read it. */
@FunctionalInterface
public interface Story {

    /** Something happened to somebody. */
    void tell(long nanos, String who, String what);
}
