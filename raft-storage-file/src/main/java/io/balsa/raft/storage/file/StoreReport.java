package io.balsa.raft.storage.file;

import io.balsa.raft.cluster.Membership;
import io.balsa.raft.cluster.NodeIdentity;
import io.balsa.raft.storage.HardState;
import io.balsa.raft.storage.LogPosition;
import io.balsa.raft.storage.SnapshotInfo;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * What a {@link StoreInspection} found in a store. Immutable.
 *
 * @param identity whose store it is
 * @param founding the membership that the cluster began with
 * @param inUse a server used the store during the look, so it may have changed meanwhile, and nothing is said about damage of
 *     what is still being written
 * @param hardState term and vote; empty if they are damaged
 * @param log the log, up to the damage if there is any
 * @param snapshots those that are there, newest first
 * @param refusals damage for which a start of a server refuses the store, or which the other servers have to {@linkplain
 *     FileStorage.Builder#mendFromPeers mend}, in the order in which a start would find it
 * @param damagedSnapshots damage of snapshots, newest first. By itself it keeps no server from starting: a start deletes what it
 *     can do without
 */
public record StoreReport(
        NodeIdentity identity,
        Membership founding,
        boolean inUse,
        Optional<HardState> hardState,
        Log log,
        List<Snapshot> snapshots,
        List<CorruptionException> refusals,
        List<CorruptionException> damagedSnapshots) {

    public StoreReport {
        Objects.requireNonNull(identity, "identity");
        Objects.requireNonNull(founding, "founding");
        Objects.requireNonNull(hardState, "hardState");
        Objects.requireNonNull(log, "log");
        snapshots = List.copyOf(snapshots);
        refusals = List.copyOf(refusals);
        damagedSnapshots = List.copyOf(damagedSnapshots);
    }

    /**
     * A log.
     *
     * @param base the position before the first entry; index 0 if nothing was compacted
     * @param last the position of the last entry; that of {@code base} if there is none
     * @param segments files that it consists of
     * @param bytes how long these are together, with what is filled ahead of the writing
     * @param runs runs of entries, also those that later ones supersede
     * @param tornRuns runs that are recognised behind the end of the log: a start would cut them off, as a crash left them there
     * @param closed the log ends with the mark of a clean close
     * @param membership the latest membership that stands in the log, if there is one, and where
     */
    public record Log(
            LogPosition base,
            LogPosition last,
            int segments,
            long bytes,
            long runs,
            int tornRuns,
            boolean closed,
            Optional<LoggedMembership> membership) {

        public Log {
            Objects.requireNonNull(base, "base");
            Objects.requireNonNull(last, "last");
            Objects.requireNonNull(membership, "membership");
        }
    }

    /**
     * A membership in the log.
     *
     * @param entry where it stands
     * @param membership what it says
     */
    public record LoggedMembership(LogPosition entry, Membership membership) {

        public LoggedMembership {
            Objects.requireNonNull(entry, "entry");
            Objects.requireNonNull(membership, "membership");
        }
    }

    /**
     * A snapshot.
     *
     * @param file its name in the directory
     * @param last the last entry that it covers, as its name says
     * @param info what it stands for; empty if it is damaged
     */
    public record Snapshot(String file, LogPosition last, Optional<SnapshotInfo> info) {

        public Snapshot {
            Objects.requireNonNull(file, "file");
            Objects.requireNonNull(last, "last");
            Objects.requireNonNull(info, "info");
        }
    }

    /** Whether nothing that was read is damaged. */
    public boolean isSound() {
        return refusals.isEmpty() && damagedSnapshots.isEmpty();
    }

    /** All damage that was found, first that for which a start refuses the store. */
    public List<CorruptionException> damage() {
        return Stream.concat(refusals.stream(), damagedSnapshots.stream()).toList();
    }

    /** The membership that a server would start with: the latest in the log, else the newest snapshot's, else the founding one. */
    public Membership membership() {
        return log.membership
                .map(LoggedMembership::membership)
                .or(() -> snapshots.stream()
                        .flatMap(snapshot -> snapshot.info.stream())
                        .findFirst()
                        .map(SnapshotInfo::membership))
                .orElse(founding);
    }
}
