package io.balsa.raft.testkit.conformance;

import io.balsa.raft.cluster.Membership;
import io.balsa.raft.cluster.NodeIdentity;
import io.balsa.raft.storage.EntryRun;
import io.balsa.raft.storage.HardState;
import io.balsa.raft.storage.LogPosition;
import io.balsa.raft.storage.Scrub;
import io.balsa.raft.storage.SnapshotInfo;
import io.balsa.raft.storage.SnapshotSink;
import io.balsa.raft.storage.SnapshotSource;
import io.balsa.raft.storage.Storage;
import io.balsa.raft.storage.StoredState;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.Optional;

/** A storage that does what another does, save for the mistake that a subclass makes. */
class Wrapped implements Storage {

    final Storage inner;
    private boolean isClosed;

    Wrapped(Storage inner) {
        this.inner = inner;
    }

    @Override
    public StoredState open(NodeIdentity identity, Membership founding) {
        StoredState state = inner.open(identity, founding);
        isClosed = false;
        return state;
    }

    @Override
    public void writeHardState(HardState hardState) {
        inner.writeHardState(hardState);
    }

    @Override
    public void append(EntryRun run) {
        inner.append(run);
    }

    @Override
    public void sync() {
        inner.sync();
    }

    @Override
    public List<EntryRun> read(long from, long to, int maxBytes) {
        return inner.read(from, to, maxBytes);
    }

    @Override
    public SnapshotSink beginSnapshot(LogPosition last, long membershipIndex, Membership membership) {
        return inner.beginSnapshot(last, membershipIndex, membership);
    }

    @Override
    public SnapshotSink receiveSnapshot(SnapshotInfo announced) {
        return inner.receiveSnapshot(announced);
    }

    @Override
    public Optional<SnapshotSource> openSnapshot(LogPosition last) {
        return inner.openSnapshot(last);
    }

    @Override
    public void installSnapshot(SnapshotInfo snapshot) {
        inner.installSnapshot(snapshot);
    }

    @Override
    public void compact(long index) {
        inner.compact(index);
    }

    @Override
    public boolean hasRoom() {
        return inner.hasRoom();
    }

    @Override
    public Scrub scrub() {
        return inner.scrub();
    }

    @Override
    public void close() {
        if (!isClosed) {
            isClosed = true;
            inner.close();
        }
    }

    /** The runs from this index to the end of the log. */
    List<EntryRun> runsFrom(long from) {
        return inner.read(from, Long.MAX_VALUE, Integer.MAX_VALUE);
    }

    /** The same for a sink. */
    static class WrappedSink implements SnapshotSink {

        final SnapshotSink inner;

        WrappedSink(SnapshotSink inner) {
            this.inner = inner;
        }

        @Override
        public long position() {
            return inner.position();
        }

        @Override
        public void write(ByteBuffer bytes) {
            inner.write(bytes);
        }

        @Override
        public SnapshotInfo commit() {
            return inner.commit();
        }

        @Override
        public void close() {
            inner.close();
        }
    }

    /** The same for a source. */
    static class WrappedSource implements SnapshotSource {

        final SnapshotSource inner;

        WrappedSource(SnapshotSource inner) {
            this.inner = inner;
        }

        @Override
        public SnapshotInfo info() {
            return inner.info();
        }

        @Override
        public int read(long position, ByteBuffer into) {
            return inner.read(position, into);
        }

        @Override
        public void close() {
            inner.close();
        }
    }
}
