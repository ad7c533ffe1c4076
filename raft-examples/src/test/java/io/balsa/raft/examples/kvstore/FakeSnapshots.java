package io.balsa.raft.examples.kvstore;

import io.balsa.raft.ChangeRefusedException;
import io.balsa.raft.SnapshotAdmin;
import io.balsa.raft.cluster.ChangeRefusal;
import io.balsa.raft.storage.SnapshotInfo;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.function.Supplier;

/** Has the snapshot it was given, as soon as it is asked to take one. */
final class FakeSnapshots implements SnapshotAdmin {

    static final byte[] EXPORTED = {1, 2, 3};

    private final SnapshotInfo next;
    private final Supplier<Optional<RuntimeException>> failure;
    private volatile Optional<SnapshotInfo> latest = Optional.empty();

    FakeSnapshots(SnapshotInfo next, Supplier<Optional<RuntimeException>> failure) {
        this.next = next;
        this.failure = failure;
    }

    @Override
    public CompletableFuture<SnapshotInfo> trigger() {
        if (failure.get().isPresent()) {
            return CompletableFuture.failedFuture(failure.get().get());
        }
        latest = Optional.of(next);
        return CompletableFuture.completedFuture(next);
    }

    @Override
    public Optional<SnapshotInfo> latest() {
        return latest;
    }

    @Override
    public CompletableFuture<SnapshotInfo> export(Path file) {
        if (latest.isEmpty()) {
            return CompletableFuture.failedFuture(new ChangeRefusedException(ChangeRefusal.NOTHING_TO_SNAPSHOT));
        }
        try {
            Files.write(file, EXPORTED);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return CompletableFuture.completedFuture(next);
    }

    @Override
    public CompletableFuture<SnapshotInfo> export(OutputStream out) {
        throw new UnsupportedOperationException("the server exports into files");
    }
}
