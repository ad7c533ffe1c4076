package io.balsa.raft.explore;

/** A map from numbers to numbers that takes 16 bytes a slot: for many millions of states. Nothing is removed. */
final class LongTable {

    /** What {@link #get} says when there is nothing. */
    static final long NONE = Long.MIN_VALUE;

    private static final long FREE = 0;

    private long[] slots = new long[1 << 12]; // key, value, key, value, …
    private long size;

    long size() {
        return size;
    }

    /** The value of this key, or {@link #NONE}. */
    long get(long key) {
        int at = slotOf(slots, nonZero(key));
        return slots[at] == FREE ? NONE : slots[at + 1];
    }

    /** Adds a key, unless it is there. */
    boolean putIfAbsent(long key, long value) {
        long stored = nonZero(key);
        int at = slotOf(slots, stored);
        if (slots[at] != FREE) {
            return false;
        }
        slots[at] = stored;
        slots[at + 1] = value;
        size++;
        if (size * 3 > slots.length) { // two of three slots are taken
            grow();
        }
        return true;
    }

    private void grow() {
        long[] larger = new long[Math.multiplyExact(slots.length, 2)];
        for (int at = 0; at < slots.length; at += 2) {
            if (slots[at] != FREE) {
                int to = slotOf(larger, slots[at]);
                larger[to] = slots[at];
                larger[to + 1] = slots[at + 1];
            }
        }
        slots = larger;
    }

    private static int slotOf(long[] slots, long key) {
        int mask = slots.length - 1;
        int at = ((int) Mixing.of(key) << 1) & mask;
        while (slots[at] != FREE && slots[at] != key) {
            at = (at + 2) & mask;
        }
        return at;
    }

    private static long nonZero(long key) {
        return key == FREE ? 1 : key;
    }
}
