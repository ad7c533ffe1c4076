package io.balsa.raft.transport;

/**
 * How urgent a frame is. Frames of one lane from one server to another keep their order as far as the transport can; those
 * of different lanes may overtake one another, so that a snapshot never delays a heartbeat.
 */
public enum Lane {
    /** Votes and heartbeats: small, and late is as bad as lost. */
    URGENT,
    /** Entries and their acknowledgements. */
    ENTRIES,
    /** Snapshots: large, and in no hurry. */
    BULK
}
