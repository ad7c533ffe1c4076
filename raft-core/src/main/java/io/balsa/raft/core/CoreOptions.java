package io.balsa.raft.core;

/**
 * What a server may do besides replicating; times in nanoseconds, sizes in bytes. Checked by whoever makes them.
 *
 * @param leaseNanos for how long, from the time it asked, a leader that a quorum has answered may read without asking
 *     again: an election timeout less what the clocks may differ by; 0 if never (section 6.4.1)
 * @param longestSyncNanos how long a write may wait for the disk before a leader gives up its leadership
 * @param silenceNanos after how long a silent peer is reported
 * @param catchUpNanos how long newcomers that shall vote may take to catch up
 * @param trailingEntries how many entries to keep that a snapshot covers, for followers that lag a little
 * @param pieceBytes how large a piece of a snapshot is
 * @param snapshotBytesPerSecond how much of snapshots to send to one follower in a second; 0 if there is no limit
 */
public record CoreOptions(
        long leaseNanos,
        long longestSyncNanos,
        long silenceNanos,
        long catchUpNanos,
        long trailingEntries,
        int pieceBytes,
        long snapshotBytesPerSecond) {

    /** No leases, no limits. */
    public static final CoreOptions DEFAULT =
            new CoreOptions(0, Long.MAX_VALUE / 4, Long.MAX_VALUE / 4, 300_000_000_000L, 0, 1 << 20, 0);
}
