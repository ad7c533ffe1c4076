package io.balsa.raft.storage.file;

import io.balsa.raft.storage.EntryRun;
import io.balsa.raft.storage.HardState;
import io.balsa.raft.storage.LogEntry;
import io.balsa.raft.storage.LogPosition;
import io.balsa.raft.storage.SnapshotInfo;
import io.balsa.raft.storage.file.Samples.Contents;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * What a server may expect to find: every state that the log, the hard state and the snapshots went through, and how far they
 * were promised to be durable.
 */
final class Promises {

    /** A log without what is before its base: there it was dropped, or never was. */
    private record Log(LogPosition base, List<LogEntry> entries) {

        LogPosition last() {
            return entries.isEmpty() ? base : entries.get(entries.size() - 1).position();
        }

        boolean has(LogPosition position) {
            return position.index() < base.index()
                    || (position.index() <= last().index()
                            && positionAt(position.index()).equals(position));
        }

        LogPosition positionAt(long index) {
            return index == base.index()
                    ? base
                    : entries.get((int) (index - base.index() - 1)).position();
        }

        List<LogEntry> before(long index) {
            return entries.subList(0, (int) (index - base.index() - 1));
        }

        /** Whether a store that begins there has this log, as far as it goes back. */
        boolean isFoundAs(Contents found, long compacted) {
            LogPosition begin = found.state().base();
            return begin.index() >= base.index()
                    && begin.index() <= Math.max(compacted, base.index())
                    && begin.index() <= last().index()
                    && begin.equals(positionAt(begin.index()))
                    && found.entries().equals(entries.subList((int) (begin.index() - base.index()), entries.size()));
        }
    }

    private final List<Log> logs = new ArrayList<>(List.of(new Log(LogPosition.ZERO, List.of())));
    private final List<HardState> hardStates = new ArrayList<>(List.of(HardState.INITIAL));
    private final List<Integer> hardStateAtLog = new ArrayList<>(List.of(0));
    private int durableLog;
    private int durableHardState;
    private Optional<SnapshotInfo> durableSnapshot = Optional.empty();
    private Optional<SnapshotInfo> newestSnapshot = Optional.empty(); // durable, or about to be
    private long compacted;

    private Log log() {
        return logs.get(logs.size() - 1);
    }

    LogPosition last() {
        return log().last();
    }

    /** Whether a log that begins after there ever began with these entries. */
    boolean everBeganWith(LogPosition base, List<LogEntry> entries) {
        return logs.stream()
                .filter(log -> log.base().index() <= base.index()
                        && base.index() <= log.last().index())
                .map(log -> log.entries()
                        .subList(
                                (int) (base.index() - log.base().index()),
                                log.entries().size()))
                .anyMatch(log -> log.size() >= entries.size()
                        && log.subList(0, entries.size()).equals(entries));
    }

    LogPosition positionAt(long index) {
        return log().positionAt(index);
    }

    void vote(HardState state) {
        hardStates.add(state);
    }

    void append(EntryRun run) {
        List<LogEntry> entries = new ArrayList<>(log().before(run.firstIndex()));
        entries.addAll(run.entries());
        change(new Log(log().base, entries));
    }

    private void change(Log next) {
        logs.add(next);
        hardStateAtLog.add(hardStates.size() - 1);
    }

    void synced() {
        durableLog = logs.size() - 1;
        durableHardState = hardStates.size() - 1;
    }

    /** From now on it may be found. */
    void committing(SnapshotInfo snapshot) {
        if (snapshot.index() >= newestSnapshot.map(SnapshotInfo::index).orElse(0L)) {
            newestSnapshot = Optional.of(snapshot);
        }
    }

    /** From now on it must be found. */
    void committed() {
        durableSnapshot = newestSnapshot;
    }

    void installing(SnapshotInfo snapshot) {
        if (log().has(snapshot.last())) {
            compacting(snapshot.index());
        } else {
            change(new Log(snapshot.last(), List.of()));
        }
    }

    void compacting(long index) {
        compacted = Math.max(compacted, index);
    }

    /** Whether this is something that may be found after a crash. */
    boolean permit(Contents found) {
        return permit(found, durableSnapshot) || permit(found, newestSnapshot);
    }

    private boolean permit(Contents found, Optional<SnapshotInfo> snapshot) {
        if (!found.state().snapshot().equals(snapshot)) {
            return false;
        }
        for (int i = durableLog; i < logs.size(); i++) {
            boolean restarts =
                    snapshot.isPresent() && !logs.get(i).has(snapshot.get().last());
            Log log = restarts ? new Log(snapshot.get().last(), List.of()) : logs.get(i);
            long term = restarts ? snapshot.get().last().term() : 0;
            int atLeast = Math.max(durableHardState, i == durableLog ? 0 : hardStateAtLog.get(i));
            if (log.isFoundAs(found, compacted)
                    && hardStates.subList(atLeast, hardStates.size()).stream()
                            .map(state -> state.currentTerm() < term ? new HardState(term, Optional.empty()) : state)
                            .anyMatch(found.state().hardState()::equals)) {
                return true;
            }
        }
        return false;
    }

    @Override
    public String toString() {
        return "durable log " + logs.get(durableLog) + ", written " + logs.subList(durableLog + 1, logs.size())
                + ", hard states from " + hardStates.subList(durableHardState, hardStates.size()) + ", compacted up to "
                + compacted + ", durable " + durableSnapshot + ", perhaps " + newestSnapshot;
    }
}
