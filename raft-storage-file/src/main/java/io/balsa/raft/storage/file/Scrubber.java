package io.balsa.raft.storage.file;

import io.balsa.raft.cluster.NodeIdentity;
import io.balsa.raft.storage.LogPosition;
import io.balsa.raft.storage.Scrub;
import java.io.Closeable;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Reads the files of an open store that are finished, one after another and a piece at a time: the segments of the log but the
 * one that is written to, and the newest snapshot. What is damaged is told until it is gone. For one thread, besides those that
 * write.
 */
final class Scrubber implements Closeable {

    private static final int PIECE_BYTES = 256 * 1024;
    private static final long ROUND_PAUSE_NANOS = TimeUnit.SECONDS.toNanos(1);

    private final Disk disk;
    private final NodeIdentity identity;
    private final StoredLog log;
    private final Snapshots snapshots;
    private final long bytesPerSecond;
    private final SegmentScan.Memory memory = new SegmentScan.Memory();
    private final ByteBuffer buffer = ByteBuffer.allocate(PIECE_BYTES);
    private final Deque<Long> segments = new ArrayDeque<>(); // that are still to be read in this round
    private @Nullable SegmentScan segment; // that is being read
    private long base;
    private long next; // global offset of the next record in it
    private int chain;
    private @Nullable SnapshotReader snapshot; // that is being read
    private long position;
    private boolean snapshotRead; // in this round, or is being read
    private Optional<Found> found = Optional.empty();

    /** What is damaged: a segment, or else a snapshot. */
    private record Found(CorruptionException damage, long segment, Optional<LogPosition> snapshot) {}

    Scrubber(Disk disk, NodeIdentity identity, StoredLog log, Snapshots snapshots, long bytesPerSecond) {
        this.disk = disk;
        this.identity = identity;
        this.log = log;
        this.snapshots = snapshots;
        this.bytesPerSecond = bytesPerSecond;
    }

    /** Reads a piece. */
    Scrub step() throws IOException {
        if (bytesPerSecond == 0) {
            return Scrub.NEVER;
        }
        if (isStillThere()) {
            return told();
        }
        long read = segment == null && snapshot == null ? beginNext() : readSome();
        long pause = read == 0 ? ROUND_PAUSE_NANOS : TimeUnit.SECONDS.toNanos(read) / bytesPerSecond;
        return found.isPresent() ? told() : new Scrub(pause, Optional.empty());
    }

    private boolean isStillThere() {
        found = found.filter(damaged ->
                damaged.snapshot().map(snapshots::isNewest).orElseGet(() -> log.hasSegment(damaged.segment)));
        return found.isPresent();
    }

    private Scrub told() {
        Found damaged = found.orElseThrow();
        long lastIndex = damaged.snapshot.isPresent() ? 0 : log.lastIndexOf(damaged.segment);
        return new Scrub(ROUND_PAUSE_NANOS, Optional.of(new Scrub.Damage(damaged.damage.finding(), lastIndex)));
    }

    /** The segments in their order, then the newest snapshot, then all anew. */
    private long beginNext() throws IOException {
        if (!segments.isEmpty()) {
            base = segments.remove();
            return open();
        }
        Optional<LogPosition> newest = snapshotRead ? Optional.empty() : snapshots.newest();
        snapshotRead = newest.isPresent();
        if (newest.isPresent()) {
            position = 0;
            return open(newest.get());
        }
        segments.addAll(log.finishedSegments());
        return 0;
    }

    private long open() throws IOException {
        try {
            SegmentHeader header =
                    SegmentHeader.read(disk, FileNames.segment(base)).orElse(null);
            if (header == null || !header.identity().equals(identity) || header.base() != base) {
                damaged(FileNames.segment(base), 0, "the header of the segment is damaged");
                return SegmentHeader.BYTES;
            }
            segment = SegmentScan.open(disk, header, memory);
            next = base + SegmentHeader.BYTES;
            chain = header.chain();
            return SegmentHeader.BYTES;
        } catch (IOException e) {
            requireGone(e);
            return 0;
        }
    }

    private long open(LogPosition last) throws IOException {
        try {
            snapshot = SnapshotReader.open(disk, FileNames.snapshot(last), identity);
            return SegmentHeader.BYTES;
        } catch (CorruptionException e) {
            found = Optional.of(new Found(e, 0, Optional.of(last)));
            return SegmentHeader.BYTES;
        } catch (IOException e) {
            if (snapshots.isNewest(last)) {
                throw e;
            }
            return 0; // a newer one has taken its place
        }
    }

    private long readSome() throws IOException {
        SegmentScan scan = segment;
        return scan != null ? readSegment(scan) : readSnapshot();
    }

    private long readSegment(SegmentScan scan) throws IOException {
        long from = next;
        try {
            while (next - from < PIECE_BYTES) {
                Optional<RecordHeader> header = scan.headerAt(next).filter(sound -> sound.chain() == chain);
                if (header.isEmpty() || (header.get().kind() == RecordKind.RUN && !isWhole(scan, header.get()))) {
                    damaged(scan.name(), scan.positionOf(next), "the record that was there has changed");
                    endSegment();
                    break;
                }
                chain = scan.chainValueAt(next);
                next += header.get().recordBytes();
                if (header.get().kind() == RecordKind.CONTINUED) {
                    endSegment();
                    break;
                }
            }
        } catch (IOException e) {
            endSegment();
            requireGone(e);
        }
        return Math.max(1, next - from);
    }

    /** The body is looked at first, as its bytes are good until the next call only. */
    private static boolean isWhole(SegmentScan scan, RecordHeader header) throws IOException {
        return scan.runOf(header).isPresent();
    }

    private void endSegment() throws IOException {
        SegmentScan scan = segment;
        segment = null;
        if (scan != null) {
            scan.close();
        }
    }

    private void damaged(String file, long offset, String problem) {
        if (log.hasSegment(base)) {
            found = Optional.of(new Found(
                    new CorruptionException(disk.toString(), file, offset, 0, problem), base, Optional.empty()));
        }
    }

    private void requireGone(IOException failure) throws IOException {
        if (log.hasSegment(base)) {
            throw failure;
        }
    }

    private long readSnapshot() {
        SnapshotReader reader = snapshot;
        if (reader == null) {
            return 0;
        }
        LogPosition last = reader.info().last();
        int read = 0;
        try {
            read = reader.read(position, buffer.clear());
            position += read;
        } catch (CorruptionException e) {
            found = Optional.of(new Found(e, 0, Optional.of(last)));
        }
        if (read <= 0 || found.isPresent()) {
            snapshot = null;
            reader.close();
        }
        return Math.max(1, read);
    }

    @Override
    public void close() throws IOException {
        endSegment();
        SnapshotReader reader = snapshot;
        snapshot = null;
        if (reader != null) {
            reader.close();
        }
    }
}
