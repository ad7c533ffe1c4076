package io.balsa.raft.cluster;

/**
 * The name of a server: a positive number that is never given to another server, not even after this one is gone.
 *
 * @param value greater than zero
 */
public record NodeId(long value) implements Comparable<NodeId> {

    public NodeId {
        if (value <= 0) {
            throw new IllegalArgumentException("a node id is a positive number, not " + value);
        }
    }

    /** The id with this number. */
    public static NodeId of(long value) {
        return new NodeId(value);
    }

    @Override
    public int compareTo(NodeId other) {
        return Long.compare(value, other.value);
    }

    @Override
    public int hashCode() {
        return Long.hashCode(value);
    }

    @Override
    public String toString() {
        return "n" + value;
    }
}
