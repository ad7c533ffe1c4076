package io.balsa.raft.testkit.plan;

import io.balsa.raft.testkit.Draws;

/**
 * What the network does to messages, whatever link they take.
 *
 * @param leastDelayNanos how long a message takes at least
 * @param mostDelayNanos how long at most, as a rule
 * @param inOrder whether messages of a link keep their order, but for those that are held up or repeated
 * @param loss how likely a message is lost
 * @param duplication how likely it arrives twice
 * @param lateness how likely it is held up for much longer than the rule, over elections perhaps
 * @param staleness how likely it comes again after up to a minute
 */
public record Weather(
        long leastDelayNanos,
        long mostDelayNanos,
        boolean inOrder,
        double loss,
        double duplication,
        double lateness,
        double staleness) {

    /** Nothing but a short delay. */
    public static final Weather FAIR = new Weather(20_000, 200_000, true, 0, 0, 0, 0);

    /** Messages that are held up for longer than this do not hold up those behind them. */
    public static final long LATE_NANOS = 50_000_000L;

    private static final long LATEST_NANOS = 6_000_000_000L;
    private static final long STALEST_NANOS = 60_000_000_000L;

    /** The fate of a message with this chance. */
    Fate fate(Draws chance) {
        if (chance.chance(loss)) {
            return Fate.LOST;
        }
        long delay = chance.chance(lateness)
                ? chance.between(mostDelayNanos, Math.max(mostDelayNanos, LATEST_NANOS))
                : chance.between(leastDelayNanos, mostDelayNanos);
        if (chance.chance(duplication)) {
            return new Fate(false, delay, chance.between(leastDelayNanos, 4 * mostDelayNanos));
        }
        if (chance.chance(staleness)) {
            return new Fate(false, delay, chance.between(mostDelayNanos, STALEST_NANOS));
        }
        return Fate.arrives(delay);
    }

    @Override
    public String toString() {
        return "delay %.3f-%.3f ms, %s, loss %.3f, twice %.3f, late %.3f, stale %.4f"
                .formatted(
                        leastDelayNanos / 1e6,
                        mostDelayNanos / 1e6,
                        inOrder ? "in order" : "in any order",
                        loss,
                        duplication,
                        lateness,
                        staleness);
    }
}
