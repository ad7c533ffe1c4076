package io.balsa.raft.core;

import io.balsa.raft.storage.SnapshotInfo;

/**
 * A snapshot on its way to one follower (figure 5.3): a piece at a time, each when the one before has arrived, so that little
 * memory is held and what the follower has already, from an earlier attempt or another leader, is not sent again. First an
 * empty piece asks how much that is.
 */
final class SnapshotTransfer {

    private final SnapshotInfo snapshot;
    private long offset; // as much as the follower has
    private boolean asked;
    private boolean awaitsPiece; // it is being read
    private long dueNanos; // when the next piece may go, or the last one is given up for lost
    private long advancedNanos;
    private long earliestNanos; // before this the next piece would be too fast

    SnapshotTransfer(SnapshotInfo snapshot, long nowNanos) {
        this.snapshot = snapshot;
        this.dueNanos = nowNanos;
        this.earliestNanos = nowNanos;
        this.advancedNanos = nowNanos;
    }

    SnapshotInfo snapshot() {
        return snapshot;
    }

    /** Where the next piece begins. */
    long offset() {
        return offset;
    }

    /** How long the next piece is: empty if it is only to ask what the follower has. */
    int nextLength(int pieceBytes) {
        return asked ? (int) Math.min(pieceBytes, snapshot.sizeBytes() - offset) : 0;
    }

    boolean isDue(long nowNanos) {
        return !awaitsPiece && nowNanos - dueNanos >= 0;
    }

    boolean awaitsPiece() {
        return awaitsPiece;
    }

    /** When it is to be looked at again, unless a piece is being read. */
    long dueNanos() {
        return dueNanos;
    }

    /** When the follower was last known to have more than before. */
    long advancedNanos() {
        return advancedNanos;
    }

    void awaitPiece() {
        awaitsPiece = true;
    }

    /** The piece could not be read: not before then again. */
    void pieceFailed(long againNanos) {
        awaitsPiece = false;
        dueNanos = againNanos;
    }

    /** The piece that was read is not the next one any more, which is due as soon as any. */
    void pieceUnwanted() {
        awaitsPiece = false;
    }

    /**
     * A piece is on its way.
     *
     * @param costNanos how long as many bytes take at the highest rate allowed
     */
    void sent(long nowNanos, long costNanos, long lostAfterNanos) {
        awaitsPiece = false;
        earliestNanos = nowNanos + costNanos;
        dueNanos = nowNanos + Math.max(costNanos, lostAfterNanos);
    }

    /** The follower has so much. */
    void received(long bytes, long nowNanos) {
        if (bytes > offset) {
            advancedNanos = nowNanos;
        }
        boolean isNews = !asked || bytes != offset; // else it is heard twice, and the next piece is on its way
        asked = true;
        offset = Math.min(bytes, snapshot.sizeBytes());
        if (isNews && offset < snapshot.sizeBytes()) {
            dueNanos = earliestNanos;
        }
    }
}
