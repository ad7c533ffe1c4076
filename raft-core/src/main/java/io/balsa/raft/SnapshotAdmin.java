package io.balsa.raft;

import io.balsa.raft.storage.SnapshotInfo;
import java.io.OutputStream;
import java.nio.file.Path;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;

/**
 * The snapshots of one node. They are taken by themselves, as {@link SnapshotConfig} says; this is for operators.
 *
 * <p><b>Threads.</b> All methods may be called by any thread; none of them blocks. Futures complete as those of
 * {@link RaftNode} do.
 */
public interface SnapshotAdmin {

    /**
     * Takes a snapshot now: the state is captured at once and written in the background. Any node may, leader or not.
     *
     * @return what it became, once it is durable; or a {@link ChangeRefusedException} with
     *     {@link io.balsa.raft.cluster.ChangeRefusal#SNAPSHOT_IN_PROGRESS SNAPSHOT_IN_PROGRESS},
     *     {@link io.balsa.raft.cluster.ChangeRefusal#NO_SNAPSHOTS NO_SNAPSHOTS},
     *     {@link io.balsa.raft.cluster.ChangeRefusal#NOTHING_TO_SNAPSHOT NOTHING_TO_SNAPSHOT} or
     *     {@link io.balsa.raft.cluster.ChangeRefusal#SNAPSHOT_FAILED SNAPSHOT_FAILED}; or a {@link NodeStoppedException}
     */
    CompletableFuture<SnapshotInfo> trigger();

    /** The newest snapshot of this node, taken here or received from a leader; empty if there is none. */
    Optional<SnapshotInfo> latest();

    /**
     * Writes the {@linkplain #latest newest} snapshot, with everything that is needed to begin a new store with it, in the
     * background, as {@link ExportedSnapshot} says. The stream is written by a thread of the node, the one that takes and receives snapshots: those wait as
     * long as it does. It is flushed, not closed. Should it hang while the node is closed, the future fails, and the thread may
     * still write to it when it goes on.
     *
     * @return what was written; or a {@link ChangeRefusedException}, with
     *     {@link io.balsa.raft.cluster.ChangeRefusal#NOTHING_TO_SNAPSHOT NOTHING_TO_SNAPSHOT} if there is none yet, or
     *     {@link io.balsa.raft.cluster.ChangeRefusal#SNAPSHOT_FAILED SNAPSHOT_FAILED} if it could not be read or written;
     *     or a {@link NodeStoppedException}
     */
    CompletableFuture<SnapshotInfo> export(OutputStream out);

    /**
     * Does the same into a new file, which is durable when the future completes. A file that is there already is left
     * alone, and the export fails; of an export that failed no file is left.
     *
     * @see #export(OutputStream)
     */
    CompletableFuture<SnapshotInfo> export(Path file);
}
