package io.balsa.raft.runtime;

import io.balsa.raft.cluster.Membership;
import io.balsa.raft.cluster.NodeIdentity;
import io.balsa.raft.storage.EntryRun;
import io.balsa.raft.storage.HardState;
import io.balsa.raft.storage.LogPosition;
import io.balsa.raft.storage.MemoryStorage;
import io.balsa.raft.storage.SnapshotInfo;
import io.balsa.raft.storage.SnapshotSink;
import io.balsa.raft.storage.SnapshotSource;
import io.balsa.raft.storage.Storage;
import io.balsa.raft.storage.StorageException;
import io.balsa.raft.storage.StorageFullException;
import io.balsa.raft.storage.StoredState;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.Optional;

/** Writes down what is asked of it, and fails when it is told to. */
final class TracedStorage implements Storage {

    private final Storage storage;
    private final List<String> trace;
    private String failing = "";
    private String lacking = "";
    private boolean full;

    TracedStorage(List<String> trace) {
        this(trace, new MemoryStorage());
    }

    TracedStorage(List<String> trace, Storage storage) {
        this.trace = trace;
        this.storage = storage;
    }

    /** What begins so in the trace fails from now on. */
    void fail(String operation) {
        failing = operation;
    }

    /** For what begins so in the trace there is no room, as long as this is not empty. */
    void lackRoomFor(String operation) {
        lacking = operation;
    }

    /** Whether it says that there is no room. */
    void full(boolean isFull) {
        full = isFull;
    }

    @Override
    public boolean hasRoom() {
        return !full;
    }

    private void enter(String operation) {
        if (!lacking.isEmpty() && operation.startsWith(lacking)) {
            trace.add("no room for " + operation);
            throw new StorageFullException("there is no room", new IOException("No space left on device"));
        }
        trace.add(operation);
        if (!failing.isEmpty() && operation.startsWith(failing)) {
            throw new StorageException("the disk is broken");
        }
    }

    @Override
    public StoredState open(NodeIdentity identity, Membership founding) {
        enter("open");
        return storage.open(identity, founding);
    }

    @Override
    public void writeHardState(HardState hardState) {
        enter("term " + hardState.currentTerm());
        storage.writeHardState(hardState);
    }

    @Override
    public void append(EntryRun run) {
        enter("append " + run.firstIndex() + ".." + run.lastIndex());
        storage.append(run);
    }

    @Override
    public void sync() {
        enter("sync");
        storage.sync();
    }

    @Override
    public List<EntryRun> read(long from, long to, int maxBytes) {
        enter("read " + from + ".." + to);
        return storage.read(from, to, maxBytes);
    }

    @Override
    public SnapshotSink beginSnapshot(LogPosition last, long membershipIndex, Membership membership) {
        enter("begin snapshot " + last);
        return new TracedSink(storage.beginSnapshot(last, membershipIndex, membership));
    }

    @Override
    public SnapshotSink receiveSnapshot(SnapshotInfo announced) {
        enter("receive " + announced);
        return new TracedSink(storage.receiveSnapshot(announced));
    }

    private final class TracedSink implements SnapshotSink {

        private final SnapshotSink sink;

        TracedSink(SnapshotSink sink) {
            this.sink = sink;
        }

        @Override
        public long position() {
            return sink.position();
        }

        @Override
        public void write(ByteBuffer bytes) {
            enter("write at " + sink.position());
            sink.write(bytes);
        }

        @Override
        public SnapshotInfo commit() {
            enter("commit");
            return sink.commit();
        }

        @Override
        public void close() {
            sink.close();
        }
    }

    @Override
    public Optional<SnapshotSource> openSnapshot(LogPosition last) {
        enter("open snapshot " + last);
        return storage.openSnapshot(last).map(TracedSource::new);
    }

    private final class TracedSource implements SnapshotSource {

        private final SnapshotSource source;

        TracedSource(SnapshotSource source) {
            this.source = source;
        }

        @Override
        public SnapshotInfo info() {
            return source.info();
        }

        @Override
        public int read(long position, ByteBuffer into) {
            enter("piece at " + position);
            return source.read(position, into);
        }

        @Override
        public void close() {
            trace.add("close snapshot " + source.info().last());
            source.close();
        }
    }

    @Override
    public void installSnapshot(SnapshotInfo snapshot) {
        enter("install " + snapshot);
        storage.installSnapshot(snapshot);
    }

    @Override
    public void compact(long index) {
        enter("compact " + index);
        storage.compact(index);
    }

    @Override
    public void close() {
        trace.add("storage closed");
        storage.close();
    }
}
