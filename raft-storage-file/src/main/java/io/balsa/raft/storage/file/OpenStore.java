package io.balsa.raft.storage.file;

import io.balsa.raft.cluster.Membership;
import io.balsa.raft.cluster.NodeIdentity;
import io.balsa.raft.storage.EntryRun;
import io.balsa.raft.storage.HardState;
import io.balsa.raft.storage.LogPosition;
import io.balsa.raft.storage.StorageException;
import io.balsa.raft.storage.StoredState;
import java.io.Closeable;
import java.io.IOException;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;

/** A store that is in our possession: its files are open and its end is known. Threads as {@link FileStorage} says. */
final class OpenStore implements Closeable {

    private final StoredState state;
    private final HardStateFile hardState;
    private final LogWriter writer;
    private final LogReader reader;
    private final RunIndex index;
    private final Deque<Closeable> open;

    private OpenStore(
            StoredState state,
            HardStateFile hardState,
            LogWriter writer,
            LogReader reader,
            RunIndex index,
            Deque<Closeable> open) {
        this.state = state;
        this.hardState = hardState;
        this.writer = writer;
        this.reader = reader;
        this.index = index;
        this.open = open;
    }

    /** Takes possession of the store on this disk; makes it if there is none. */
    static OpenStore open(Disk disk, long segmentBytes, NodeIdentity asking, Membership founding) throws IOException {
        Deque<Closeable> open = new ArrayDeque<>();
        try {
            disk.createDirectory();
            open.push(disk.lock(FileNames.LOCK)
                    .orElseThrow(() -> new StorageException("the store in " + disk
                            + " is in use by another server; stop that one, or give this one a directory of its own")));
            IdentityFile identity = identityOf(disk, segmentBytes, new IdentityFile(asking, founding));
            return recover(disk, segmentBytes, identity, open);
        } catch (IOException | RuntimeException e) {
            Closing.all(open);
            throw e;
        }
    }

    private static IdentityFile identityOf(Disk disk, long segmentBytes, IdentityFile asking) throws IOException {
        List<String> files = disk.list();
        Founding store = new Founding(disk);
        if (files.contains(FileNames.IDENTITY)) {
            IdentityFile found = IdentityFile.read(disk);
            found.requireOwner(disk, asking.identity());
            store.finish(files);
        } else if (files.stream().anyMatch(FileNames::isStored)) {
            throw new CorruptionException(
                    disk.toString(), FileNames.IDENTITY, 0, 0, "the file is missing, but others of a store are there");
        } else {
            deleteUnfinished(disk);
            store.found(asking, segmentBytes);
        }
        return IdentityFile.read(disk);
    }

    private static OpenStore recover(Disk disk, long segmentBytes, IdentityFile identity, Deque<Closeable> open)
            throws IOException {
        List<String> files = disk.list();
        if (!files.contains(FileNames.HARD_STATE)) {
            throw new CorruptionException(disk.toString(), FileNames.HARD_STATE, 0, 0, "the file is missing");
        }
        HardStateFile hardState = HardStateFile.open(disk, identity.identity());
        open.push(hardState);
        RecoveredLog log = new LogRecovery(disk, identity.identity(), hardState.logSynced()).recover(files);
        if (log.hardStateVersion() > hardState.version()) {
            throw new CorruptionException(
                    disk.toString(), FileNames.HARD_STATE, 0, 0, "the newest term and vote are lost");
        }
        // Up to here nothing was changed; from here on nothing is found out.
        deleteUnfinished(disk);
        new LogRepair(disk, log).repair();
        hardState.repair();
        LogReader reader = new LogReader(disk, identity.identity(), log.segments());
        open.push(reader);
        LogWriter writer = new LogWriter(disk, identity.identity(), segmentBytes, log, reader);
        open.push(writer);
        LogSummary summary = log.summary();
        StoredState state = new StoredState(
                identity.identity(),
                identity.founding(),
                hardState.state(),
                LogPosition.ZERO,
                summary.last(),
                summary.termStarts(),
                summary.memberships());
        return new OpenStore(state, hardState, writer, reader, log.index(), open);
    }

    private static void deleteUnfinished(Disk disk) throws IOException {
        for (String name : disk.list()) {
            if (FileNames.isUnfinished(name)) {
                disk.delete(name);
            }
        }
    }

    /** What was found when the store was opened. */
    StoredState state() {
        return state;
    }

    void writeHardState(HardState next) throws IOException {
        if (!next.equals(hardState.state())) {
            hardState.write(next, writer.synced());
        }
    }

    void append(EntryRun run) throws IOException {
        writer.append(run, hardState.version());
    }

    /** Index of the last entry. */
    long lastIndex() {
        return index.lastIndex();
    }

    void sync() throws IOException {
        writer.sync();
    }

    List<EntryRun> read(long from, long to, int maxBytes) throws IOException {
        return reader.read(index.find(from, to, maxBytes));
    }

    /** Notes durably, at both ends, that nothing is missing: in the log and beside the term. */
    void markClosed() throws IOException {
        writer.markClosed(hardState.version());
        hardState.writeClosed(writer.synced());
    }

    /** Lets go of the files and of the lock, and writes nothing. */
    @Override
    public void close() throws IOException {
        Closing.all(new ArrayList<>(open));
        open.clear();
    }
}
