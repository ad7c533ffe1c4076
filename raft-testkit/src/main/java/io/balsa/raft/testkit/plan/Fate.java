package io.balsa.raft.testkit.plan;

/**
 * What the network does to a message.
 *
 * @param lost whether it never arrives
 * @param delayNanos after how long it arrives
 * @param againNanos after how long it arrives once more; negative if it does not
 */
public record Fate(boolean lost, long delayNanos, long againNanos) {

    /** Never arrives. */
    public static final Fate LOST = new Fate(true, 0, -1);

    /** Arrives once. */
    public static Fate arrives(long delayNanos) {
        return new Fate(false, delayNanos, -1);
    }

    /** Whether it arrives a second time. */
    public boolean isRepeated() {
        return againNanos >= 0;
    }
}
