package io.balsa.raft.divergence;

import io.balsa.raft.cluster.NodeId;

/**
 * Where a server's results began to be others than those of the majority.
 *
 * @param server who differs
 * @param indexes the first entry with another result is one of these; exactly one, if the windows of both reach back to the
 *     last checkpoint at which they agreed
 */
public record FirstDifference(NodeId server, IndexRange indexes) {}
