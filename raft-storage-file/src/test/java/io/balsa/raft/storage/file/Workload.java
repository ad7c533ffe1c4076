package io.balsa.raft.storage.file;

import static io.balsa.raft.storage.file.Samples.announced;
import static io.balsa.raft.storage.file.Samples.contents;
import static io.balsa.raft.storage.file.Samples.membership;
import static io.balsa.raft.storage.file.Samples.open;
import static io.balsa.raft.storage.file.Samples.run;
import static io.balsa.raft.storage.file.Samples.runOfSize;
import static io.balsa.raft.storage.file.Samples.voted;

import io.balsa.raft.storage.EntryRun;
import io.balsa.raft.storage.HardState;
import io.balsa.raft.storage.LogEntry;
import io.balsa.raft.storage.LogPosition;
import io.balsa.raft.storage.SnapshotInfo;
import io.balsa.raft.storage.SnapshotSink;
import io.balsa.raft.storage.file.Samples.Contents;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.Random;

/** A server's dealings with its storage, and what it may expect to find afterwards. */
final class Workload {

    static final int SEGMENT_BYTES = 4096;

    /** Of more than one block. */
    static final int LARGE_SNAPSHOT_BYTES = SnapshotBlock.PAYLOAD_BYTES + 3000;

    /** The snapshot that the story of snapshots receives in two parts. */
    static final SnapshotInfo INTERRUPTED = announced(new LogPosition(30, 3), LARGE_SNAPSHOT_BYTES);

    private final Disk disk;
    private final Promises promises = new Promises();
    private FileStorage storage;
    private long committed; // no entry up to this index is ever replaced

    Workload(Disk disk) {
        this.disk = disk;
        this.storage = newStorage();
    }

    private FileStorage newStorage() {
        return FileStorage.builder(disk)
                .segmentBytes(SEGMENT_BYTES)
                .mendFromPeers(false)
                .build();
    }

    /** A story with everything in it but snapshots: votes, batches, conflicting tails, three segments, a restart, an end. */
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

    /**
     * A story of snapshots: taken of what is durable and of what is not yet; one that is not finished; the log compacted
     * behind a tail that was replaced; one received with an interruption and a restart; installed over a log that is
     * shorter, one that contradicts it, and one that contains it; and more of them than are kept.
     */
    Workload snapshots() {
        open(storage);
        vote(voted(1, 1));
        append(run(1, 1, "a", "b", "c"));
        append(membership(4, 1));
        sync();
        append(run(5, 1, "not synced yet"));
        take(2, 10);
        append(runOfSize(6, 1, 3000));
        append(run(7, 1, "in the second segment"));
        vote(voted(2, 1));
        append(run(6, 2, "replaces what is in the first"));
        sync();
        storage.beginSnapshot(promises.positionAt(6), 4, Samples.FOUNDING).close();
        append(runOfSize(7, 2, 3800));
        append(run(8, 2, "not synced yet"));
        take(8, 0);
        compact(7);
        sync();
        receive(INTERRUPTED, 0, LARGE_SNAPSHOT_BYTES - 2000);
        restart();
        vote(voted(3, 3));
        receive(INTERRUPTED, SnapshotBlock.PAYLOAD_BYTES, LARGE_SNAPSHOT_BYTES);
        install(INTERRUPTED);
        append(run(31, 3, "after it", "and on", "and on"));
        sync();
        append(runOfSize(34, 3, 3000));
        vote(voted(4, 3));
        receiveAndInstall(new LogPosition(32, 4), 20);
        append(run(33, 4, "x", "y", "z"));
        sync();
        receiveAndInstall(new LogPosition(34, 4), 30);
        append(runOfSize(36, 4, 3900));
        sync();
        compact(34);
        take(36, 40);
        restart();
        compact(35);
        append(run(37, 4, "the end"));
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
            long last = promises.last().index();
            switch (random.nextInt(8)) {
                case 0 -> vote(voted(++term, 1 + random.nextInt(3)));
                case 1 -> append(run(Math.max(committed + 1, last - random.nextInt(4)), term, "x", "y"));
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

    /** Some other story with snapshots. */
    Workload randomSnapshots(Random random) {
        open(storage);
        long term = 1;
        vote(voted(term, 1));
        for (int step = 0; step < 30; step++) {
            long last = promises.last().index();
            switch (random.nextInt(10)) {
                case 0 -> vote(voted(++term, 1));
                case 1, 2 -> append(run(Math.max(committed + 1, last - random.nextInt(4)), term, "x", "y"));
                case 3, 4 -> append(runOfSize(last + 1, term, random.nextInt(4000)));
                case 5 -> sync();
                case 6 -> receiveAndInstall(new LogPosition(committed + 1 + random.nextInt(6), term), step);
                case 7, 8 -> {
                    if (last > committed) {
                        take(committed + 1 + random.nextInt((int) (last - committed)), step);
                        compact(committed - random.nextInt(2));
                    }
                }
                default -> restart();
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
        promises.vote(state);
        storage.writeHardState(state);
    }

    private void append(EntryRun run) {
        promises.append(run);
        storage.append(run);
    }

    private void sync() {
        storage.sync();
        promises.synced();
    }

    private void take(long index, int bytes) {
        LogPosition last = promises.positionAt(index);
        committed = index;
        try (SnapshotSink sink = storage.beginSnapshot(last, 0, Samples.FOUNDING)) {
            sink.write(contents(last, bytes));
            commit(sink, announced(last, bytes));
        }
    }

    private void commit(SnapshotSink sink, SnapshotInfo snapshot) {
        promises.committing(snapshot);
        sink.commit();
        promises.committed();
    }

    /** Receives what there is up to {@code to}, and commits if that is all. */
    private void receive(SnapshotInfo snapshot, int expectedPosition, int to) {
        committed = snapshot.index();
        ByteBuffer contents = contents(snapshot.last(), (int) snapshot.sizeBytes());
        try (SnapshotSink sink = storage.receiveSnapshot(snapshot)) {
            if (sink.position() != expectedPosition) {
                throw new AssertionError("the transfer goes on at " + sink.position());
            }
            sink.write(contents.limit(to).position(expectedPosition));
            if (to == snapshot.sizeBytes()) {
                commit(sink, snapshot);
            }
        }
    }

    private void install(SnapshotInfo snapshot) {
        promises.installing(snapshot);
        storage.installSnapshot(snapshot);
        sync();
    }

    private void receiveAndInstall(LogPosition last, int bytes) {
        SnapshotInfo snapshot = announced(last, bytes);
        receive(snapshot, 0, bytes);
        install(snapshot);
    }

    private void compact(long index) {
        promises.compacting(index);
        storage.compact(index);
    }

    private void restart() {
        sync();
        storage.close();
        storage = newStorage();
        open(storage);
    }

    /** Whether the log, as far as it goes back, ever began with these entries. */
    boolean everBeganWith(LogPosition base, List<LogEntry> entries) {
        return promises.everBeganWith(base, entries);
    }

    /** Whether this is something that may be found after a crash, by what was promised. */
    boolean permits(Contents found) {
        return promises.permit(found);
    }

    @Override
    public String toString() {
        return promises.toString();
    }
}
