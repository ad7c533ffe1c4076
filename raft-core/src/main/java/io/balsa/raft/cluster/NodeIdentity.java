package io.balsa.raft.cluster;

import java.util.Objects;

/**
 * Who a running server is: the cluster it belongs to, its name in it, and the store it remembers with. Every file and
 * every connection carries these three, so that neither a directory nor a peer of another cluster, of another node, or of
 * the same node with a wiped disk is taken for the right one.
 *
 * @param cluster name of the cluster: 1 to {@value #MAX_CLUSTER_LENGTH} characters out of {@code A-Z a-z 0-9 . _ -}
 * @param node name of the server
 * @param storeId drawn at random once, when the store was made
 */
public record NodeIdentity(String cluster, NodeId node, long storeId) {

    /** The longest name a cluster may have. */
    public static final int MAX_CLUSTER_LENGTH = 64;

    public NodeIdentity {
        Objects.requireNonNull(node, "node");
        if (!cluster.matches("[A-Za-z0-9._-]{1," + MAX_CLUSTER_LENGTH + "}")) {
            throw new IllegalArgumentException("the name of a cluster has 1 to " + MAX_CLUSTER_LENGTH
                    + " characters out of A-Z a-z 0-9 . _ -, unlike '" + cluster + "'");
        }
    }

    @Override
    public String toString() {
        return cluster + "/" + node + "/" + Long.toHexString(storeId);
    }
}
