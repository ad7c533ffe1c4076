package io.balsa.raft.storage.file;

import io.balsa.raft.storage.EntryRun;
import io.balsa.raft.storage.HardState;
import io.balsa.raft.storage.LogPosition;
import io.balsa.raft.storage.Scrub;
import io.balsa.raft.storage.StoredState;
import java.io.Closeable;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;

/** A store that is in our possession: its files are open and its end is known. Threads as {@link FileStorage} says. */
final class OpenStore implements Closeable {

    private final Opened opened;
    private final HardStateFile hardState;
    private final StoredLog log;
    private final Snapshots snapshots;
    private final Deque<Closeable> open;
    private final Scrubber scrubber;

    /**
     * What there is to tell about the opening.
     *
     * @param state what was found
     * @param recovery what was done about it
     * @param scrubber reads again what is there
     */
    record Opened(StoredState state, Recovery recovery, Scrubber scrubber) {}

    OpenStore(Opened opened, HardStateFile hardState, StoredLog log, Snapshots snapshots, Deque<Closeable> open) {
        this.opened = opened;
        this.hardState = hardState;
        this.log = log;
        this.snapshots = snapshots;
        this.open = open;
        this.scrubber = opened.scrubber;
        open.push(scrubber);
    }

    /** What was found when the store was opened. */
    StoredState state() {
        return opened.state;
    }

    /** What was done about what was found. */
    Recovery recovery() {
        return opened.recovery;
    }

    void writeHardState(HardState next) throws IOException {
        if (!next.equals(hardState.state())) {
            hardState.write(next, log.synced());
        }
    }

    void append(EntryRun run) throws IOException {
        log.append(run, hardState.version());
    }

    /** Index of the last entry; if there is none, of the one before the first. */
    long lastIndex() {
        return log.lastIndex();
    }

    /** No entry can be written up to this index: a snapshot stands for them. */
    long baseIndex() {
        return log.baseIndex();
    }

    boolean hasRoom() throws IOException {
        return log.hasRoom();
    }

    void sync() throws IOException {
        log.sync();
    }

    List<EntryRun> read(long from, long to, int maxBytes) throws IOException {
        return log.read(from, to, maxBytes);
    }

    Scrub scrub() throws IOException {
        return scrubber.step();
    }

    Snapshots snapshots() {
        return snapshots;
    }

    void install(LogPosition snapshot) throws IOException {
        log.install(snapshot, hardState.version());
    }

    void compact(long upTo) throws IOException {
        log.compact(upTo);
    }

    /** Notes durably, at both ends, that nothing is missing: in the log and beside the term. */
    void markClosed() throws IOException {
        log.markClosed(hardState.version());
        hardState.writeClosed(log.synced());
    }

    /** Lets go of the files and of the lock, and writes nothing. */
    @Override
    public void close() throws IOException {
        Closing.all(new ArrayList<>(open));
        open.clear();
    }
}
