package io.balsa.raft.storage.file;

import io.balsa.raft.cluster.Membership;
import io.balsa.raft.cluster.NodeIdentity;
import io.balsa.raft.storage.HardState;
import io.balsa.raft.storage.LogPosition;
import io.balsa.raft.storage.SnapshotInfo;
import io.balsa.raft.storage.StorageException;
import io.balsa.raft.storage.StoredState;
import java.io.Closeable;
import java.io.IOException;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.Optional;

/** The opening of a store: first everything is found out, and nothing changed; then it is put in order. */
final class StoreOpening {

    private final Disk disk;
    private final Settings settings;
    private final Deque<Closeable> open = new ArrayDeque<>(); // what the store closes, the last one first

    private StoreOpening(Disk disk, Settings settings) {
        this.disk = disk;
        this.settings = settings;
    }

    /** A store that is there: whose it is, whether it was made just now, and what its making had left behind before. */
    private record Found(IdentityFile identity, boolean founded, int deletedFiles) {}

    /** Takes possession of the store on this disk; makes it if there is none. */
    static OpenStore open(Disk disk, Settings settings, NodeIdentity asking, Membership founding) throws IOException {
        StoreOpening opening = new StoreOpening(disk, settings);
        try {
            disk.createDirectory();
            opening.open.push(lock(disk));
            return opening.recover(opening.find(new IdentityFile(asking, founding)));
        } catch (IOException | RuntimeException | Error e) {
            opening.closeAfter(e);
            throw e;
        }
    }

    /** Takes the lock of the store, or says who has it. */
    static Closeable lock(Disk disk) throws IOException {
        return disk.lock(FileNames.LOCK)
                .orElseThrow(() -> new StorageException("the store in " + disk
                        + " is in use by another server; stop that one, or give this one a directory of its own"));
    }

    private Found find(IdentityFile asking) throws IOException {
        List<String> files = disk.list();
        Founding store = new Founding(disk);
        if (files.contains(FileNames.IDENTITY)) {
            IdentityFile found = IdentityFile.read(disk);
            found.requireOwner(disk, asking.identity());
            store.finish(files);
            return new Found(found, false, 0);
        }
        requireIdentity(disk, files);
        int deletedFiles = deleteUnfinished(disk);
        store.found(asking, Founding.Beginning.EMPTY, settings.segmentBytes());
        return new Found(IdentityFile.read(disk), true, deletedFiles);
    }

    private OpenStore recover(Found found) throws IOException {
        NodeIdentity identity = found.identity().identity();
        List<String> files = disk.list();
        HardStateFile hardState = openHardState(disk, identity, files);
        open.push(hardState);
        RecoveredLog log = new LogRecovery(disk, identity, hardState.logSynced()).recover(files);
        requireNewest(disk, hardState.version(), log);
        SnapshotRecovery snapshots = new SnapshotRecovery(disk, identity);
        snapshots.recover(files, log);
        // Up to here nothing was changed; from here on nothing is found out.
        int deletedFiles = found.deletedFiles() + deleteUnfinished(disk);
        LogRepair repair = new LogRepair(disk, log);
        repair.repair();
        if (!found.founded()) {
            hardState.repair();
        }
        StoredLog stored = StoredLog.open(disk, identity, settings.segmentBytes(), log);
        open.push(stored);
        boolean restarted = finishInstalling(snapshots.newest(), hardState, log.summary(), stored);
        snapshots.tidy(settings.snapshotsToKeep());
        Recovery recovery = new Recovery(
                found.founded(),
                log.tally().closed(),
                hardState.isSlotLost(),
                log.segments().size(),
                log.tally().runs(),
                new Recovery.Tail(log.tally().runsBehind(), repair.cutBytes(), repair.rewrittenBytes()),
                log.unused().size(),
                deletedFiles,
                snapshots.told(restarted));
        StoredState state = stateOf(found.identity(), hardState.state(), log.summary(), snapshots.newest());
        Snapshots kept = new Snapshots(disk, identity, settings.snapshotsToKeep(), snapshots.published());
        open.push(kept);
        return new OpenStore(new OpenStore.Opened(state, recovery), hardState, stored, kept, open);
    }

    /** Makes sure that there is an identity if there is anything of a store. */
    static void requireIdentity(Disk disk, List<String> files) {
        if (!files.contains(FileNames.IDENTITY) && files.stream().anyMatch(FileNames::isStored)) {
            throw new CorruptionException(
                    disk.toString(), FileNames.IDENTITY, 0, 0, "the file is missing, but others of a store are there");
        }
    }

    /** Finds term and vote, which every store has. */
    static HardStateFile openHardState(Disk disk, NodeIdentity identity, List<String> files) throws IOException {
        if (!files.contains(FileNames.HARD_STATE)) {
            throw new CorruptionException(disk.toString(), FileNames.HARD_STATE, 0, 0, "the file is missing");
        }
        return HardStateFile.open(disk, identity);
    }

    /** Makes sure that no record of the log names a newer version of the hard state than the one that was found. */
    static void requireNewest(Disk disk, long hardStateVersion, RecoveredLog log) {
        if (log.hardStateVersion() > hardStateVersion) {
            throw new CorruptionException(
                    disk.toString(), FileNames.HARD_STATE, 0, 0, "the newest term and vote are lost");
        }
    }

    /**
     * A snapshot that the log does not reach, or contradicts, was published and not yet installed; or it is of entries that
     * were committed elsewhere before our disk had them. In either case it goes before the log.
     *
     * @return whether the log was dropped for it
     */
    private static boolean finishInstalling(
            Optional<SnapshotInfo> newest, HardStateFile hardState, LogSummary summary, StoredLog log)
            throws IOException {
        if (newest.isEmpty() || log.has(newest.get().last())) {
            return false;
        }
        LogPosition last = newest.get().last();
        if (last.term() > hardState.state().currentTerm()) {
            hardState.write(new HardState(last.term(), Optional.empty()), log.synced());
        }
        log.install(last, hardState.version());
        summary.restartAfter(last);
        return true;
    }

    private static StoredState stateOf(
            IdentityFile identity, HardState hardState, LogSummary log, Optional<SnapshotInfo> snapshot) {
        return new StoredState(
                identity.identity(),
                identity.founding(),
                hardState,
                log.base(),
                log.last(),
                log.termStarts(),
                log.memberships(),
                snapshot);
    }

    /** Deletes what was being made when a server crashed, and will never be finished. */
    static int deleteUnfinished(Disk disk) throws IOException {
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
    private void closeAfter(Throwable failure) {
        try {
            Closing.all(open);
        } catch (IOException e) {
            failure.addSuppressed(e);
        }
    }
}
