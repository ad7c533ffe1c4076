package io.balsa.raft.storage.file;

import io.balsa.raft.cluster.NodeIdentity;
import io.balsa.raft.storage.LogPosition;
import io.balsa.raft.storage.SnapshotInfo;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Finds the newest sound snapshot, and decides whether it and the log are all there is to know. Reads the newest whole; an
 * older one only if all that are newer are damaged.
 */
final class SnapshotRecovery {

    private final Disk disk;
    private final NodeIdentity identity;
    private final List<LogPosition> published = new ArrayList<>(); // newest first, without the damaged ones
    private final List<LogPosition> parts = new ArrayList<>(); // newest first
    private final List<CorruptionException> damaged = new ArrayList<>();
    private Optional<SnapshotInfo> newest = Optional.empty();
    private Optional<LogPosition> part = Optional.empty();
    private int deleted;

    SnapshotRecovery(Disk disk, NodeIdentity identity) {
        this.disk = disk;
        this.identity = identity;
    }

    /** Finds out which snapshots are there, and which of them is sound. Changes nothing. */
    void find(List<String> files) throws IOException {
        files.stream().filter(FileNames::isSnapshot).map(FileNames::lastOf).forEach(published::add);
        files.stream()
                .filter(FileNames::isPart)
                .map(name -> FileNames.lastOf(FileNames.without(FileNames.PART, name)))
                .forEach(parts::add);
        published.sort(Snapshots.BY_AGE.reversed());
        parts.sort(Snapshots.BY_AGE.reversed());
        while (newest.isEmpty() && damaged.size() < published.size()) {
            String name = FileNames.snapshot(published.get(damaged.size()));
            try (SnapshotReader snapshot = SnapshotReader.open(disk, name, identity)) {
                snapshot.verify();
                newest = Optional.of(snapshot.info());
            } catch (CorruptionException e) {
                damaged.add(e);
            }
        }
        published.subList(0, damaged.size()).clear();
    }

    /**
     * Makes sure that the newest sound one covers whatever this log does not begin with.
     *
     * @throws CorruptionException if it does not, or if there is none
     */
    void requireCovered(RecoveredLog log) {
        requireCovered(disk, log, newest, damaged);
    }

    /**
     * Makes sure that a snapshot covers whatever the log does not begin with.
     *
     * @param newest the newest sound snapshot
     * @param damaged what is wrong with those that are newer, newest first
     * @throws CorruptionException if none does
     */
    static void requireCovered(
            Disk disk, RecoveredLog log, Optional<SnapshotInfo> newest, List<CorruptionException> damaged) {
        LogPosition base = log.summary().base();
        if (newest.map(SnapshotInfo::index).orElse(0L) >= base.index()) {
            return;
        }
        String problem = "the log begins after entry " + base.index() + ", and no sound snapshot covers that";
        if (damaged.isEmpty()) {
            String file = FileNames.segment(log.segments().get(0).base());
            throw new CorruptionException(disk.toString(), file, 0, base.index(), problem + ": a file is missing");
        }
        CorruptionException first = damaged.get(0);
        throw new CorruptionException(
                disk.toString(), first.file(), first.offset(), base.index(), first.problem() + "; " + problem);
    }

    /** Deletes what is damaged, what is too old, and what was received in part and is of no use any more. */
    void tidy(int kept) throws IOException {
        for (CorruptionException damage : damaged) {
            delete(damage.file());
        }
        while (published.size() > kept) {
            delete(FileNames.snapshot(published.remove(published.size() - 1)));
        }
        for (LogPosition last : parts) {
            String name = FileNames.snapshot(last) + FileNames.PART;
            if (part.isEmpty() && isOfUse(last, name)) {
                part = Optional.of(last);
            } else {
                delete(name);
            }
        }
    }

    /** It may be finished, if it is newer than what we have, and is what its name says. */
    private boolean isOfUse(LogPosition last, String name) throws IOException {
        if (last.index() <= newest.map(SnapshotInfo::index).orElse(0L)) {
            return false;
        }
        try (DiskFile file = disk.open(name)) {
            return SnapshotHeader.read(file)
                    .filter(header -> header.identity().equals(identity)
                            && header.info().last().equals(last))
                    .isPresent();
        }
    }

    private void delete(String name) throws IOException {
        disk.delete(name);
        deleted++;
    }

    /** The newest sound one. */
    Optional<SnapshotInfo> newest() {
        return newest;
    }

    /** Those that are there, newest first. */
    List<LogPosition> published() {
        return List.copyOf(published);
    }

    /** What there is to tell about it. */
    Recovery.Snapshots told(boolean logRestarted) {
        return new Recovery.Snapshots(
                newest.map(SnapshotInfo::last),
                damaged.stream().map(CorruptionException::getMessage).toList(),
                logRestarted,
                part,
                deleted);
    }
}
