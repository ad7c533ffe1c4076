package io.balsa.raft.message;

import io.balsa.raft.cluster.NodeId;
import java.util.Arrays;
import java.util.Objects;

/**
 * A node tells the leader its hashes on the way to a checkpoint.
 *
 * @param life names the state that they are of: see {@link HashReport}
 * @param span the hashes, encoded; must not be changed
 */
@SuppressWarnings("ArrayRecordComponent") // compared by content
public record HashAnswer(long term, NodeId from, NodeId to, long life, byte[] span) implements NodeMessage {

    @Override
    public void dispatch(NodeMessage.Handler handler) {
        handler.onHashAnswer(this);
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof HashAnswer that
                && term == that.term
                && from.equals(that.from)
                && to.equals(that.to)
                && life == that.life
                && Arrays.equals(span, that.span);
    }

    @Override
    public int hashCode() {
        return Objects.hash(term, from, to, life, Arrays.hashCode(span));
    }

    @Override
    public String toString() {
        return "HashAnswer[term=" + term + ", from=" + from + ", to=" + to + ", life=" + life + ", " + span.length
                + " bytes]";
    }
}
