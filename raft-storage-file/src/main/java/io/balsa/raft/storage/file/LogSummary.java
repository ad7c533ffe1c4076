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
    private LogPosition base = LogPosition.ZERO;
    private LogPosition last = LogPosition.ZERO;

    /** Forgets everything: the log goes on after this position. */
    void restartAfter(LogPosition position) {
        termStarts.clear();
        memberships.clear();
        base = position;
        last = position;
    }

    /** Adds a run; forgets all from its first entry on. */
    void add(EntryRun run) {
        while (!termStarts.isEmpty() && termStarts.get(termStarts.size() - 1).index() >= run.firstIndex()) {
            termStarts.remove(termStarts.size() - 1);
        }
        while (!memberships.isEmpty() && memberships.get(memberships.size() - 1).index() >= run.firstIndex()) {
            memberships.remove(memberships.size() - 1);
        }
        if (run.firstIndex() <= base.index()) {
            // What the log once began after was replaced later on: it begins after the first entry that is known for
            // good.
            base = new LogPosition(run.firstIndex(), run.term());
        }
        long first = Math.max(run.firstIndex(), base.index() + 1);
        if (first <= run.lastIndex() && (termStarts.isEmpty() || lastTermStart() != run.term())) {
            termStarts.add(new LogPosition(first, run.term()));
        }
        if (run.kind() == EntryKind.MEMBERSHIP) {
            run.entries().stream().filter(entry -> entry.index() >= first).forEach(memberships::add);
        }
        last = run.lastPosition();
    }

    private long lastTermStart() {
        return termStarts.get(termStarts.size() - 1).term();
    }

    /** The position before the first entry. */
    LogPosition base() {
        return base;
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
