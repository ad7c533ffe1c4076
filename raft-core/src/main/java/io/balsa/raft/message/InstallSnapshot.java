package io.balsa.raft.message;

import io.balsa.raft.cluster.NodeId;
import io.balsa.raft.storage.SnapshotInfo;

/**
 * A piece of the leader's snapshot for a follower that needs what the leader's log no longer has (figure 5.3). Each piece
 * has the whole description, so that a piece that comes first, or after a restart, is understood.
 *
 * @param snapshot what it is a piece of
 * @param offset where in the snapshot it begins
 * @param data empty only if the snapshot is, or to ask how much the follower has
 */
public record InstallSnapshot(long term, NodeId from, NodeId to, SnapshotInfo snapshot, long offset, SnapshotBytes data)
        implements Message {

    /** The most bytes that a piece may have. */
    public static final int MAX_DATA_BYTES = 4 << 20;

    public InstallSnapshot {
        if (offset < 0 || data.size() > MAX_DATA_BYTES || offset + data.size() > snapshot.sizeBytes()) {
            throw new IllegalArgumentException(data.size() + " bytes at " + offset + " are no piece of a " + snapshot);
        }
    }

    @Override
    public void dispatch(Handler handler) {
        handler.onInstallSnapshot(this);
    }
}
