package io.balsa.raft;

import io.balsa.raft.cluster.NodeId;
import java.util.Objects;

/**
 * A server's state machine has come to other results than those of a majority, with the same commands: it is not
 * deterministic, or the server's memory or an earlier version of its program has spoilt its state. See
 * {@link RaftConfig#divergenceInterval}.
 *
 * @param server who differs, and is in quarantine
 * @param firstIndex the first command with another result is at this index, or after it
 * @param lastIndex or before this one: the same as {@code firstIndex} if it is known exactly, as it nearly always is
 * @param checkpoint the index at which it was found
 */
public record Divergence(NodeId server, long firstIndex, long lastIndex, long checkpoint) {

    public Divergence {
        Objects.requireNonNull(server, "server");
        if (firstIndex < 1 || lastIndex < firstIndex) {
            throw new IllegalArgumentException("no indexes are from " + firstIndex + " to " + lastIndex);
        }
    }

    /** Whether the first command with another result is known exactly. */
    public boolean isExact() {
        return firstIndex == lastIndex;
    }

    @Override
    public String toString() {
        String where =
                isExact() ? "from index " + firstIndex + " on" : "from between " + firstIndex + " and " + lastIndex;
        return "the state machine of server " + server.value() + " has other results than those of a majority " + where
                + ", found at checkpoint " + checkpoint;
    }
}
