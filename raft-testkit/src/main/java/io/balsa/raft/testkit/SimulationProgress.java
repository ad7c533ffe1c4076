package io.balsa.raft.testkit;

/**
 * How far a simulation has come.
 *
 * @param done how many seeds have been run
 * @param of how many
 * @param failed how many of those that were run have failed
 */
public record SimulationProgress(int done, int of, int failed) {

    /** In words. */
    @Override
    public String toString() {
        return done + " of " + of + " seeds" + (failed == 0 ? "" : ", " + failed + " failed");
    }
}
