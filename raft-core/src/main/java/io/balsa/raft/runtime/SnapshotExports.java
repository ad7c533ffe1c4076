package io.balsa.raft.runtime;

import io.balsa.raft.ChangeRefusedException;
import io.balsa.raft.Divergence;
import io.balsa.raft.ExportedSnapshot;
import io.balsa.raft.NodeStoppedException;
import io.balsa.raft.StateDivergedException;
import io.balsa.raft.cluster.ChangeRefusal;
import io.balsa.raft.storage.SnapshotInfo;
import io.balsa.raft.storage.Storage;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/** Exports the newest snapshot: one at a time, because each export holds a thread and a snapshot. For any thread. */
final class SnapshotExports {

    private final Storage storage;
    private final SnapshotBoard board;
    private final Quarantine quarantine;
    private final SnapshotAgent snapshots;
    private final Answers answers;
    private final AtomicReference<@Nullable CompletableFuture<SnapshotInfo>> exporting = new AtomicReference<>();
    private volatile boolean abandoned;

    /** How users are answered, and by whom. */
    record Answers(ApplyAgent apply, Completer completer) {}

    SnapshotExports(
            Storage storage, SnapshotBoard board, Quarantine quarantine, SnapshotAgent snapshots, Answers answers) {
        this.storage = storage;
        this.board = board;
        this.quarantine = quarantine;
        this.snapshots = snapshots;
        this.answers = answers;
    }

    CompletableFuture<SnapshotInfo> export(SnapshotExport.Target target) {
        Optional<SnapshotInfo> newest = board.newest();
        Optional<Divergence> own = quarantine.divergence();
        if (own.isPresent() && !quarantine.allowsSnapshot(board.newestIndex())) {
            return CompletableFuture.failedFuture(new StateDivergedException(own.get()));
        }
        if (newest.isEmpty()) {
            return CompletableFuture.failedFuture(new ChangeRefusedException(
                    ChangeRefusal.NOTHING_TO_SNAPSHOT, "there is no snapshot to export; take one first"));
        }
        CompletableFuture<SnapshotInfo> future = new CompletableFuture<>();
        if (!exporting.compareAndSet(null, future)) {
            return CompletableFuture.failedFuture(new ChangeRefusedException(
                    ChangeRefusal.SNAPSHOT_IN_PROGRESS, "a snapshot is being exported already"));
        }
        ExportedSnapshot file = new ExportedSnapshot(board.cluster(), newest.get());
        snapshots.export(new SnapshotExport(storage, file, target, (exported, failure) -> {
            exporting.set(null);
            answers.apply.answer(() -> {
                exported.ifPresent(info -> answers.completer.complete(future, info));
                failure.ifPresent(reason -> answers.completer.fail(future, reason));
            });
        }));
        if (abandoned) {
            failWaiting(); // who abandoned it may have looked before us
        }
        return future;
    }

    /** Whoever would export hangs: nobody shall wait for that. Called by whoever closes the node. */
    void abandon() {
        abandoned = true;
        failWaiting();
    }

    private void failWaiting() {
        CompletableFuture<SnapshotInfo> waiting = exporting.get();
        if (waiting != null) {
            answers.completer.fail(
                    waiting, new NodeStoppedException("the node stopped before the snapshot was exported"));
        }
    }
}
