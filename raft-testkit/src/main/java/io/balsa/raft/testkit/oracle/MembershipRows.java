package io.balsa.raft.testkit.oracle;

import io.balsa.raft.cluster.Membership;
import io.balsa.raft.storage.EntryKind;
import io.balsa.raft.storage.EntryRun;
import io.balsa.raft.storage.SnapshotInfo;
import java.util.ArrayList;
import java.util.List;

/** The memberships in a log, in their order. The first is the one that the log begins with, and is never dropped. */
public final class MembershipRows {

    /**
     * A membership, and where it stands.
     *
     * @param index 0 for the one that the cluster was founded with
     */
    public record Row(long index, Membership membership) {

        /** What a snapshot says. */
        public static Row of(SnapshotInfo snapshot) {
            return new Row(snapshot.membershipIndex(), snapshot.membership());
        }
    }

    private final List<Row> rows = new ArrayList<>();

    /** A log without any, in a cluster that was founded so. */
    public MembershipRows(Membership founding) {
        rows.add(new Row(0, founding));
    }

    /** Forgets all; this one is the first now. */
    public void beginWith(Row first) {
        rows.clear();
        rows.add(first);
    }

    /** The one in effect (section 4.1). */
    public Row latest() {
        return rows.get(rows.size() - 1);
    }

    /** The latest that does not stand above this index. */
    public Row asOf(long index) {
        int row = rows.size() - 1;
        while (row > 0 && rows.get(row).index > index) {
            row--;
        }
        return rows.get(row);
    }

    /** Where the first one stands that is above this index; {@link Long#MAX_VALUE} if there is none. */
    public long nextAfter(long index) {
        long next = Long.MAX_VALUE;
        for (int row = rows.size() - 1; row >= 0 && rows.get(row).index > index; row--) {
            next = rows.get(row).index;
        }
        return next;
    }

    /** Adds what a run of entries has, if it has any. */
    public void append(EntryRun run) {
        if (run.kind() == EntryKind.MEMBERSHIP) {
            for (long index = run.firstIndex(); index <= run.lastIndex(); index++) {
                if (index > rows.get(0).index) {
                    rows.add(new Row(index, Membership.decode(run.copyOfPayload(index))));
                }
            }
        }
    }

    /** Adds one that stands above all others. */
    public void add(Row row) {
        rows.add(row);
    }

    /** The entries from this index on are dropped. */
    public void truncateFrom(long index) {
        while (rows.size() > 1 && latest().index >= index) {
            rows.remove(rows.size() - 1);
        }
    }

    /** Adds those that stand above {@code after} in another log, up to {@code last}. */
    void extend(MembershipRows other, long after, long last) {
        for (long index = other.nextAfter(after); index <= last; index = other.nextAfter(index)) {
            rows.add(other.asOf(index));
        }
    }

    void copyFrom(MembershipRows other) {
        rows.clear();
        rows.addAll(other.rows);
    }
}
