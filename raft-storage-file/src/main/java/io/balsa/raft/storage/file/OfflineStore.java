package io.balsa.raft.storage.file;

import io.balsa.raft.cluster.Membership;
import io.balsa.raft.cluster.NodeIdentity;
import io.balsa.raft.storage.EntryKind;
import io.balsa.raft.storage.EntryRun;
import io.balsa.raft.storage.HardState;
import io.balsa.raft.storage.LogEntry;
import io.balsa.raft.storage.LogPosition;
import io.balsa.raft.storage.SnapshotInfo;
import io.balsa.raft.storage.StorageException;
import io.balsa.raft.storage.StoredState;
import java.io.IOException;
import java.io.InputStream;
import java.util.List;
import java.util.Objects;
import java.util.Optional;

/**
 * What can be done to a store while no server uses it: to make one from a snapshot that was exported, and, as a last resort,
 * to give the cluster another membership after the majority of its servers was lost for good.
 *
 * <p>Both are refused while a server uses the store. May be called by any thread.
 */
public final class OfflineStore {

    private final Disk disk;

    private OfflineStore(Disk disk) {
        this.disk = disk;
    }

    /** The store on this disk, for instance on {@code new NioDisk(directory)}. Touches nothing yet. */
    public static OfflineStore on(Disk disk) {
        return new OfflineStore(Objects.requireNonNull(disk, "disk"));
    }

    /**
     * Makes a new store that begins with this snapshot: its log begins after the snapshot's end, its membership is the
     * snapshot's, and so is the founding one, its term is the snapshot's, and it has voted for nobody. After a crash in the
     * middle of this there is either no store yet, or the whole one.
     *
     * <p>A server that is started on it knows what the snapshot knows. It must be a server that is new to its cluster, with
     * an id that was never used there, or the only one of a new cluster: a server that begins with an old snapshot has
     * forgotten votes and entries.
     *
     * @param identity whose store it becomes
     * @param snapshot what the snapshot is, as it was told when it was exported
     * @param contents its bytes; read to the end of the snapshot, and not closed
     * @throws StorageException if there is a store already, if the contents are not those of the snapshot, or if reading or
     *     writing failed; there is no store then that was not there before
     */
    public void seed(NodeIdentity identity, SnapshotInfo snapshot, InputStream contents) {
        Objects.requireNonNull(identity, "identity");
        Objects.requireNonNull(snapshot, "snapshot");
        Objects.requireNonNull(contents, "contents");
        try {
            new Seeding(new NamingDisk(disk), identity, snapshot).seed(contents);
        } catch (IOException e) {
            throw new StorageException(
                    "no store can be made in " + disk + " of the " + snapshot + ": " + FileStorage.reasonOf(e), e);
        }
    }

    /**
     * What was forced upon a store.
     *
     * @param identity whose store it is
     * @param before the membership that was in force
     * @param after the membership that is in force now
     * @param entry where it stands; everything before it will be committed as soon as the server is elected
     */
    public record ForcedMembership(NodeIdentity identity, Membership before, Membership after, LogPosition entry) {

        public ForcedMembership {
            Objects.requireNonNull(identity, "identity");
            Objects.requireNonNull(before, "before");
            Objects.requireNonNull(after, "after");
            Objects.requireNonNull(entry, "entry");
        }
    }

    /**
     * <b>The last resort: may lose acknowledged writes, and bring back others that were never acknowledged.</b> Appends an
     * entry with this membership at the end of the log, in a term of its own, although no majority agrees. Only for a
     * cluster whose majority will never come back; {@code docs/STORAGE-FORMAT.md} says how, and what must not be done:
     *
     * <ul>
     *   <li>only <em>one</em> server of the cluster may be treated so, the one whose log reaches furthest, or there will be
     *       two clusters that both believe to be the one;
     *   <li>whatever that server has in its log becomes committed, also what never was, and whatever only others had is
     *       lost;
     *   <li>all others, also those that survived and those that were thought lost, join again with empty directories.
     * </ul>
     *
     * <p>Term and entry are durable when this returns; after a crash before that it can be done again.
     *
     * @param survivors has this server as a voter, and no second set of voters; usually it has nobody else
     * @return what was done, to be written down
     * @throws IllegalArgumentException if {@code survivors} is no such membership
     * @throws StorageException if there is no store, if a server uses it, if it is damaged, or if writing failed
     */
    public ForcedMembership forceMembership(Membership survivors) {
        Objects.requireNonNull(survivors, "survivors");
        IdentityFile found = identity();
        NodeIdentity identity = found.identity();
        if (!survivors.voters().contains(identity.node()) || survivors.isJoint()) {
            throw new IllegalArgumentException("the store in " + disk + " belongs to " + identity
                    + ", which must be a voter of the new membership, and the only set of voters: " + survivors);
        }
        try (FileStorage storage =
                FileStorage.builder(disk).mendFromPeers(false).build()) {
            StoredState state = storage.open(identity, found.founding());
            requireWhole(state);
            long term = Math.max(state.hardState().currentTerm(), state.last().term()) + 1;
            LogPosition entry = new LogPosition(state.last().index() + 1, term);
            storage.writeHardState(new HardState(term, Optional.empty()));
            storage.sync();
            storage.append(EntryRun.of(new LogEntry(entry, EntryKind.MEMBERSHIP, survivors.encode())));
            storage.sync();
            return new ForcedMembership(identity, membershipOf(state), survivors, entry);
        }
    }

    /** Such a store may have lost what another still has. */
    private void requireWhole(StoredState state) {
        if (!state.promised().equals(state.last())) {
            throw new StorageException(
                    "the store in " + disk + " ends at " + state.last() + ", because damage took what it"
                            + " had after that, up to " + state.promised()
                            + " perhaps; choose another survivor, or, if there is none,"
                            + " delete the file '" + FileNames.MENDING + "' there, and what was lost is lost for good");
        }
    }

    private IdentityFile identity() {
        Disk named = new NamingDisk(disk);
        try {
            if (!named.list().contains(FileNames.IDENTITY)) {
                throw new StorageException("there is no store in " + disk);
            }
            return IdentityFile.read(named);
        } catch (IOException e) {
            throw new StorageException("the store in " + disk + " cannot be read: " + FileStorage.reasonOf(e), e);
        }
    }

    /** The latest in the log, else the snapshot's, else the founding one. */
    private static Membership membershipOf(StoredState state) {
        List<LogEntry> logged = state.memberships();
        if (!logged.isEmpty()) {
            return Membership.decode(logged.get(logged.size() - 1).data());
        }
        return state.snapshot().map(SnapshotInfo::membership).orElse(state.founding());
    }
}
