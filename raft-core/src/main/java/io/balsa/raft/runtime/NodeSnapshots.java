package io.balsa.raft.runtime;

import io.balsa.raft.SnapshotAdmin;
import io.balsa.raft.storage.SnapshotInfo;
import java.io.OutputStream;
import java.nio.file.Path;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.function.Function;
import java.util.function.Supplier;

/**
 * The snapshots of a node, running or not.
 *
 * @param ask asks the node; fails if it does not run
 * @param started the node, running or stopped; empty if it was never started
 */
record NodeSnapshots(
        Function<Function<RunningNode, CompletableFuture<SnapshotInfo>>, CompletableFuture<SnapshotInfo>> ask,
        Supplier<Optional<RunningNode>> started)
        implements SnapshotAdmin {

    @Override
    public CompletableFuture<SnapshotInfo> trigger() {
        return ask.apply(RunningNode::snapshot);
    }

    @Override
    public Optional<SnapshotInfo> latest() {
        return started.get().flatMap(RunningNode::latestSnapshot);
    }

    @Override
    public CompletableFuture<SnapshotInfo> export(OutputStream out) {
        Objects.requireNonNull(out, "out");
        return ask.apply(running -> running.export(new ExportTargets.Stream(out)));
    }

    @Override
    public CompletableFuture<SnapshotInfo> export(Path file) {
        Objects.requireNonNull(file, "file");
        return ask.apply(running -> running.export(new ExportTargets.File(file)));
    }
}
