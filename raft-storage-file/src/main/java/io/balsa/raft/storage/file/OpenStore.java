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
    private final Recovery recovery;
    private final HardStateFile hardState;
    private final LogWriter writer;
    private final LogReader reader;
    private final RunIndex index;
    private final Deque<Closeable> open;

    private OpenStore(
            StoredState state,
            Recovery recovery,
            HardStateFile hardState,
            LogWriter writer,
            LogReader reader,
            RunIndex index,
            Deque<Closeable> open) {
        this.state = state;
        this.recovery = recovery;
        this.hardState = hardState;
        this.writer = writer;
        this.reader = reader;
        this.index = index;
        this.open = open;
    }

    /** A store that is there: whose it is, whether it was made just now, and what its making had left behind before. */
    private record Found(IdentityFile identity, boolean founded, int deletedFiles) {}

    /** Takes possession of the store on this disk; makes it if there is none. */
    static OpenStore open(Disk disk, long segmentBytes, NodeIdentity asking, Membership founding) throws IOException {
        Deque<Closeable> open = new ArrayDeque<>();
        try {
            disk.createDirectory();
            open.push(disk.lock(FileNames.LOCK)
                    .orElseThrow(() -> new StorageException("the store in " + disk
                            + " is in use by another server; stop that one, or give this one a directory of its own")));
            Found found = find(disk, segmentBytes, new IdentityFile(asking, founding));
            return recover(disk, segmentBytes, found, open);
        } catch (IOException | RuntimeException | Error e) {
            closeAfter(e, open);
            throw e;
        }
    }

    private static Found find(Disk disk, long segmentBytes, IdentityFile asking) throws IOException {
        List<String> files = disk.list();
        Founding store = new Founding(disk);
        if (files.contains(FileNames.IDENTITY)) {
            IdentityFile found = IdentityFile.read(disk);
            found.requireOwner(disk, asking.identity());
            store.finish(files);
            return new Found(found, false, 0);
        }
        if (files.stream().anyMatch(FileNames::isStored)) {
            throw new CorruptionException(
                    disk.toString(), FileNames.IDENTITY, 0, 0, "the file is missing, but others of a store are there");
        }
        int deletedFiles = deleteUnfinished(disk);
        store.found(asking, segmentBytes);
        return new Found(IdentityFile.read(disk), true, deletedFiles);
    }

    private static OpenStore recover(Disk disk, long segmentBytes, Found found, Deque<Closeable> open)
            throws IOException {
        IdentityFile identity = found.identity();
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
        int deletedFiles = found.deletedFiles() + deleteUnfinished(disk);
        LogRepair repair = new LogRepair(disk, log);
        repair.repair();
        if (!found.founded()) {
            hardState.repair();
        }
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
        Recovery recovery = new Recovery(
                found.founded(),
                log.tally().closed(),
                hardState.isSlotLost(),
                log.segments().size(),
                log.tally().runs(),
                log.tally().runsBehind(),
                repair.cutBytes(),
                repair.rewrittenBytes(),
                log.unused().size(),
                deletedFiles);
        return new OpenStore(state, recovery, hardState, writer, reader, log.index(), open);
    }

    private static int deleteUnfinished(Disk disk) throws IOException {
        int deleted = 0;
        for (String name : disk.list()) {
            if (FileNames.isUnfinished(name)) {
                disk.delete(name);
                deleted++;
            }
        }
        return deleted;
    }

    /** Lets go of everything after a failure, which nothing that goes wrong here is to hide. */
    private static void closeAfter(Throwable failure, Deque<Closeable> open) {
        try {
            Closing.all(open);
        } catch (IOException e) {
            failure.addSuppressed(e);
        }
    }

    /** What was found when the store was opened. */
    StoredState state() {
        return state;
    }

    /** What was done about what was found. */
    Recovery recovery() {
        return recovery;
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
