package io.balsa.raft.core;

import io.balsa.raft.cluster.NodeId;

/**
 * What a leader knows of another server.
 *
 * @param matchIndex up to where it has the log, on its disk
 * @param silentNanos how long ago it was heard
 * @param receivesSnapshot whether a snapshot is on its way to it
 * @param isLeaving whether it is no member any more
 */
public record PeerProgress(NodeId id, long matchIndex, long silentNanos, boolean receivesSnapshot, boolean isLeaving) {}
