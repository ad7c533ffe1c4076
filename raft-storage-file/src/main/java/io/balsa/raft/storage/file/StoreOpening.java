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
        Examined examined = examine(found.identity(), hardState);
        RecoveredLog log = examined.log;
        SnapshotRecovery snapshots = examined.snapshots;
        // Up to here nothing was changed, unless there was damage; from here on nothing is found out.
        int deletedFiles = found.deletedFiles() + deleteUnfinished(disk);
        LogRepair repair = new LogRepair(disk, log);
        repair.repair();
        if (!found.founded()) {
            hardState.repair();
        }
        Mending mending = new Mending(disk, found.identity(), hardState);
        mending.finishEarlier();
        StoredLog stored = StoredLog.open(disk, identity, settings.segmentBytes(), log);
        open.push(stored);
        boolean restarted = finishInstalling(snapshots.newest(), hardState, log.summary(), stored);
        snapshots.tidy(settings.snapshotsToKeep());
        LogPosition last = log.summary().last();
        LogPosition promised = mending.promised(last);
        mending.tidy(last);
        Recovery recovery = new Recovery(
                found.founded(),
                log.tally().closed(),
                hardState.isSlotLost(),
                log.segments().size(),
                log.tally().runs(),
                new Recovery.Tail(log.tally().runsBehind(), repair.cutBytes(), repair.rewrittenBytes()),
                log.unused().size(),
                deletedFiles,
                snapshots.told(restarted),
                examined.told(last, promised));
        StoredState state = stateOf(found.identity(), hardState.state(), log.summary(), snapshots.newest(), promised);
        Snapshots kept = new Snapshots(disk, identity, settings.snapshotsToKeep(), snapshots.published());
        open.push(kept);
        Scrubber scrubber = new Scrubber(disk, identity, stored, kept, settings.scrubBytesPerSecond());
        return new OpenStore(new OpenStore.Opened(state, recovery, scrubber), hardState, stored, kept, open);
    }

    /**
     * What was found of log and snapshots.
     *
     * @param damage what was cut off the log, if anything was
     * @param setAside where that is now
     */
    private record Examined(
            RecoveredLog log, SnapshotRecovery snapshots, Optional<CorruptionException> damage, List<String> setAside) {

        Optional<Recovery.Mending> told(LogPosition last, LogPosition promised) {
            if (damage.isEmpty() && last.equals(promised)) {
                return Optional.empty();
            }
            return Optional.of(
                    new Recovery.Mending(last, promised, damage.map(CorruptionException::finding), setAside));
        }
    }

    /** Finds out what log and snapshots are; if they are damaged, cuts the damage off, as far as that is allowed. */
    private Examined examine(IdentityFile identity, HardStateFile hardState) throws IOException {
        List<String> files = disk.list();
        LogRecovery recovery = new LogRecovery(disk, identity.identity(), hardState.logSynced());
        SnapshotRecovery snapshots = new SnapshotRecovery(disk, identity.identity());
        snapshots.find(files);
        try {
            RecoveredLog log = recovery.recover(files);
            requireNewest(disk, hardState.version(), log);
            snapshots.requireCovered(log);
            return new Examined(log, snapshots, Optional.empty(), List.of());
        } catch (CorruptionException damage) {
            if (!settings.mendFromPeers()) {
                throw damage;
            }
            Mending mending = new Mending(disk, identity, hardState);
            List<String> setAside = mending.mend(damage, recovery.remains(files), snapshots.newest());
            return reexamine(identity.identity(), hardState, damage, setAside);
        }
    }

    /** What was mended is to be as good as what never was damaged. */
    private Examined reexamine(
            NodeIdentity identity, HardStateFile hardState, CorruptionException damage, List<String> setAside)
            throws IOException {
        List<String> files = disk.list();
        SnapshotRecovery snapshots = new SnapshotRecovery(disk, identity);
        snapshots.find(files);
        RecoveredLog log = new LogRecovery(disk, identity, hardState.logSynced()).recover(files);
        snapshots.requireCovered(log);
        return new Examined(log, snapshots, Optional.of(damage), setAside);
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
            IdentityFile identity,
            HardState hardState,
            LogSummary log,
            Optional<SnapshotInfo> snapshot,
            LogPosition promised) {
        return new StoredState(
                identity.identity(),
                identity.founding(),
                hardState,
                log.base(),
                log.last(),
                log.termStarts(),
                log.memberships(),
                snapshot,
                promised);
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
