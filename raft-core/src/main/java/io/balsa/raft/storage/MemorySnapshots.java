package io.balsa.raft.storage;

import io.balsa.raft.cluster.Membership;
import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.util.Comparator;
import java.util.NavigableMap;
import java.util.Optional;
import java.util.TreeMap;
import java.util.zip.CRC32C;
import org.jspecify.annotations.Nullable;

/** The snapshots of a {@link MemoryStorage}. Safe for use by several threads. */
final class MemorySnapshots {

    private static final int KEPT = 2;

    private final NavigableMap<LogPosition, Snapshot> committed =
            new TreeMap<>(Comparator.comparingLong(LogPosition::index).thenComparingLong(LogPosition::term));
    private @Nullable Part part;
    private @Nullable Sink open;

    /** What was received so far of a snapshot that was announced. */
    private record Part(SnapshotInfo announced, ByteArrayOutputStream bytes) {}

    /** The newest one, if there is any. */
    synchronized Optional<SnapshotInfo> newest() {
        return committed.isEmpty()
                ? Optional.empty()
                : Optional.of(committed.lastEntry().getValue().info);
    }

    synchronized boolean has(LogPosition last) {
        return committed.containsKey(last);
    }

    synchronized SnapshotSink begin(LogPosition last, long membershipIndex, Membership membership) {
        // The size is not known yet; the rest is checked now rather than at the end.
        SnapshotInfo unfinished = new SnapshotInfo(last, membershipIndex, membership, 0, 0);
        return opened(new Sink(unfinished, new ByteArrayOutputStream(), false));
    }

    synchronized SnapshotSink receive(SnapshotInfo announced) {
        requireNoneOpen();
        if (part == null || !part.announced.equals(announced)) {
            part = new Part(announced, new ByteArrayOutputStream());
        }
        return opened(new Sink(announced, part.bytes, true));
    }

    private SnapshotSink opened(Sink sink) {
        requireNoneOpen();
        open = sink;
        return sink;
    }

    private void requireNoneOpen() {
        if (open != null) {
            throw new IllegalStateException("another snapshot is being written: " + open.info);
        }
    }

    synchronized Optional<SnapshotSource> open(LogPosition last) {
        return Optional.ofNullable(committed.get(last));
    }

    /** Nobody has the store any more, so nobody may go on writing. What was received stays. */
    synchronized void release() {
        open = null;
    }

    private final class Sink implements SnapshotSink {

        private final SnapshotInfo info;
        private final ByteArrayOutputStream bytes;
        private final boolean received;

        Sink(SnapshotInfo info, ByteArrayOutputStream bytes, boolean received) {
            this.info = info;
            this.bytes = bytes;
            this.received = received;
        }

        @Override
        public long position() {
            synchronized (MemorySnapshots.this) {
                return bytes.size();
            }
        }

        @Override
        public void write(ByteBuffer more) {
            synchronized (MemorySnapshots.this) {
                requireOpen();
                if (received && bytes.size() + (long) more.remaining() > info.sizeBytes()) {
                    throw damaged("more bytes came than were announced");
                }
                byte[] copy = new byte[more.remaining()];
                more.get(copy);
                bytes.writeBytes(copy);
            }
        }

        @Override
        public SnapshotInfo commit() {
            synchronized (MemorySnapshots.this) {
                requireOpen();
                byte[] whole = bytes.toByteArray();
                SnapshotInfo written = new SnapshotInfo(
                        info.last(), info.membershipIndex(), info.membership(), whole.length, checksumOf(whole));
                if (received && !written.equals(info)) {
                    throw damaged("its size or its checksum is another than was announced");
                }
                if (received) {
                    part = null;
                }
                open = null;
                committed.put(written.last(), new Snapshot(written, whole));
                while (committed.size() > KEPT) {
                    committed.pollFirstEntry();
                }
                return written;
            }
        }

        private void requireOpen() {
            if (open != this) {
                throw new IllegalStateException("no more can be written to the " + info + ": it was let go of");
            }
        }

        private DamagedSnapshotException damaged(String problem) {
            part = null;
            open = null;
            return new DamagedSnapshotException("The " + info + " was not received as it was announced: " + problem
                    + "; it has to be sent once more.");
        }

        @Override
        public void close() {
            synchronized (MemorySnapshots.this) {
                open = open == this ? null : open;
            }
        }
    }

    private static int checksumOf(byte[] bytes) {
        CRC32C crc = new CRC32C();
        crc.update(bytes);
        return (int) crc.getValue();
    }

    /** A snapshot that is there; whoever reads it keeps it. */
    private static final class Snapshot implements SnapshotSource {

        private final SnapshotInfo info;
        private final byte[] bytes;

        Snapshot(SnapshotInfo info, byte[] bytes) {
            this.info = info;
            this.bytes = bytes;
        }

        @Override
        public SnapshotInfo info() {
            return info;
        }

        @Override
        public int read(long position, ByteBuffer into) {
            if (position < 0) {
                throw new IllegalArgumentException("no snapshot has a byte " + position);
            }
            if (position >= bytes.length) {
                return 0;
            }
            int length = Math.min(into.remaining(), bytes.length - (int) position);
            into.put(bytes, (int) position, length);
            return length;
        }

        @Override
        public void close() {
            // Nothing is held but memory.
        }
    }
}
