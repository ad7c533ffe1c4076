package io.balsa.raft.core;

import io.balsa.raft.message.InstallSnapshot;
import io.balsa.raft.storage.SnapshotInfo;
import java.util.Optional;

/**
 * What a {@link Ready} wants done about snapshots.
 *
 * @param piece of a leader's snapshot, to be stored; answered by {@link Input.PieceStored} or, if it was the last one and
 *     all of the snapshot is durable, by {@link Input.SnapshotReceived}. There is one at a time
 * @param install a snapshot that was received stands for the log up to its end: to be written, as the entries are, before
 *     the entries of the same Ready; the state machine is to be restored from it
 * @param compactTo entries up to this index are no longer needed; 0 if there is nothing new to drop. After the entries
 */
public record SnapshotWork(Optional<InstallSnapshot> piece, Optional<SnapshotInfo> install, long compactTo) {

    /** Nothing. */
    public static final SnapshotWork NONE = new SnapshotWork(Optional.empty(), Optional.empty(), 0);
}
