package io.balsa.raft.storage.file;

import static io.balsa.raft.storage.file.Samples.membership;
import static io.balsa.raft.storage.file.Samples.open;
import static io.balsa.raft.storage.file.Samples.run;
import static io.balsa.raft.storage.file.Samples.runOfSize;
import static io.balsa.raft.storage.file.Samples.voted;

import io.balsa.raft.storage.EntryRun;
import io.balsa.raft.storage.HardState;
import io.balsa.raft.storage.LogEntry;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;

/**
 * A server's dealings with its storage, and what it may expect to find afterwards: every state that the log and the hard
 * state went through, and how far they were promised to be durable.
 */
final class Workload {

    static final int SEGMENT_BYTES = 4096;

    private final Disk disk;
    private final List<List<LogEntry>> logs = new ArrayList<>(List.of(List.of()));
    private final List<HardState> hardStates = new ArrayList<>(List.of(HardState.INITIAL));
    private final List<Integer> hardStateAtLog = new ArrayList<>(List.of(0));
    private int durableLog;
    private int durableHardState;
    private FileStorage storage;

    Workload(Disk disk) {
        this.disk = disk;
        this.storage = newStorage();
    }

    private FileStorage newStorage() {
        return FileStorage.builder(disk).segmentBytes(SEGMENT_BYTES).build();
    }

    /** A story with everything in it: votes, batches, conflicting tails, three segments, a restart, an end. */
    Workload script() {
        open(storage);
        vote(voted(1, 1));
        sync();
        append(run(1, 1, "a", "b", "c"));
        sync();
        append(run(4, 1, "d"));
        append(run(5, 1, "e", "f"));
        sync();
        vote(voted(2, 3));
        append(run(5, 2, "E"));
        append(membership(6, 2));
        sync();
        append(runOfSize(7, 2, 1500));
        append(runOfSize(8, 2, 1700));
        append(runOfSize(9, 2, 700));
        sync();
        vote(voted(3, 2));
        sync();
        append(run(4, 3, "x", "y", "z"));
        append(runOfSize(7, 3, 6000));
        sync();
        restart();
        append(run(7, 3, "short"));
        sync();
        vote(voted(4, 1));
        append(run(8, 4, "never", "synced"));
        restart();
        append(runOfSize(9, 4, 3900));
        sync();
        storage.close();
        return this;
    }

    /** Some other story. */
    Workload random(Random random) {
        open(storage);
        long term = 1;
        vote(voted(term, 1));
        for (int step = 0; step < 30; step++) {
            int last = logs.get(logs.size() - 1).size();
            switch (random.nextInt(8)) {
                case 0 -> vote(voted(++term, 1 + random.nextInt(3)));
                case 1 -> append(run(Math.max(1, last - random.nextInt(4)), term, "x", "y"));
                case 2 -> append(runOfSize(last + 1, term, random.nextInt(3000)));
                case 3, 4 -> append(run(last + 1, term, "s" + step));
                case 5, 6 -> sync();
                default -> {
                    if (random.nextInt(4) == 0) {
                        restart();
                    }
                }
            }
        }
        storage.close();
        return this;
    }

    /** What a server must not do after a failure: try again. */
    void goOn() {
        storage.sync();
    }

    private void vote(HardState state) {
        hardStates.add(state);
        storage.writeHardState(state);
    }

    private void append(EntryRun run) {
        List<LogEntry> log = new ArrayList<>(logs.get(logs.size() - 1).subList(0, (int) run.firstIndex() - 1));
        log.addAll(run.entries());
        logs.add(log);
        hardStateAtLog.add(hardStates.size() - 1);
        storage.append(run);
    }

    private void sync() {
        storage.sync();
        durableLog = logs.size() - 1;
        durableHardState = hardStates.size() - 1;
    }

    private void restart() {
        sync();
        storage.close();
        storage = newStorage();
        open(storage);
    }

    /** Whether this is something that may be found after a crash, by what was promised. */
    boolean permits(HardState hardState, List<LogEntry> log) {
        for (int i = durableLog; i < logs.size(); i++) {
            int atLeast = Math.max(durableHardState, i == durableLog ? 0 : hardStateAtLog.get(i));
            if (logs.get(i).equals(log)
                    && hardStates.subList(atLeast, hardStates.size()).contains(hardState)) {
                return true;
            }
        }
        return false;
    }

    @Override
    public String toString() {
        return "durable log " + logs.get(durableLog) + ", written " + logs.subList(durableLog + 1, logs.size())
                + ", hard states from " + hardStates.subList(durableHardState, hardStates.size());
    }
}
