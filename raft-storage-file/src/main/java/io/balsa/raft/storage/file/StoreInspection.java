package io.balsa.raft.storage.file;

import io.balsa.raft.cluster.Membership;
import io.balsa.raft.cluster.NodeIdentity;
import io.balsa.raft.storage.EntryRun;
import io.balsa.raft.storage.LogEntry;
import io.balsa.raft.storage.LogPosition;
import io.balsa.raft.storage.SnapshotSource;
import io.balsa.raft.storage.StorageException;
import java.io.Closeable;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * A look at a store without a server: what is in it, whether it is sound, its entries and its snapshots. Nothing in the
 * directory is changed, and no right to write is needed.
 *
 * <p>What is read is read from front to back, by the readers that a start of a server uses, so the verdict is that of a start,
 * save that a start stops at the first damage and reads no more than the newest sound snapshot. The memory that it takes is
 * a few hundred kilobytes, the largest run of entries, and, like that of a server, 20 bytes for each run of the log.
 *
 * <p>As long as an inspection is open, no server can start with the store. If a server uses the store already, a look is
 * possible all the same, but not a {@linkplain #verify verdict}: {@link #isInUse}. That server must be another process than
 * the one that looks: a process that closes a file loses its locks on it, on most systems.
 *
 * <p>For one thread.
 */
public final class StoreInspection implements AutoCloseable {

    private static final int READ_BYTES = 1024 * 1024;

    /** Is told, on the thread that looks, how a long look gets on. */
    @FunctionalInterface
    public interface Progress {

        /** Tells nobody. */
        Progress NONE = (bytes, total) -> {};

        /**
         * Some more was read.
         *
         * @param bytes how much by now, at most {@code total}
         * @param total how much there is to read, about
         */
        void read(long bytes, long total);
    }

    private final InspectedDisk disk;
    private final Optional<Closeable> lock;
    private final IdentityFile identity;
    private Examination.@Nullable Found found;

    private StoreInspection(InspectedDisk disk, Optional<Closeable> lock, IdentityFile identity) {
        this.disk = disk;
        this.lock = lock;
        this.identity = identity;
    }

    /**
     * Opens the store in this directory, to look at it.
     *
     * @throws CorruptionException if the store is so damaged that nobody can tell whose it is
     * @throws StorageException if there is no store, if it has a format that this version does not know, or if it cannot be
     *     read
     */
    public static StoreInspection of(Path directory) {
        return on(new ReadOnlyDirectory(Objects.requireNonNull(directory, "directory")));
    }

    /** On this disk, of which only what reads is used, and the lock if there is a file for it. */
    static StoreInspection on(Disk disk) {
        Disk named = new NamingDisk(disk);
        Optional<Closeable> lock = Optional.empty();
        boolean opened = false;
        try {
            List<String> files = named.list();
            StoreOpening.requireIdentity(disk, files);
            if (!files.contains(FileNames.IDENTITY)) {
                throw new StorageException("there is no store in " + disk);
            }
            // A store that has no such file was copied without it: nobody has used it since.
            lock = files.contains(FileNames.LOCK) ? named.lock(FileNames.LOCK) : Optional.of(() -> {});
            List<String> nameless = Founding.nameless(files);
            InspectedDisk inspected = new InspectedDisk(named, nameless);
            StoreInspection inspection = new StoreInspection(inspected, lock, IdentityFile.read(inspected));
            opened = true;
            return inspection;
        } catch (IOException e) {
            throw new StorageException("no store can be read in " + disk + ": " + FileStorage.reasonOf(e), e);
        } finally {
            if (!opened) {
                lock.ifPresent(StoreInspection::giveBack);
            }
        }
    }

    /**
     * Whether a server used the store when it was opened here. Then this is a look at something that moves: the end of the log
     * may be half written, and files may vanish.
     */
    public boolean isInUse() {
        return lock.isEmpty();
    }

    /** Whose store it is. */
    public NodeIdentity identity() {
        return identity.identity();
    }

    /** The membership that the cluster began with. */
    public Membership founding() {
        return identity.founding();
    }

    /**
     * Reads all but the contents of the snapshots.
     *
     * @return what was found, damage included
     * @throws StorageException if reading failed
     */
    public StoreReport overview(Progress progress) {
        return examine(false, progress);
    }

    /**
     * Reads everything and checks everything, also snapshots that a start would not need.
     *
     * @return what was found, damage included
     * @throws StorageException if a server uses the store, as what it writes cannot be told from damage; or if reading failed
     */
    public StoreReport verify(Progress progress) {
        if (isInUse()) {
            throw new StorageException("the store in " + disk
                    + " is in use by a server, so whether it is sound cannot be told;" + " stop that server first");
        }
        return examine(true, progress);
    }

    private StoreReport examine(boolean wholeSnapshots, Progress progress) {
        Objects.requireNonNull(progress, "progress");
        Examination.Found result =
                reading(() -> new Examination(disk, identity, isInUse()).examine(wholeSnapshots, progress));
        found = result;
        return result.report();
    }

    /**
     * Shows the entries of the log with these indexes, in order, as far as the log has them: those that count, not those that
     * later ones superseded. Of a damaged log these are the ones before the damage. The log is that of the latest {@link
     * #overview} or {@link #verify}, of which there must have been one.
     *
     * @param from index of the first entry wanted, 1 or more
     * @param to index of the last entry wanted, not below {@code from}
     * @param visitor is called on this thread
     * @throws CorruptionException if an entry is damaged that was sound before
     * @throws StorageException if reading failed
     */
    public void entries(long from, long to, Consumer<LogEntry> visitor) {
        if (from < 1 || to < from) {
            throw new IllegalArgumentException("no entries from " + from + " to " + to);
        }
        Examination.Found examined = found;
        if (examined == null) {
            throw new IllegalStateException("the log is not known before an overview");
        }
        StoreReport.Log log = examined.report().log();
        long end = Math.min(to, log.last().index());
        reading(() -> {
            try (LogReader reader = new LogReader(disk, identity(), List.of())) {
                disk.list().stream()
                        .filter(FileNames::isSegment)
                        .forEach(name -> reader.addSegment(FileNames.baseOf(name)));
                long next = Math.max(from, examined.index().firstIndex());
                while (next <= end) {
                    for (EntryRun run : reader.read(examined.index().find(next, end, READ_BYTES))) {
                        run.entries().forEach(visitor);
                        next = run.lastIndex() + 1;
                    }
                }
                return end;
            }
        });
    }

    /**
     * The last entries of the snapshots that are there, sound or not, the newest first.
     *
     * @throws StorageException if the directory cannot be read
     */
    public List<LogPosition> snapshots() {
        return reading(() -> disk.list().stream()
                .filter(FileNames::isSnapshot)
                .map(FileNames::lastOf)
                .sorted(Snapshots.BY_AGE.reversed())
                .toList());
    }

    /**
     * Opens the snapshot whose last entry is this one. All that it hands out was checked. It may be read while a server uses
     * the store, also when that one deletes it meanwhile.
     *
     * @return to be closed by the caller
     * @throws CorruptionException if its header is damaged
     * @throws StorageException if there is no such snapshot, or reading failed
     */
    public SnapshotSource openSnapshot(LogPosition last) {
        Objects.requireNonNull(last, "last");
        disk.countWith(bytes -> {});
        return reading(() -> SnapshotReader.open(disk, FileNames.snapshot(last), identity()));
    }

    private interface Reading<T> {
        T read() throws IOException;
    }

    private <T> T reading(Reading<T> reading) {
        try {
            return reading.read();
        } catch (IOException e) {
            throw new StorageException(
                    "the store in " + disk + " cannot be read: " + FileStorage.reasonOf(e)
                            + (isInUse() ? "; a server uses it, so try again" : ""),
                    e);
        }
    }

    /** Servers may use the store again. */
    @Override
    public void close() {
        lock.ifPresent(StoreInspection::giveBack);
    }

    private static void giveBack(Closeable lock) {
        try {
            lock.close();
        } catch (IOException e) {
            throw new StorageException("the lock of a store could not be given back: " + FileStorage.reasonOf(e), e);
        }
    }
}
