package io.balsa.raft.testkit;

import io.balsa.raft.cluster.Member;
import io.balsa.raft.cluster.Membership;
import io.balsa.raft.cluster.NodeId;
import io.balsa.raft.cluster.NodeIdentity;
import io.balsa.raft.storage.EntryKind;
import io.balsa.raft.storage.EntryRun;
import io.balsa.raft.storage.HardState;
import io.balsa.raft.storage.LogEntry;
import io.balsa.raft.storage.StoredState;
import io.balsa.raft.storage.file.FileStorage;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * A server's dealings with its storage, drawn from a seed, and what may be found afterwards: every state that log and hard
 * state went through, how far they were promised to be durable, and how far by the promise before the last.
 */
final class StorageStory {

    private static final NodeIdentity IDENTITY = new NodeIdentity("rot", NodeId.of(1), 77);
    private static final Membership FOUNDING = Membership.ofVoters(List.of(Member.of(1, "memory:1")));
    private static final int SEGMENT_BYTES = 4096;

    /** All that a store holds. */
    record Found(StoredState state, List<LogEntry> entries) {}

    private record Promise(int log, int hardState) {}

    private final SimulatedDisk disk;
    private final Draws draws;
    private final List<List<LogEntry>> logs = new ArrayList<>(List.of(List.of()));
    private final List<HardState> hardStates = new ArrayList<>(List.of(HardState.INITIAL));
    private final List<Integer> hardStateAtLog = new ArrayList<>(List.of(0));
    private Promise last = new Promise(0, 0);
    private Promise beforeLast = last;
    private FileStorage storage;

    StorageStory(SimulatedDisk disk, Draws draws) {
        this.disk = disk;
        this.draws = draws;
        this.storage = storageOn(disk);
    }

    static FileStorage storageOn(SimulatedDisk disk) {
        return FileStorage.builder(disk).segmentBytes(SEGMENT_BYTES).build();
    }

    static StoredState open(FileStorage storage) {
        return storage.open(IDENTITY, FOUNDING);
    }

    static EntryRun run(long firstIndex, long term, byte[]... payloads) {
        return EntryRun.of(firstIndex, term, EntryKind.COMMAND, List.of(payloads));
    }

    /** Opens the store on a disk, reads it all, and leaves it open, as a crash would. */
    static Found find(SimulatedDisk disk) {
        FileStorage storage = storageOn(disk);
        StoredState state = open(storage);
        return new Found(state, entries(storage, state.last().index()));
    }

    static List<LogEntry> entries(FileStorage storage, long last) {
        List<LogEntry> entries = new ArrayList<>();
        while (entries.size() < last) {
            storage.read(entries.size() + 1, last, Integer.MAX_VALUE).forEach(run -> entries.addAll(run.entries()));
        }
        return entries;
    }

    /** Tells so many steps; the store is left open. */
    void tell(int steps) {
        open(storage);
        long term = 1;
        vote(term);
        for (int step = 0; step < steps; step++) {
            int end = logs.get(logs.size() - 1).size();
            switch (draws.nextInt(9)) {
                case 0 -> vote(++term);
                case 1 -> append(run(Math.max(1, end - draws.nextInt(4)), term, bytes(20), bytes(30)));
                case 2 -> append(run(end + 1, term, bytes(draws.nextInt(3000))));
                case 3, 4 -> append(run(end + 1, term, bytes(50)));
                case 5, 6, 7 -> sync();
                default -> {
                    if (draws.nextInt(4) == 0) {
                        restart();
                    }
                }
            }
        }
        sync();
    }

    private byte[] bytes(int length) {
        byte[] bytes = new byte[length];
        draws.nextBytes(bytes);
        return bytes;
    }

    private void vote(long term) {
        HardState state = new HardState(term, Optional.of(NodeId.of(1 + draws.nextInt(3))));
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
        Promise made = new Promise(logs.size() - 1, hardStates.size() - 1);
        if (!made.equals(last)) {
            beforeLast = last;
            last = made;
        }
    }

    private void restart() {
        sync();
        close();
        storage = storageOn(disk);
        open(storage);
    }

    void close() {
        storage.close();
    }

    /** What a server must not do after a failure: try again. */
    void goOn() {
        storage.sync();
    }

    /** All entries, read through the storage that is still open. */
    List<LogEntry> readAll() {
        return entries(storage, logs.get(logs.size() - 1).size());
    }

    /** What the log is. */
    List<LogEntry> log() {
        return logs.get(logs.size() - 1);
    }

    /** Whether it is what the story ended with. */
    boolean isWhole(Found found) {
        return found.entries().equals(log()) && found.state().hardState().equals(hardStates.get(hardStates.size() - 1));
    }

    /** Whether this may be found after a crash. */
    boolean permits(Found found) {
        return permits(found, last);
    }

    /** Whether this may be found after a crash if the batch that was synced last is damaged. */
    boolean permitsWithoutLastBatch(Found found) {
        return permits(found, beforeLast);
    }

    private boolean permits(Found found, Promise promise) {
        for (int i = promise.log(); i < logs.size(); i++) {
            int atLeast = Math.max(promise.hardState(), i == promise.log() ? 0 : hardStateAtLog.get(i));
            if (logs.get(i).equals(found.entries())
                    && hardStates
                            .subList(atLeast, hardStates.size())
                            .contains(found.state().hardState())) {
                return true;
            }
        }
        return false;
    }
}
