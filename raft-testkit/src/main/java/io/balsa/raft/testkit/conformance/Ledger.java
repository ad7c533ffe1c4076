package io.balsa.raft.testkit.conformance;

import io.balsa.raft.storage.EntryRun;
import io.balsa.raft.storage.HardState;
import io.balsa.raft.storage.LogEntry;
import java.util.ArrayList;
import java.util.List;

/**
 * What a store without snapshots was told: every state that the log and the hard state went through, and which of them a sync
 * has made durable.
 */
final class Ledger {

    private final List<List<LogEntry>> logs = new ArrayList<>(List.of(List.of()));
    private final List<HardState> hardStates = new ArrayList<>(List.of(HardState.INITIAL));
    private int syncedLog;
    private int syncedHardState;

    /** Notes the hard state, and then writes it: a crash within may leave it behind. */
    void write(Bench bench, HardState next) {
        hardStates.add(next);
        bench.storage().writeHardState(next);
    }

    /** Notes the run, and then appends it. */
    void append(Bench bench, EntryRun run) {
        List<LogEntry> log = new ArrayList<>(log().subList(0, (int) run.firstIndex() - 1));
        log.addAll(run.entries());
        logs.add(log);
        bench.storage().append(run);
    }

    /** Syncs, and then notes it: it has happened only if it returns. */
    void sync(Bench bench) {
        bench.storage().sync();
        syncedLog = logs.size() - 1;
        syncedHardState = hardStates.size() - 1;
    }

    /** The log as it is. */
    List<LogEntry> log() {
        return logs.get(logs.size() - 1);
    }

    /** The hard state as it is. */
    HardState hardState() {
        return hardStates.get(hardStates.size() - 1);
    }

    /** Every log there was. */
    List<List<LogEntry>> logs() {
        return logs;
    }

    /** Every hard state there was. */
    List<HardState> hardStates() {
        return hardStates;
    }

    /** The log as of the last sync, and every one since. */
    List<List<LogEntry>> logsSinceSync() {
        return logs.subList(syncedLog, logs.size());
    }

    /** The hard state as of the last sync, and every one since. */
    List<HardState> hardStatesSinceSync() {
        return hardStates.subList(syncedHardState, hardStates.size());
    }

    /** The entries that were synced, and that nothing written since has taken the place of. */
    List<LogEntry> certain() {
        List<LogEntry> certain = logs.get(syncedLog);
        for (List<LogEntry> later : logsSinceSync()) {
            int same = 0;
            while (same < Math.min(certain.size(), later.size())
                    && certain.get(same).equals(later.get(same))) {
                same++;
            }
            certain = certain.subList(0, same);
        }
        return certain;
    }
}
