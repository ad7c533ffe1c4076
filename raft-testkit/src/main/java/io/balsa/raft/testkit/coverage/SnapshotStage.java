package io.balsa.raft.testkit.coverage;

/** How far a server is between a snapshot that is durable and the log that is cut for it. */
enum SnapshotStage {
    /** There is no such snapshot. */
    NONE,
    /** It is durable, and the core does not know. */
    PUBLISHED,
    /** The core knows. */
    TOLD,
    /** The core wants the log to be cut. */
    DEMANDED;

    /** The core is told. */
    SnapshotStage told() {
        return this == PUBLISHED ? TOLD : this;
    }

    /** The core, if it knows of the snapshot, says whether the log is to be cut now. */
    SnapshotStage ready(boolean cuts) {
        if (this != TOLD) {
            return this;
        }
        return cuts ? DEMANDED : NONE;
    }
}
