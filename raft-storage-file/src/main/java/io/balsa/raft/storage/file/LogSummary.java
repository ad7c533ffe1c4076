package io.balsa.raft.storage.file;

import io.balsa.raft.storage.EntryKind;
import io.balsa.raft.storage.EntryRun;
import io.balsa.raft.storage.LogEntry;
import io.balsa.raft.storage.LogPosition;
import java.util.ArrayList;
import java.util.List;

/** What a server must know about its log to go on, gathered run by run while the log is replayed. */
final class LogSummary {

    private final List<LogPosition> termStarts = new ArrayList<>();
    private final List<LogEntry> memberships = new ArrayList<>();
    private LogPosition last = LogPosition.ZERO;

    /** Adds a run; forgets all from its first entry on. */
    void add(EntryRun run) {
        while (!termStarts.isEmpty() && termStarts.get(termStarts.size() - 1).index() >= run.firstIndex()) {
            termStarts.remove(termStarts.size() - 1);
        }
        while (!memberships.isEmpty() && memberships.get(memberships.size() - 1).index() >= run.firstIndex()) {
            memberships.remove(memberships.size() - 1);
        }
        if (termStarts.isEmpty() || termStarts.get(termStarts.size() - 1).term() != run.term()) {
            termStarts.add(new LogPosition(run.firstIndex(), run.term()));
        }
        if (run.kind() == EntryKind.MEMBERSHIP) {
            memberships.addAll(run.entries());
        }
        last = run.lastPosition();
    }

    LogPosition last() {
        return last;
    }

    List<LogPosition> termStarts() {
        return List.copyOf(termStarts);
    }

    List<LogEntry> memberships() {
        return List.copyOf(memberships);
    }
}
