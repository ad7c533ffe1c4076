package io.balsa.raft.storage;

import io.balsa.raft.cluster.Membership;
import io.balsa.raft.cluster.NodeIdentity;
import java.util.List;
import java.util.Optional;

/**
 * What {@link Storage#open} found: all that a server needs to know to go on, but not the entries themselves.
 *
 * @param identity whose store this is, with the id that the store was given when it was made
 * @param founding the membership that the cluster began with; in force until the log has one
 * @param hardState term and vote
 * @param base the position just before the first entry of the log: {@link LogPosition#ZERO} unless a snapshot stands for
 *     what came before
 * @param last the position of the last entry; {@code base} if there is none
 * @param termStarts for each term that has entries, where the first of them stands; ascending
 * @param memberships the entries of kind {@link EntryKind#MEMBERSHIP}, ascending
 * @param snapshot the newest sound snapshot; not below {@code base}, and the log contains it or begins after it
 * @param promised the position of the last entry that the store had made durable: {@code last}, unless damage took some. A
 *     server whose log is behind that takes no part in elections, until a leader has given it what it lost: others may count
 *     on it. The index is {@link Long#MAX_VALUE} if the store cannot tell; then {@code term} is the latest that it may be
 */
public record StoredState(
        NodeIdentity identity,
        Membership founding,
        HardState hardState,
        LogPosition base,
        LogPosition last,
        List<LogPosition> termStarts,
        List<LogEntry> memberships,
        Optional<SnapshotInfo> snapshot,
        LogPosition promised) {

    public StoredState {
        termStarts = List.copyOf(termStarts);
        memberships = List.copyOf(memberships);
        if (last.index() < base.index()) {
            throw new IllegalArgumentException("the log ends at " + last + " before it begins after " + base);
        }
        long covered = snapshot.map(SnapshotInfo::index).orElse(0L);
        if (covered < base.index() || covered > last.index()) {
            throw new IllegalArgumentException(
                    "the log goes from " + base + " to " + last + ", but the snapshot ends at " + covered);
        }
    }

    /** What an undamaged store holds. */
    public StoredState(
            NodeIdentity identity,
            Membership founding,
            HardState hardState,
            LogPosition base,
            LogPosition last,
            List<LogPosition> termStarts,
            List<LogEntry> memberships,
            Optional<SnapshotInfo> snapshot) {
        this(identity, founding, hardState, base, last, termStarts, memberships, snapshot, last);
    }

    /** What a store without a snapshot holds. */
    public StoredState(
            NodeIdentity identity,
            Membership founding,
            HardState hardState,
            LogPosition base,
            LogPosition last,
            List<LogPosition> termStarts,
            List<LogEntry> memberships) {
        this(identity, founding, hardState, base, last, termStarts, memberships, Optional.empty());
    }

    /** What a store holds that was just made. */
    public static StoredState empty(NodeIdentity identity, Membership founding) {
        return new StoredState(
                identity, founding, HardState.INITIAL, LogPosition.ZERO, LogPosition.ZERO, List.of(), List.of());
    }
}
