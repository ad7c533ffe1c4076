package io.balsa.raft.storage.file;

import io.balsa.raft.cluster.Membership;
import io.balsa.raft.cluster.NodeIdentity;
import io.balsa.raft.storage.EntryRun;
import io.balsa.raft.storage.HardState;
import io.balsa.raft.storage.LogPosition;
import io.balsa.raft.storage.Scrub;
import io.balsa.raft.storage.SnapshotInfo;
import io.balsa.raft.storage.SnapshotSink;
import io.balsa.raft.storage.SnapshotSource;
import io.balsa.raft.storage.Storage;
import io.balsa.raft.storage.StorageException;
import io.balsa.raft.storage.StorageFullException;
import io.balsa.raft.storage.StoredState;
import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.NoSuchFileException;
import java.nio.file.NotDirectoryException;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * A {@link Storage} in a directory of the file system: survives any crash of the process or the machine, as long as the
 * disk does what a sync asks of it.
 *
 * <p>What was not synced may be lost, torn or reordered by a crash; the next opening cuts it. Damage to what was synced is
 * recognised and reported as a {@link CorruptionException}, with one exception: in a store that was not closed, damage to
 * the batch that was synced last, and to nothing else, looks like a batch that was being written when the server crashed.
 * A damaged log or snapshot is {@linkplain Builder#mendFromPeers mended} by the other servers of the cluster.
 *
 * <p><b>Threads.</b> As {@link Storage} says; {@link #read} may be called by several threads.
 *
 * <p><b>Errors.</b> After a write or sync of the log or of the hard state that failed, every further call throws: nobody knows
 * what the disk holds, and trying again would make it look as if it were well. The same after a sync of the directory that
 * failed while a snapshot was published. A disk that is full is not such a failure: entries are taken only when they have their
 * place on it, so a {@link StorageFullException} comes before anything is written, and the storage goes on. Term and vote are
 * overwritten where they are and need no room. A reader that is interrupted gets an exception; the storage goes on. So it does after
 * any other failure of a snapshot.
 *
 * <p>The newest snapshot is read and checked whole by {@link #open}, every block of any when it is read. If the newest is
 * damaged, an older one is used, as long as the log still has all that came after it; {@link #recovery} tells.
 */
public final class FileStorage implements Storage {

    /** How large a segment of the log becomes, in bytes, unless {@link Builder#segmentBytes} says otherwise. */
    public static final int DEFAULT_SEGMENT_BYTES = 64 * 1024 * 1024;

    /** How much is scrubbed in a second, in bytes, unless {@link Builder#scrubBytesPerSecond} says otherwise. */
    public static final long DEFAULT_SCRUB_BYTES_PER_SECOND = 4 * 1024 * 1024;

    /** How many snapshots are kept, unless {@link Builder#snapshotsToKeep} says otherwise. */
    public static final int DEFAULT_SNAPSHOTS_TO_KEEP = 2;

    private final Disk disk;
    private final Settings settings;
    private volatile @Nullable OpenStore store;
    private volatile @Nullable Recovery recovery;
    private volatile @Nullable Throwable failure;

    private FileStorage(Builder builder) {
        this.disk = builder.disk;
        this.settings = new Settings(
                builder.segmentBytes, builder.snapshotsToKeep, builder.mendFromPeers, builder.scrubBytesPerSecond);
    }

    /** A storage in this directory, which is made if need be. Touches nothing until {@link #open} is called. */
    public static FileStorage open(Path directory) {
        return on(new NioDisk(directory));
    }

    /** A storage on this disk. Touches nothing until {@link #open} is called. */
    public static FileStorage on(Disk disk) {
        return builder(disk).build();
    }

    /** A storage on this disk, with other than the usual settings. */
    public static Builder builder(Disk disk) {
        return new Builder(disk);
    }

    @Override
    public StoredState open(NodeIdentity identity, Membership founding) {
        Objects.requireNonNull(identity, "identity");
        Objects.requireNonNull(founding, "founding");
        if (store != null || failure != null) {
            throw new IllegalStateException("a storage is opened once");
        }
        try {
            OpenStore opened = StoreOpening.open(new NamingDisk(disk), settings, identity, founding);
            recovery = opened.recovery();
            store = opened;
            return opened.state();
        } catch (IOException e) {
            throw new StorageException("the store in " + disk + " cannot be opened: " + reasonOf(e), e);
        }
    }

    /**
     * What the opening found and did; empty until {@link #open} has returned, and still there after {@link #close}. May be
     * called by any thread.
     */
    public Optional<Recovery> recovery() {
        return Optional.ofNullable(recovery);
    }

    @Override
    public void writeHardState(HardState hardState) {
        Objects.requireNonNull(hardState, "hardState");
        write("term and vote", opened -> opened.writeHardState(hardState));
    }

    @Override
    public void append(EntryRun run) {
        OpenStore opened = requireOpen();
        if (run.firstIndex() > opened.lastIndex() + 1) {
            throw new IllegalArgumentException(
                    "the log ends at " + opened.lastIndex() + ", so " + run + " would leave a gap");
        }
        if (run.firstIndex() <= opened.baseIndex()) {
            throw new IllegalArgumentException(
                    "the log begins after " + opened.baseIndex() + ", so " + run + " has no place in it");
        }
        write("the log", store -> store.append(run));
    }

    /**
     * {@inheritDoc}
     *
     * <p>There is, as long as there is a reserve of the size that a segment begins with (4 MiB, or one segment if those are
     * smaller). It is made by the first call, and given up for what is under way when the disk is full; then this tries to
     * make it again.
     */
    @Override
    public boolean hasRoom() {
        OpenStore opened = requireOpen();
        try {
            return opened.hasRoom();
        } catch (IOException e) {
            failure = e;
            throw new StorageException("the reserve in " + disk + " could not be made: " + reasonOf(e), e);
        }
    }

    @Override
    public void sync() {
        write("the log", OpenStore::sync);
    }

    /**
     * {@inheritDoc}
     *
     * <p>Returns nothing if the log meanwhile ends before {@code from}.
     */
    @Override
    public List<EntryRun> read(long from, long to, int maxBytes) {
        OpenStore opened = requireOpen();
        try {
            return opened.read(from, to, maxBytes);
        } catch (IOException e) {
            throw new StorageException("the log in " + disk + " cannot be read: " + reasonOf(e), e);
        }
    }

    @Override
    public SnapshotSink beginSnapshot(LogPosition last, long membershipIndex, Membership membership) {
        // The size is not known yet; the rest is checked now rather than at the end.
        SnapshotInfo unfinished = new SnapshotInfo(last, membershipIndex, membership, 0, 0);
        return onSnapshots("begun", snapshots -> snapshots.begin(unfinished));
    }

    @Override
    public SnapshotSink receiveSnapshot(SnapshotInfo announced) {
        Objects.requireNonNull(announced, "announced");
        return onSnapshots("received", snapshots -> snapshots.receive(announced));
    }

    /**
     * {@inheritDoc}
     *
     * <p>Every block is checked when it is read; a {@link CorruptionException} tells which one is damaged.
     */
    @Override
    public Optional<SnapshotSource> openSnapshot(LogPosition last) {
        Objects.requireNonNull(last, "last");
        return onSnapshots("opened", snapshots -> snapshots.open(last));
    }

    /**
     * {@inheritDoc}
     *
     * <p>Durable when this returns.
     */
    @Override
    public void installSnapshot(SnapshotInfo snapshot) {
        if (!requireOpen().snapshots().has(snapshot.last())) {
            throw new IllegalArgumentException("there is no " + snapshot + " to install");
        }
        write("the log", store -> store.install(snapshot.last()));
    }

    /**
     * {@inheritDoc}
     *
     * <p>Deletes whole segments, and never the one that is written to.
     */
    @Override
    public void compact(long index) {
        OpenStore opened = requireOpen();
        long covered = opened.snapshots().coveredIndex();
        if (index > covered || index > opened.lastIndex()) {
            throw new IllegalArgumentException("entries up to " + index + " are still needed: the log ends at "
                    + opened.lastIndex() + ", and snapshots cover it up to " + covered);
        }
        write("the log", store -> store.compact(index));
    }

    /**
     * {@inheritDoc}
     *
     * <p>Reads the segments of the log that are finished, and the newest snapshot.
     */
    @Override
    public Scrub scrub() {
        OpenStore opened = requireOpen();
        try {
            return opened.scrub();
        } catch (IOException e) {
            throw new StorageException("the store in " + disk + " cannot be read: " + reasonOf(e), e);
        }
    }

    /**
     * Gives the store back; if nothing failed, notes durably that it was closed in good order, after which any damage is
     * recognised. Idempotent.
     *
     * @throws StorageException if that could not be noted; the store has been given back all the same
     */
    @Override
    public void close() {
        OpenStore opened = store;
        if (opened == null) {
            return;
        }
        store = null;
        boolean sound = failure == null && opened.snapshots().isDirectorySound();
        failure = new StorageException("the store in " + disk + " is closed");
        try (opened) {
            if (sound) {
                opened.markClosed();
            }
        } catch (IOException e) {
            throw new StorageException("the store in " + disk + " could not be closed: " + reasonOf(e), e);
        }
    }

    private interface Write {
        void to(OpenStore store) throws IOException;
    }

    private interface SnapshotCall<T> {
        T on(Snapshots snapshots) throws IOException;
    }

    /** What goes wrong with a snapshot hurts nothing else. */
    private <T> T onSnapshots(String what, SnapshotCall<T> call) {
        OpenStore opened = requireOpen();
        try {
            return call.on(opened.snapshots());
        } catch (IOException e) {
            throw new StorageException("no snapshot in " + disk + " can be " + what + ": " + reasonOf(e), e);
        }
    }

    private void write(String what, Write write) {
        OpenStore opened = requireOpen();
        try {
            opened.snapshots().requireSoundDirectory();
            write.to(opened);
        } catch (NoRoomException e) {
            throw new StorageFullException("there is no room for " + what + " in " + disk + ": " + reasonOf(e), e);
        } catch (IOException e) {
            failure = e;
            throw new StorageException(what + " in " + disk + " could not be written: " + reasonOf(e), e);
        } catch (RuntimeException | Error e) {
            failure = e;
            throw e;
        }
    }

    private OpenStore requireOpen() {
        Throwable failed = failure;
        if (failed != null) {
            throw new StorageException(
                    "the store in " + disk + " can no longer be used: " + failed.getMessage(), failed);
        }
        OpenStore opened = store;
        if (opened == null) {
            throw new IllegalStateException("the store in " + disk + " was not opened");
        }
        return opened;
    }

    static String reasonOf(IOException e) {
        String reason = String.valueOf(e.getMessage());
        if (e instanceof AccessDeniedException) {
            return "there is no permission to use " + reason;
        }
        if (e instanceof NoSuchFileException) {
            return reason + " is missing";
        }
        return e instanceof NotDirectoryException ? reason + " is not a directory" : reason;
    }

    /** Settings of a {@link FileStorage}. For one thread. */
    public static final class Builder {

        private static final int MIN_SEGMENT_BYTES = 4096;
        private static final int MAX_SEGMENT_BYTES = 1024 * 1024 * 1024;
        private static final int MAX_SNAPSHOTS_TO_KEEP = 16;

        private final Disk disk;
        private int segmentBytes = DEFAULT_SEGMENT_BYTES;
        private int snapshotsToKeep = DEFAULT_SNAPSHOTS_TO_KEEP;
        private boolean mendFromPeers = true;
        private long scrubBytesPerSecond = DEFAULT_SCRUB_BYTES_PER_SECOND;

        private Builder(Disk disk) {
            this.disk = Objects.requireNonNull(disk, "disk");
        }

        /**
         * How large a segment of the log becomes; one that holds a single larger run becomes larger.
         *
         * @param bytes 4 KiB to 1 GiB, 64 MiB unless set
         */
        public Builder segmentBytes(int bytes) {
            if (bytes < MIN_SEGMENT_BYTES || bytes > MAX_SEGMENT_BYTES) {
                throw new IllegalArgumentException(
                        "segmentBytes is " + bytes + ", but must be " + MIN_SEGMENT_BYTES + " to " + MAX_SEGMENT_BYTES);
            }
            segmentBytes = bytes;
            return this;
        }

        /**
         * How many snapshots are kept: the newest ones. Each takes as much room as the state machine; one more than the
         * newest is there to fall back on, as far as the log still has what came after it.
         *
         * @param count 1 to 16, 2 unless set
         */
        public Builder snapshotsToKeep(int count) {
            if (count < 1 || count > MAX_SNAPSHOTS_TO_KEEP) {
                throw new IllegalArgumentException(
                        "snapshotsToKeep is " + count + ", but must be 1 to " + MAX_SNAPSHOTS_TO_KEEP);
            }
            snapshotsToKeep = count;
            return this;
        }

        /**
         * Whether a store whose log or snapshots are damaged is opened all the same, if the cluster has other voters: what is
         * damaged is set aside, and a leader gives it back. Until then the server takes no part in elections ({@link
         * StoredState#promised}). A store whose term or vote is lost, or whose identity, is refused in any case.
         *
         * @param mend true unless set; false to refuse any damage with a {@link CorruptionException}, and change nothing
         */
        public Builder mendFromPeers(boolean mend) {
            mendFromPeers = mend;
            return this;
        }

        /**
         * How much is read again in a second, of what was written long ago, to see that it is still what it was ({@link
         * Storage#scrub}).
         *
         * @param bytes 4 MiB unless set; 0 to read nothing
         */
        public Builder scrubBytesPerSecond(long bytes) {
            if (bytes < 0) {
                throw new IllegalArgumentException("scrubBytesPerSecond is " + bytes + ", but must not be negative");
            }
            scrubBytesPerSecond = bytes;
            return this;
        }

        /** A storage with these settings. */
        public FileStorage build() {
            return new FileStorage(this);
        }
    }
}
