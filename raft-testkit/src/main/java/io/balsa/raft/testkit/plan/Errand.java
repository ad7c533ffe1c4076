package io.balsa.raft.testkit.plan;

/**
 * Something that an operator does.
 *
 * @param number counts the errands of a run, from 1
 * @param atNanos when its time has come, since the world began
 * @param asked the number of the server that is asked, counted from 1; {@link #LEADER} for whoever leads then
 * @param moment for which it waits when its time has come
 * @param withinNanos how long after it was asked its server is struck at the latest, if the moment is one before a strike
 * @param chance the seed of everything else about it
 */
public record Errand(int number, long atNanos, Act act, int asked, Moment moment, long withinNanos, long chance) {

    /** Whoever leads when it is done. */
    public static final int LEADER = 0;

    @Override
    public String toString() {
        return "errand %d at %.6f s: %s, asks %s, %s, within %.6f s (chance %d)"
                .formatted(
                        number,
                        atNanos / 1e9,
                        act,
                        asked == LEADER ? "the leader" : "server " + asked,
                        moment,
                        withinNanos / 1e9,
                        chance);
    }
}
