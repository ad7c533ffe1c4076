package io.balsa.raft.core;

import io.balsa.raft.cluster.NodeId;

/**
 * A follower needs entries that the core no longer holds: read them from the storage and step {@link Input.Loaded}.
 *
 * @param follower for whom
 * @param fromIndex index of the first entry wanted
 * @param toIndex index of the last entry wanted; all of them are durable
 * @param maxBytes after how many bytes to stop, if there was at least one entry
 */
public record Load(NodeId follower, long fromIndex, long toIndex, int maxBytes) {}
