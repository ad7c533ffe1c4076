package io.balsa.raft.core;

import io.balsa.raft.message.InstallSnapshot;
import io.balsa.raft.storage.SnapshotInfo;
import java.util.Optional;

/** What a server does about snapshots in any role: stores and installs what it is sent, and lets its log begin later. */
final class Snapshots {

    private final RaftLog log;
    private final long trailingEntries;
    private Optional<InstallSnapshot> piece = Optional.empty();
    private boolean storing;
    private long damagedIndex; // up to here not all of the log can be read any more

    Snapshots(RaftLog log, long trailingEntries) {
        this.log = log;
        this.trailingEntries = trailingEntries;
    }

    /**
     * A piece came. One at a time is stored; the leader sends the others again. None is while a snapshot is being installed:
     * on a disk that hangs it would be pushed out by later ones before its turn comes.
     */
    void store(InstallSnapshot part) {
        if (!storing && !log.isInstalling()) {
            storing = true;
            piece = Optional.of(part);
        }
    }

    void onPieceStored() {
        storing = false;
    }

    /** All of it is here. What it stands for is committed, whoever sent it and whoever leads by now. */
    void onReceived(SnapshotInfo snapshot) {
        storing = false;
        log.compareWithCommitted(snapshot.last());
        if (snapshot.index() > log.commitIndex() && !log.contains(snapshot.last())) {
            log.install(snapshot);
        } else {
            log.commitTo(snapshot.index());
            log.snapshotStored(snapshot);
        }
    }

    void onTaken(Input.SnapshotTaken input) {
        damagedIndex = Math.max(damagedIndex, input.damagedIndex());
        log.snapshotTaken(input.snapshot());
    }

    /** Lets go of entries that a snapshot covers, save those that are kept for followers, and can be. */
    void compact(Role role) {
        long covered = Math.max(log.restorableIndex() - trailingEntries, Math.min(log.restorableIndex(), damagedIndex));
        if (covered > log.baseIndex()) {
            log.compactTo(role.compactableTo(covered));
        }
    }

    boolean isEmpty() {
        return piece.isEmpty();
    }

    /** What the next Ready wants done. */
    SnapshotWork takeWork(long number) {
        Optional<InstallSnapshot> part = piece;
        piece = Optional.empty();
        Optional<SnapshotInfo> install = log.takeUninstalled(number);
        long compactTo = log.takeUncompacted();
        return part.isEmpty() && install.isEmpty() && compactTo == 0
                ? SnapshotWork.NONE
                : new SnapshotWork(part, install, compactTo);
    }
}
