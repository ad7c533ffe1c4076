package io.balsa.raft.message;

import io.balsa.raft.cluster.NodeId;
import io.balsa.raft.storage.LogPosition;

/**
 * The follower's log has no entry at the request's previous position, or the request is of an earlier term.
 *
 * @param rejectedIndex the previous index of the request, or {@link #STALE_TERM}
 * @param hint the highest position of the follower's log at which the two may still agree: not above the request's
 *     previous index, nor of a later term. It saves a round trip for each entry (section 3.5). Zero with
 *     {@link #STALE_TERM}
 * @param lost whether the log ends before entries that this server has acknowledged: it lost them to damage. The leader must not
 *     count on anything past the hint any more, and send it again
 */
public record AppendEntriesRejected(
        long term, NodeId from, NodeId to, long rejectedIndex, LogPosition hint, boolean lost) implements AfterSync {

    /** A rejection by a server that has lost nothing. */
    public AppendEntriesRejected(long term, NodeId from, NodeId to, long rejectedIndex, LogPosition hint) {
        this(term, from, to, rejectedIndex, hint, false);
    }

    /** In place of an index, which is said of no log: only the term is rejected. */
    public static final long STALE_TERM = 0;

    @Override
    public void dispatch(Handler handler) {
        handler.onAppendEntriesRejected(this);
    }
}
