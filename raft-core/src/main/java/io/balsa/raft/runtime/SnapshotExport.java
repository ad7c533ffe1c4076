package io.balsa.raft.runtime;

import io.balsa.raft.ChangeRefusedException;
import io.balsa.raft.ExportedSnapshot;
import io.balsa.raft.NodeStoppedException;
import io.balsa.raft.RaftException;
import io.balsa.raft.cluster.ChangeRefusal;
import io.balsa.raft.storage.SnapshotInfo;
import io.balsa.raft.storage.SnapshotSource;
import io.balsa.raft.storage.Storage;
import io.balsa.raft.storage.StorageException;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.util.Optional;
import java.util.function.BiConsumer;
import org.jspecify.annotations.Nullable;

/** A snapshot on its way out of the storage, as a {@link ExportedSnapshot}, a part at a time. The snapshot agent's. */
final class SnapshotExport {

    private static final int PART_BYTES = 1 << 18;

    /** Where it goes. */
    interface Target {

        /** Where to write; called once, first. */
        OutputStream open() throws IOException;

        /** Everything is written. */
        void finish() throws IOException;

        /** Nothing came of it. Never throws. */
        void abandon();
    }

    private final Storage storage;
    private final ExportedSnapshot file;
    private final Target target;
    private final BiConsumer<Optional<SnapshotInfo>, Optional<RaftException>> whenDone;
    private final ByteBuffer part = ByteBuffer.allocate(PART_BYTES);
    private @Nullable SnapshotSource source;
    private @Nullable OutputStream out;
    private long position;
    private boolean inTarget; // and so in code of the application

    /**
     * Begins with nothing.
     *
     * @param whenDone is told once, on the snapshot agent's thread, what was exported or why nothing was
     */
    SnapshotExport(
            Storage storage,
            ExportedSnapshot file,
            Target target,
            BiConsumer<Optional<SnapshotInfo>, Optional<RaftException>> whenDone) {
        this.storage = storage;
        this.file = file;
        this.target = target;
        this.whenDone = whenDone;
    }

    /** Whether that was the last of it. */
    boolean writeSome() {
        try {
            if (!writePart()) {
                return false;
            }
        } catch (Throwable e) { // errors too: the target is the application's, and whatever it throws is its matter
            boolean mayGoOn = inTarget || !(e instanceof Error);
            close();
            target.abandon();
            whenDone.accept(
                    Optional.empty(), Optional.of(new ChangeRefusedException(ChangeRefusal.SNAPSHOT_FAILED, e)));
            if (!mayGoOn) {
                throw (Error) e; // the storage's, which nobody survives
            }
            return true;
        }
        close();
        whenDone.accept(Optional.of(file.info()), Optional.empty());
        return true;
    }

    private boolean writePart() throws IOException {
        SnapshotSource from = source == null ? begin() : source;
        int count = from.read(position, part.clear());
        position += count;
        boolean last = position >= file.info().sizeBytes() || count == 0;
        inTarget = true;
        if (count > 0 && out != null) {
            out.write(part.array(), 0, count);
        }
        if (last) {
            target.finish();
        }
        inTarget = false;
        return last;
    }

    private SnapshotSource begin() throws IOException {
        SnapshotSource opened = storage.openSnapshot(file.info().last())
                .orElseThrow(() -> new IOException("it is gone, because there are newer ones"));
        source = opened;
        if (!opened.info().equals(file.info())) {
            throw new IOException("there is another one of the same position by now");
        }
        inTarget = true;
        out = target.open();
        out.write(file.header());
        inTarget = false;
        return opened;
    }

    /** The node stops. */
    void stop() {
        close();
        target.abandon();
        whenDone.accept(
                Optional.empty(),
                Optional.of(new NodeStoppedException("the node stopped before the snapshot was exported")));
    }

    private void close() {
        if (source != null) {
            try {
                source.close();
            } catch (StorageException e) {
                source = null; // it was read already
            }
        }
    }
}
