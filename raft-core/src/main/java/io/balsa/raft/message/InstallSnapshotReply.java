package io.balsa.raft.message;

import io.balsa.raft.cluster.NodeId;
import io.balsa.raft.storage.LogPosition;

/**
 * How much of a snapshot the follower has, so what it needs next. Promises nothing: once it has all of it, on its disk and
 * installed, it says so by {@link AppendEntriesAccepted}.
 *
 * @param snapshot what the snapshot's last entry is, or {@link #STALE_TERM}
 * @param received how many of its bytes, from the first on
 */
public record InstallSnapshotReply(long term, NodeId from, NodeId to, LogPosition snapshot, long received)
        implements Message {

    /** In place of a snapshot, none of which is spoken of: the request was of an earlier term. */
    public static final LogPosition STALE_TERM = LogPosition.ZERO;

    @Override
    public void dispatch(Handler handler) {
        handler.onInstallSnapshotReply(this);
    }
}
