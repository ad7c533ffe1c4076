package io.balsa.raft.storage.file;

import io.balsa.raft.cluster.NodeIdentity;
import io.balsa.raft.storage.LogPosition;
import io.balsa.raft.storage.SnapshotInfo;
import io.balsa.raft.storage.SnapshotSink;
import io.balsa.raft.storage.SnapshotSource;
import io.balsa.raft.storage.StorageException;
import java.io.Closeable;
import java.io.IOException;
import java.util.Collection;
import java.util.Comparator;
import java.util.NavigableSet;
import java.util.Optional;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/** The snapshots of a store that is in our possession. Safe for use by several threads, unlike the drafts it gives out. */
final class Snapshots implements Closeable {

    /** The order in which snapshots become older. */
    static final Comparator<LogPosition> BY_AGE =
            Comparator.comparingLong(LogPosition::index).thenComparingLong(LogPosition::term);

    private final Disk disk;
    private final NodeIdentity identity;
    private final int kept;
    private final NavigableSet<LogPosition> published = new TreeSet<>(BY_AGE);
    private @Nullable SnapshotDraft draft;
    private boolean closed;
    private volatile @Nullable IOException directoryFailure;

    /** The snapshots of this store: those that are published, of which the newest are kept. */
    Snapshots(Disk disk, NodeIdentity identity, int kept, Collection<LogPosition> published) {
        this.disk = disk;
        this.identity = identity;
        this.kept = kept;
        this.published.addAll(published);
    }

    /** Index of the last entry that the newest one covers; 0 if there is none. */
    synchronized long coveredIndex() {
        return published.isEmpty() ? 0 : published.last().index();
    }

    /** The newest one. */
    synchronized Optional<LogPosition> newest() {
        return published.isEmpty() ? Optional.empty() : Optional.of(published.last());
    }

    /** Whether there is none that is newer. */
    synchronized boolean isNewest(LogPosition last) {
        return !published.isEmpty() && published.last().equals(last);
    }

    synchronized boolean has(LogPosition last) {
        return published.contains(last);
    }

    /** Makes a draft of our own; one that was left behind, because it could not be deleted, makes room. */
    synchronized SnapshotSink begin(SnapshotInfo unfinished) throws IOException {
        requireNoDraft();
        String file = FileNames.OWN_SNAPSHOT;
        if (disk.list().contains(file)) {
            disk.delete(file);
        }
        SnapshotWriter writer = SnapshotWriter.create(disk, file, new SnapshotHeader(identity, unfinished));
        return opened(new SnapshotDraft(this, file, unfinished, false, writer));
    }

    /** Goes on with what was received of this snapshot, or begins to receive it. */
    synchronized SnapshotSink receive(SnapshotInfo announced) throws IOException {
        requireNoDraft();
        String file = FileNames.snapshot(announced.last()) + FileNames.PART;
        SnapshotHeader header = new SnapshotHeader(identity, announced);
        @Nullable SnapshotWriter writer = null;
        for (String found : disk.list()) {
            if (found.equals(file)) {
                writer = SnapshotWriter.resume(disk, file, header).orElse(null);
            }
            if (FileNames.isPart(found) && (writer == null || !found.equals(file))) {
                disk.delete(found);
            }
        }
        return opened(new SnapshotDraft(
                this, file, announced, true, writer == null ? SnapshotWriter.create(disk, file, header) : writer));
    }

    private void requireNoDraft() {
        requireOpen();
        if (draft != null) {
            throw new IllegalStateException("another snapshot is being written");
        }
    }

    private SnapshotSink opened(SnapshotDraft next) {
        draft = next;
        return next;
    }

    synchronized void requireOpen() {
        if (closed) {
            throw new StorageException("the store in " + disk + " is closed");
        }
    }

    /** Nothing more comes of this draft. */
    synchronized void ended(SnapshotDraft ended) {
        if (draft == ended) {
            draft = null;
        }
    }

    /** Deletes the file of a draft. */
    synchronized void delete(String file) throws IOException {
        requireOpen();
        disk.delete(file);
    }

    /** Gives a snapshot, which is durable, its name, and makes that durable; then deletes what is no longer kept. */
    synchronized void publish(String file, SnapshotInfo info) throws IOException {
        disk.rename(file, FileNames.snapshot(info.last()));
        try {
            disk.syncDirectory();
        } catch (IOException e) {
            directoryFailure = e;
            throw e;
        }
        published.add(info.last());
        deleteOld();
    }

    private void deleteOld() {
        while (published.size() > kept) {
            try {
                disk.delete(FileNames.snapshot(published.pollFirst()));
            } catch (IOException e) {
                // The next start deletes it: a snapshot too many does no harm, and the new one is there.
            }
        }
    }

    /**
     * Whether it is known which names are durable. After a sync of the directory that failed, a later one may
     * succeed and yet have done nothing, so the log must not rely on it.
     */
    boolean isDirectorySound() {
        return directoryFailure == null;
    }

    /** Makes sure of it. */
    void requireSoundDirectory() throws IOException {
        IOException failed = directoryFailure;
        if (failed != null) {
            throw new IOException("a snapshot's name could not be made durable: " + failed.getMessage(), failed);
        }
    }

    /** Opens a snapshot, if it is there. It stays readable after it was deleted. */
    synchronized Optional<SnapshotSource> open(LogPosition last) throws IOException {
        requireOpen();
        return published.contains(last)
                ? Optional.of(SnapshotReader.open(disk, FileNames.snapshot(last), identity))
                : Optional.empty();
    }

    @Override
    public synchronized void close() throws IOException {
        closed = true;
        SnapshotDraft abandoned = draft;
        draft = null;
        if (abandoned != null) {
            abandoned.abandon();
        }
    }
}
