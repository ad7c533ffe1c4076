package io.balsa.raft.core;

import io.balsa.raft.cluster.NodeId;
import io.balsa.raft.storage.SnapshotInfo;

/** A follower needs something that only the storage has. There is one load at a time for each follower. */
public sealed interface Load {

    /** For whom. */
    NodeId follower();

    /**
     * Entries that the core no longer holds: read them and step {@link Input.Loaded}.
     *
     * @param follower for whom
     * @param fromIndex index of the first entry wanted
     * @param toIndex index of the last entry wanted; all of them are durable
     * @param maxBytes after how many bytes to stop, if there was at least one entry
     */
    record Entries(NodeId follower, long fromIndex, long toIndex, int maxBytes) implements Load {}

    /**
     * A piece of a snapshot: read it and step {@link Input.PieceLoaded}.
     *
     * @param follower for whom
     * @param snapshot of what
     * @param offset where it begins
     * @param length how long it is
     */
    record Piece(NodeId follower, SnapshotInfo snapshot, long offset, int length) implements Load {}
}
