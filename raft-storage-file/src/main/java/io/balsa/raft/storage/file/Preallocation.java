package io.balsa.raft.storage.file;

/**
 * How much of a segment is filled with zeros ahead of the writing: a sync is several times faster if it need not change
 * where the file lies on the disk. The steps begin small, so that a new store is made at once, and end at a size that does
 * not delay the appends behind them for long.
 */
final class Preallocation {

    private static final long FIRST_BYTES = 256 * 1024;
    private static final long STEP_BYTES = 4 * 1024 * 1024;
    private static final long BLOCK_BYTES = 4096;

    private Preallocation() {}

    /** The size that the first segment of a store begins with. */
    static long first(long segmentBytes) {
        return Math.min(FIRST_BYTES, segmentBytes);
    }

    /** The size that any later segment begins with. */
    static long next(long segmentBytes) {
        return Math.min(STEP_BYTES, segmentBytes);
    }

    /** The size to grow to from {@code allocated} so that there is room up to {@code needed}. */
    static long grown(long allocated, long needed, long segmentBytes) {
        long step = Math.min(Math.max(allocated, FIRST_BYTES), STEP_BYTES);
        long blocks = (needed + BLOCK_BYTES - 1) / BLOCK_BYTES * BLOCK_BYTES;
        return Math.max(blocks, Math.min(allocated + step, segmentBytes));
    }
}
