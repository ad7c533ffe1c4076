package io.balsa.raft.message;

import io.balsa.raft.cluster.NodeId;
import io.balsa.raft.storage.LogPosition;
import java.util.Arrays;
import java.util.Objects;

/**
 * The answer to a {@link ForwardedProposal} that is committed, and applied by the server that appended it.
 *
 * @param id what the follower called it
 * @param entry where it stands in the log
 * @param result what the state machine answered; must not be changed
 */
@SuppressWarnings("ArrayRecordComponent") // compared by content
public record ForwardedResult(long term, NodeId from, NodeId to, ForwardId id, LogPosition entry, byte[] result)
        implements NodeMessage {

    @Override
    public void dispatch(NodeMessage.Handler handler) {
        handler.onForwardedResult(this);
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof ForwardedResult that
                && term == that.term
                && from.equals(that.from)
                && to.equals(that.to)
                && id.equals(that.id)
                && entry.equals(that.entry)
                && Arrays.equals(result, that.result);
    }

    @Override
    public int hashCode() {
        return Objects.hash(term, from, to, id, entry, Arrays.hashCode(result));
    }

    @Override
    public String toString() {
        return "ForwardedResult[term=" + term + ", from=" + from + ", to=" + to + ", id=" + id + ", entry=" + entry
                + ", " + result.length + " bytes]";
    }
}
