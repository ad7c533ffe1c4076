package io.balsa.raft.testkit.plan;

/**
 * A fault that strikes at a moment.
 *
 * @param number counts the strikes of a run, from 1
 * @param atNanos when, since the world began
 * @param victim the number of a server, counted from 1; {@link #LEADER} for whoever leads then
 * @param lastsNanos for how long
 * @param chance the seed of everything else about it
 */
public record Strike(int number, long atNanos, Fault fault, int victim, long lastsNanos, long chance) {

    /** Whoever leads when it strikes. */
    public static final int LEADER = 0;

    @Override
    public String toString() {
        return "strike %d at %.6f s: %s of %s for %.6f s (chance %d)"
                .formatted(
                        number,
                        atNanos / 1e9,
                        fault,
                        victim == LEADER ? "the leader" : "server " + victim,
                        lastsNanos / 1e9,
                        chance);
    }
}
