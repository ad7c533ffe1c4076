package io.balsa.raft.core;

import io.balsa.raft.cluster.Membership;
import io.balsa.raft.cluster.NodeId;
import io.balsa.raft.storage.EntryKind;
import io.balsa.raft.storage.EntryRun;
import io.balsa.raft.storage.LogEntry;
import io.balsa.raft.storage.SnapshotInfo;
import io.balsa.raft.storage.StoredState;
import java.util.ArrayList;
import java.util.List;

/**
 * Which membership is in effect: "a server always uses the latest configuration in its log, regardless of whether the
 * entry is committed" (section 4.1), so when the end of the log is dropped, the one before comes back. Where the log begins
 * after a snapshot, the snapshot's membership is the one before (section 5.1).
 */
final class MembershipHistory {

    /** A membership, and where it stands. */
    record Row(long index, Membership membership) {}

    private final List<Row> rows = new ArrayList<>(); // the first is committed, and is never dropped

    MembershipHistory(StoredState stored) {
        rows.add(stored.snapshot().map(MembershipHistory::rowOf).orElse(new Row(0, stored.founding())));
        for (LogEntry entry : stored.memberships()) {
            if (entry.index() > rows.get(0).index) {
                rows.add(new Row(entry.index(), Membership.decode(entry.data())));
            }
        }
    }

    private static Row rowOf(SnapshotInfo snapshot) {
        return new Row(snapshot.membershipIndex(), snapshot.membership());
    }

    Membership latest() {
        return latestRow().membership;
    }

    long latestIndex() {
        return latestRow().index;
    }

    private Row latestRow() {
        return rows.get(rows.size() - 1);
    }

    /** The latest that does not stand above this index. */
    Row asOf(long index) {
        int row = rows.size() - 1;
        while (row > 0 && rows.get(row).index > index) {
            row--;
        }
        return rows.get(row);
    }

    /** Whether this server is the only voter of each of them. */
    boolean neverHadAnotherVoter(NodeId id) {
        return rows.stream()
                .map(Row::membership)
                .allMatch(membership -> !membership.isJoint()
                        && membership.isVoter(id)
                        && membership.voters().size() == 1);
    }

    void append(EntryRun run) {
        if (run.kind() == EntryKind.MEMBERSHIP) {
            for (long index = run.firstIndex(); index <= run.lastIndex(); index++) {
                rows.add(new Row(index, Membership.decode(run.copyOfPayload(index))));
            }
        }
    }

    void truncateFrom(long index) {
        while (rows.size() > 1 && latestIndex() >= index) {
            rows.remove(rows.size() - 1);
        }
    }

    /** What stands at or below this index is committed, and only the last of it is needed. */
    void compactTo(long index) {
        while (rows.size() > 1 && rows.get(1).index <= index) {
            rows.remove(0);
        }
    }

    /** The log is gone, uncommitted memberships with it; the snapshot's is in effect. */
    void resetTo(SnapshotInfo snapshot) {
        rows.clear();
        rows.add(rowOf(snapshot));
    }
}
