package io.balsa.raft.core;

import io.balsa.raft.cluster.Membership;
import io.balsa.raft.storage.EntryKind;
import io.balsa.raft.storage.EntryRun;
import io.balsa.raft.storage.LogEntry;
import java.util.ArrayList;
import java.util.List;

/**
 * Which membership is in effect: "a server always uses the latest configuration in its log, regardless of whether the
 * entry is committed" (section 4.1), so when the end of the log is dropped, the one before comes back.
 */
final class MembershipHistory {

    private record Row(long index, Membership membership) {}

    private final List<Row> rows = new ArrayList<>(); // the first is what the log began with and is never dropped

    MembershipHistory(long baseIndex, Membership base, List<LogEntry> entries) {
        rows.add(new Row(baseIndex, base));
        for (LogEntry entry : entries) {
            rows.add(new Row(entry.index(), Membership.decode(entry.data())));
        }
    }

    Membership latest() {
        return rows.get(rows.size() - 1).membership;
    }

    long latestIndex() {
        return rows.get(rows.size() - 1).index;
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
}
