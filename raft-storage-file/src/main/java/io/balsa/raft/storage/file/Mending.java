package io.balsa.raft.storage.file;

import io.balsa.raft.cluster.Membership;
import io.balsa.raft.cluster.NodeIdentity;
import io.balsa.raft.storage.LogEntry;
import io.balsa.raft.storage.LogPosition;
import io.balsa.raft.storage.SnapshotInfo;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Puts a store whose log or snapshot is damaged in an order from which a leader can give it back what it lost: the log ends
 * before the damage, or begins anew after the newest sound snapshot, and a {@linkplain MendingFile file} says up to where it
 * reached. As long as that file is there, the server {@linkplain io.balsa.raft.storage.StoredState#promised takes no part in
 * elections}. Nothing that was acknowledged is thrown away: what is taken out of the log is set aside, until the store is
 * whole again.
 *
 * <p>May be interrupted by a crash at any point, and done again: what the log had promised is durable before it is touched.
 */
final class Mending {

    private static final int COPY_BYTES = 256 * 1024;

    private final Disk disk;
    private final IdentityFile identity;
    private final HardStateFile hardState;
    private final Optional<MendingFile> earlier;
    private final List<String> setAside = new ArrayList<>();

    Mending(Disk disk, IdentityFile identity, HardStateFile hardState) throws IOException {
        this.disk = disk;
        this.identity = identity;
        this.hardState = hardState;
        this.earlier = MendingFile.read(disk, owner(), currentTerm());
    }

    private NodeIdentity owner() {
        return identity.identity();
    }

    private long currentTerm() {
        return hardState.state().currentTerm();
    }

    /**
     * Up to where the store once reached, if it lost something since.
     *
     * @param last the last entry that it has now
     */
    LogPosition promised(LogPosition last) {
        return earlier.map(MendingFile::promised)
                .filter(promised -> !last.isAtLeastAsUpToDateAs(promised))
                .orElse(last);
    }

    /**
     * Cuts the damage off.
     *
     * @param damage what is wrong
     * @param remains what is left of the log
     * @param newest the newest sound snapshot
     * @return what was set aside
     * @throws CorruptionException the damage itself, if there is nobody who could give back what is lost, or if that is more
     *     than entries
     */
    List<String> mend(CorruptionException damage, LogRemains remains, Optional<SnapshotInfo> newest)
            throws IOException {
        RecoveredLog log = remains.sound();
        if (isAlone(log.summary(), newest) || log.hardStateVersion() > hardState.version()) {
            throw damage;
        }
        MendingFile file = new MendingFile(promisedBy(remains), true);
        file.write(disk, owner());
        LogPosition covered = newest.map(SnapshotInfo::last).orElse(LogPosition.ZERO);
        if (remains.isNothing() || log.summary().base().index() > covered.index()) {
            beginAnew(covered);
        } else {
            cut(remains);
        }
        finish(file);
        return List.copyOf(setAside);
    }

    /** Is told that a log which was being cut when the server crashed is in order, and is going to be written to. */
    void finishEarlier() throws IOException {
        if (earlier.isPresent() && earlier.get().begun()) {
            finish(earlier.get());
        }
    }

    /** Deletes what was kept while the store was mended, if it is whole again. */
    void tidy(LogPosition last) throws IOException {
        if (earlier.isPresent() && !last.isAtLeastAsUpToDateAs(earlier.get().promised())) {
            return;
        }
        for (String name : disk.list()) {
            if (name.equals(FileNames.MENDING) || FileNames.isSetAside(name)) {
                disk.delete(name);
            }
        }
    }

    /**
     * While an earlier cut was not finished, nothing was written since, so what was promised then is all. Else the store may
     * have promised what it promised then, or what it had now.
     */
    private LogPosition promisedBy(LogRemains remains) {
        LogPosition known = remains.last().orElse(MendingFile.anythingOf(currentTerm()));
        return earlier.map(
                        file -> file.begun() || !known.isAtLeastAsUpToDateAs(file.promised()) ? file.promised() : known)
                .orElse(known);
    }

    /** Whether no other server can ever lead the cluster, as far as this one knows. */
    private boolean isAlone(LogSummary log, Optional<SnapshotInfo> newest) {
        List<LogEntry> logged = log.memberships();
        Membership membership = logged.isEmpty()
                ? newest.map(SnapshotInfo::membership).orElse(identity.founding())
                : Membership.decode(logged.get(logged.size() - 1).data());
        return membership.voters().stream().allMatch(owner().node()::equals);
    }

    private void cut(LogRemains remains) throws IOException {
        RecoveredLog log = remains.sound();
        SegmentHeader active = log.active();
        copyAside(FileNames.segment(active.base()));
        moveAside(remains.later());
        if (remains.continued()) {
            makeSegment(new SegmentHeader(owner(), log.end(), log.summary().last(), log.chain()));
        }
        new LogRepair(disk, log).repair();
        hardState.repair(log.end());
    }

    /**
     * The new log begins at an offset that the old one never reached, so no record of that can be taken for one of its own.
     *
     * @param after the last entry of the newest sound snapshot
     */
    private void beginAnew(LogPosition after) throws IOException {
        List<String> segments =
                disk.list().stream().filter(FileNames::isSegment).toList();
        long base = hardState.logSynced();
        for (String name : segments) {
            try (DiskFile file = disk.open(name)) {
                base = Math.max(base, FileNames.baseOf(name) + file.size());
            }
        }
        base = (base + SegmentHeader.BYTES) / SegmentHeader.BYTES * SegmentHeader.BYTES;
        makeSegment(new SegmentHeader(owner(), base, after, 0));
        moveAside(segments);
        hardState.repair(base + SegmentHeader.BYTES);
    }

    private void makeSegment(SegmentHeader header) throws IOException {
        String name = FileNames.segment(header.base());
        if (disk.list().contains(name + FileNames.NEW)) {
            disk.delete(name + FileNames.NEW);
        }
        NewFile.prepare(disk, name, header.encode(), SegmentHeader.BYTES).close();
        NewFile.publish(disk, name);
        disk.syncDirectory();
    }

    private void moveAside(List<String> names) throws IOException {
        for (String name : names) {
            if (isKept(name)) {
                disk.delete(name);
            } else {
                disk.rename(name, name + FileNames.DAMAGED);
            }
            setAside.add(name + FileNames.DAMAGED);
        }
        disk.syncDirectory();
    }

    private void copyAside(String name) throws IOException {
        String copy = name + FileNames.DAMAGED;
        if (!isKept(name)) {
            List<String> files = disk.list();
            if (files.contains(copy + FileNames.NEW)) {
                disk.delete(copy + FileNames.NEW);
            }
            try (DiskFile from = disk.open(name);
                    DiskFile to = disk.create(copy + FileNames.NEW)) {
                long size = from.size();
                for (long at = 0; at < size; at += COPY_BYTES) {
                    int length = (int) Math.min(COPY_BYTES, size - at);
                    to.writeAll(from.readAll(ByteBuffer.allocate(length), at), at);
                }
                to.force();
            }
            NewFile.publish(disk, copy);
            disk.syncDirectory();
        }
        setAside.add(copy);
    }

    /** What was set aside before a crash interrupted this is not replaced by what the interrupted work has left. */
    private boolean isKept(String name) throws IOException {
        return earlier.map(MendingFile::begun).orElse(false) && disk.list().contains(name + FileNames.DAMAGED);
    }

    private void finish(MendingFile file) throws IOException {
        new MendingFile(file.promised(), false).write(disk, owner());
    }
}
