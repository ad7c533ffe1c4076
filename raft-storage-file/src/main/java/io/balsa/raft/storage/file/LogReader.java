package io.balsa.raft.storage.file;

import io.balsa.raft.cluster.NodeIdentity;
import io.balsa.raft.storage.EntryRun;
import io.balsa.raft.storage.StorageException;
import java.io.Closeable;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeSet;

/**
 * Reads runs back, through file handles of its own: a thread that is interrupted in a read loses the handle that it reads
 * with, and this must not be the one that the log is written with.
 *
 * <p>Safe for use by several threads; one reads at a time.
 */
final class LogReader implements Closeable {

    private static final int MAX_OPEN_FILES = 8;

    private final Disk disk;
    private final NodeIdentity identity;
    private final TreeSet<Long> bases = new TreeSet<>();

    // The one that was used longest ago comes first.
    private final Map<Long, DiskFile> openFiles = new LinkedHashMap<>(MAX_OPEN_FILES, 0.75f, true);
    private boolean closed;

    LogReader(Disk disk, NodeIdentity identity, List<SegmentHeader> segments) {
        this.disk = disk;
        this.identity = identity;
        segments.forEach(segment -> bases.add(segment.base()));
    }

    /** The offsets at which the segments begin that nobody writes to any more. */
    synchronized List<Long> finishedSegments() {
        return bases.isEmpty() ? List.of() : List.copyOf(bases.headSet(bases.last()));
    }

    synchronized boolean hasSegment(long base) {
        return bases.contains(base);
    }

    /** The offset at which the segment after this one begins, if there is one. */
    synchronized Optional<Long> segmentAfter(long base) {
        return Optional.ofNullable(bases.higher(base));
    }

    synchronized void addSegment(long base) {
        bases.add(base);
    }

    /** Forgets the segments before the one that begins at this global offset. */
    synchronized void dropSegmentsBefore(long base) throws IOException {
        bases.headSet(base).clear();
        List<Long> dropped =
                openFiles.keySet().stream().filter(open -> open < base).toList();
        for (Long open : dropped) {
            DiskFile file = openFiles.remove(open);
            if (file != null) {
                file.close();
            }
        }
    }

    /** Reads these pieces and checks them. */
    List<EntryRun> read(List<RunIndex.Piece> pieces) throws IOException {
        List<EntryRun> runs = new ArrayList<>(pieces.size());
        for (RunIndex.Piece piece : pieces) {
            EntryRun whole = piece.staged().isPresent() ? piece.staged().get() : readRun(piece);
            runs.add(whole.slice(piece.from(), piece.to()));
        }
        return runs;
    }

    private EntryRun readRun(RunIndex.Piece piece) throws IOException {
        ByteBuffer record = readRecord(piece);
        return RecordHeader.decode(record, 0, piece.offset(), identity.storeId())
                .filter(header -> header.length() == piece.length())
                .flatMap(header -> RecordBody.decode(
                        header, record.slice(RecordHeader.BYTES, record.limit() - RecordHeader.BYTES)))
                .orElseThrow(() -> damaged(piece));
    }

    private synchronized ByteBuffer readRecord(RunIndex.Piece piece) throws IOException {
        if (closed) {
            throw new IOException("it is closed");
        }
        Long base = bases.floor(piece.offset());
        if (base == null) {
            throw new StorageException(
                    "entry " + piece.from() + " is gone since it was looked for: a snapshot stands for it");
        }
        try {
            ByteBuffer record = ByteBuffer.allocate(RecordHeader.BYTES + piece.length());
            return fileAt(base).readAll(record, piece.offset() - base);
        } catch (IOException e) {
            DiskFile broken = openFiles.remove(base);
            if (broken != null) {
                broken.close();
            }
            throw e;
        }
    }

    private DiskFile fileAt(long base) throws IOException {
        DiskFile file = openFiles.get(base);
        if (file == null) {
            if (openFiles.size() == MAX_OPEN_FILES) {
                Iterator<DiskFile> oldest = openFiles.values().iterator();
                oldest.next().close();
                oldest.remove();
            }
            file = disk.open(FileNames.segment(base));
            openFiles.put(base, file);
        }
        return file;
    }

    private CorruptionException damaged(RunIndex.Piece piece) {
        Long base = bases.floor(piece.offset());
        long start = base == null ? 0 : base;
        return new CorruptionException(
                disk.toString(),
                FileNames.segment(start),
                piece.offset() - start,
                piece.from(),
                "the record that was there has changed");
    }

    @Override
    public synchronized void close() throws IOException {
        closed = true;
        Closing.all(openFiles.values());
        openFiles.clear();
    }
}
