package io.balsa.raft.storage.file;

import io.balsa.raft.cluster.Membership;
import io.balsa.raft.cluster.NodeIdentity;
import io.balsa.raft.storage.HardState;
import io.balsa.raft.storage.LogEntry;
import io.balsa.raft.storage.SnapshotInfo;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * One look at a whole store. It finds out what the first half of a {@linkplain StoreOpening start} finds out, with the same
 * readers, and goes on behind the first damage. Changes nothing. For one thread.
 */
final class Examination {

    private final InspectedDisk disk;
    private final IdentityFile identity;
    private final boolean inUse;
    private final List<CorruptionException> refusals = new ArrayList<>();
    private final List<CorruptionException> damagedSnapshots = new ArrayList<>();
    private final List<CorruptionException> newerDamaged = new ArrayList<>(); // newer than the newest sound snapshot
    private Optional<HardStateFound> hardState = Optional.empty();
    private Optional<SnapshotInfo> newest = Optional.empty();

    private record HardStateFound(HardState state, long version, long logSynced) {}

    /** What was found, and where the runs stand that make up the log. */
    record Found(StoreReport report, RunIndex index) {}

    Examination(InspectedDisk disk, IdentityFile identity, boolean inUse) {
        this.disk = disk;
        this.identity = identity;
        this.inUse = inUse;
    }

    /**
     * Reads the log, and of the snapshots the headers, or all.
     *
     * @param wholeSnapshots whether snapshots are read to their ends
     */
    Found examine(boolean wholeSnapshots, StoreInspection.Progress progress) throws IOException {
        List<String> files = disk.list();
        long logBytes = sizeOf(files.stream().filter(FileNames::isSegment).toList());
        long snapshotBytes = wholeSnapshots
                ? sizeOf(files.stream().filter(FileNames::isSnapshot).toList())
                : 0;
        count(progress, logBytes + snapshotBytes);
        readHardState(files);
        LogRecovery recovery = new LogRecovery(
                disk, owner(), hardState.map(HardStateFound::logSynced).orElse(0L));
        Optional<RecoveredLog> log = replay(recovery, files);
        List<StoreReport.Snapshot> snapshots = readSnapshots(files, wholeSnapshots);
        if (log.isPresent()) {
            requireCovered(log.get());
        }
        int segments = (int) files.stream().filter(FileNames::isSegment).count();
        StoreReport report = new StoreReport(
                owner(),
                identity.founding(),
                inUse,
                hardState.map(HardStateFound::state),
                logOf(recovery.replayed(), segments, logBytes),
                snapshots,
                refusals,
                damagedSnapshots);
        return new Found(report, recovery.replayed().index());
    }

    private NodeIdentity owner() {
        return identity.identity();
    }

    private void count(StoreInspection.Progress progress, long total) {
        long[] read = new long[1];
        disk.countWith(bytes -> {
            read[0] += bytes;
            progress.read(Math.min(read[0], total), total); // some bytes are read twice
        });
    }

    private long sizeOf(List<String> files) throws IOException {
        long bytes = 0;
        for (String name : files) {
            try (DiskFile file = disk.open(name)) {
                bytes += file.size();
            } catch (IOException e) {
                requireGone(name, e);
            }
        }
        return bytes;
    }

    /** A server deletes what it no longer needs at any time; any other failure is one. */
    private void requireGone(String name, IOException failure) throws IOException {
        if (!inUse || disk.list().contains(name)) {
            throw failure;
        }
    }

    private void readHardState(List<String> files) throws IOException {
        try (HardStateFile file = StoreOpening.openHardState(disk, owner(), files)) {
            hardState = Optional.of(new HardStateFound(file.state(), file.version(), file.logSynced()));
        } catch (CorruptionException e) {
            refusals.add(e);
        }
    }

    /** The log, unless it is damaged; what could be replayed all the same, {@code recovery} knows. */
    private Optional<RecoveredLog> replay(LogRecovery recovery, List<String> files) throws IOException {
        try {
            RecoveredLog log = recovery.recover(files);
            if (hardState.isPresent()) {
                StoreOpening.requireNewest(disk, hardState.get().version, log);
            }
            return Optional.of(log);
        } catch (CorruptionException e) {
            if (!inUse) { // what is written at this moment looks like damage if it is seen in part
                refusals.add(e);
            }
            return Optional.empty();
        }
    }

    private List<StoreReport.Snapshot> readSnapshots(List<String> files, boolean whole) throws IOException {
        List<StoreReport.Snapshot> snapshots = new ArrayList<>();
        List<String> names = files.stream()
                .filter(FileNames::isSnapshot)
                .map(FileNames::lastOf)
                .sorted(Snapshots.BY_AGE.reversed())
                .map(FileNames::snapshot)
                .toList();
        for (String name : names) {
            try {
                snapshots.add(readSnapshot(name, whole));
            } catch (IOException e) {
                requireGone(name, e);
            }
        }
        return snapshots;
    }

    private StoreReport.Snapshot readSnapshot(String name, boolean whole) throws IOException {
        Optional<SnapshotInfo> info = Optional.empty();
        try (SnapshotReader snapshot = SnapshotReader.open(disk, name, owner())) {
            if (whole) {
                snapshot.verify();
            }
            info = Optional.of(snapshot.info());
            newest = newest.or(() -> Optional.of(snapshot.info()));
        } catch (CorruptionException e) {
            damagedSnapshots.add(e);
            if (newest.isEmpty()) {
                newerDamaged.add(e);
            }
        }
        return new StoreReport.Snapshot(name, FileNames.lastOf(name), info);
    }

    private void requireCovered(RecoveredLog log) {
        try {
            SnapshotRecovery.requireCovered(disk, log, newest, newerDamaged);
        } catch (CorruptionException e) {
            if (!inUse) {
                refusals.add(e);
            }
        }
    }

    private static StoreReport.Log logOf(LogRecovery.Replayed log, int segments, long bytes) {
        List<LogEntry> memberships = log.summary().memberships();
        return new StoreReport.Log(
                log.summary().base(),
                log.summary().last(),
                segments,
                bytes,
                log.tally().runs(),
                log.tally().runsBehind(),
                log.tally().closed(),
                memberships.stream()
                        .reduce((earlier, later) -> later)
                        .map(entry ->
                                new StoreReport.LoggedMembership(entry.position(), Membership.decode(entry.data()))));
    }
}
