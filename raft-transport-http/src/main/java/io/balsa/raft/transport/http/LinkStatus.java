package io.balsa.raft.transport.http;

import io.balsa.raft.cluster.NodeId;

/**
 * How the link to a peer is doing and what has gone over it since the peer became known: a snapshot, immutable, whose
 * numbers were read one after the other.
 *
 * @param peer who is at the other end
 * @param address where we reach it
 * @param connected whether our main stream to it is open; it is unknown for up to the silence timeout whether anybody
 *     listens
 * @param connections how often our main stream to it has been opened; all but the first are reconnects
 * @param sent what was handed to the HTTP client, keep-alives' bytes included
 * @param received what came in intact, keep-alives' bytes included
 * @param dropped what was not sent
 */
public record LinkStatus(
        NodeId peer,
        String address,
        boolean connected,
        long connections,
        Traffic sent,
        Traffic received,
        Drops dropped) {

    /**
     * What has gone one way.
     *
     * @param frames frames of the three lanes
     * @param bytes bytes of all frames, as they are on the wire
     */
    public record Traffic(long frames, long bytes) {}

    /**
     * Frames that were not sent, by cause.
     *
     * @param queueFull there was no room in the queue of the lane
     * @param noLink there was no connection, and none was being made
     * @param linkLost they were in a queue when the connection ended or could not be made
     * @param tooLarge they were longer than a frame may be
     */
    public record Drops(long queueFull, long noLink, long linkLost, long tooLarge) {

        /** Frames that were not sent, whatever the cause. */
        public long total() {
            return queueFull + noLink + linkLost + tooLarge;
        }
    }
}
