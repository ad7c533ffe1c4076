package io.balsa.raft.message;

import io.balsa.raft.cluster.NodeId;
import io.balsa.raft.storage.EntryKind;
import java.util.Arrays;
import java.util.Objects;

/**
 * A follower passes on what its user wants to be committed. It does so once and never again, because it might be committed
 * twice.
 *
 * @param term the one that the receiver leads, as far as the follower knows: in no other may it be appended
 * @param id what the follower calls it
 * @param kind a command, or one of a session
 * @param command its bytes; must not be changed
 */
@SuppressWarnings("ArrayRecordComponent") // compared by content
public record ForwardedProposal(long term, NodeId from, NodeId to, ForwardId id, EntryKind kind, byte[] command)
        implements NodeMessage {

    @Override
    public void dispatch(NodeMessage.Handler handler) {
        handler.onForwardedProposal(this);
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof ForwardedProposal that
                && term == that.term
                && from.equals(that.from)
                && to.equals(that.to)
                && id.equals(that.id)
                && kind == that.kind
                && Arrays.equals(command, that.command);
    }

    @Override
    public int hashCode() {
        return Objects.hash(term, from, to, id, kind, Arrays.hashCode(command));
    }

    @Override
    public String toString() {
        return "ForwardedProposal[term=" + term + ", from=" + from + ", to=" + to + ", id=" + id + ", " + kind + " of "
                + command.length + " bytes]";
    }
}
