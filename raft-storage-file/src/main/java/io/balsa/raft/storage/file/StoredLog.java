package io.balsa.raft.storage.file;

import io.balsa.raft.cluster.NodeIdentity;
import io.balsa.raft.storage.EntryRun;
import io.balsa.raft.storage.LogPosition;
import java.io.Closeable;
import java.io.IOException;
import java.util.List;

/** The log of an open store. Written by one thread, read by any. */
final class StoredLog implements Closeable {

    private final RunIndex index;
    private final LogReader reader;
    private final LogSegments segments;
    private final LogWriter writer;
    private LogPosition base; // the log begins after this, or later

    private StoredLog(RecoveredLog log, LogReader reader, LogSegments segments, LogWriter writer) {
        this.index = log.index();
        this.reader = reader;
        this.segments = segments;
        this.writer = writer;
        this.base = log.summary().base();
    }

    /** Goes on where the recovered log ends. */
    static StoredLog open(Disk disk, NodeIdentity identity, long segmentBytes, RecoveredLog log) throws IOException {
        LogReader reader = new LogReader(disk, identity, log.segments());
        LogSegments segments = new LogSegments(disk, reader, log.index(), log.segments());
        return new StoredLog(log, reader, segments, new LogWriter(disk, identity, segmentBytes, log, segments));
    }

    /** Index of the last entry; if there is none, of the one before the first. */
    long lastIndex() {
        return index.lastIndex();
    }

    /** No entry can be written up to this index: a snapshot stands for them. */
    long baseIndex() {
        return base.index();
    }

    /** Global offset up to which the log is durable. */
    long synced() {
        return writer.synced();
    }

    void append(EntryRun run, long hardStateVersion) throws IOException {
        writer.append(run, hardStateVersion);
    }

    boolean hasRoom() throws IOException {
        return writer.hasRoom();
    }

    void sync() throws IOException {
        writer.sync();
    }

    List<EntryRun> read(long from, long to, int maxBytes) throws IOException {
        return reader.read(index.find(from, to, maxBytes));
    }

    /** The segments that nobody writes to any more, by the offsets at which they begin, in their order. */
    List<Long> finishedSegments() {
        return reader.finishedSegments();
    }

    boolean hasSegment(long segment) {
        return reader.hasSegment(segment);
    }

    /** The last entry that is lost with this segment and those before it. */
    long lastIndexOf(long segment) {
        return reader.segmentAfter(segment).map(index::lastIndexBefore).orElse(0L);
    }

    /** Whether the log, with what a snapshot stands for before it, has this very entry, or had it. */
    boolean has(LogPosition position) throws IOException {
        if (position.index() <= base.index()) {
            return position.index() < base.index() || position.equals(base);
        }
        if (position.index() < index.firstIndex()) {
            return true; // since the store was opened, the log was compacted, and only what is committed is
        }
        return position.index() <= index.lastIndex() && termAt(position.index()) == position.term();
    }

    private long termAt(long entry) throws IOException {
        return read(entry, entry, 1).get(0).term();
    }

    /**
     * Lets a durable snapshot that ends at this position stand for everything before. If the log has that entry, what
     * follows stays; else the whole log is dropped and goes on after it, durably when this returns.
     */
    void install(LogPosition snapshot, long hardStateVersion) throws IOException {
        if (!has(snapshot)) {
            writer.restartAfter(snapshot, hardStateVersion);
            base = snapshot;
        }
        compact(snapshot.index());
    }

    /** Lets go of files that have nothing but entries up to this index, which a durable snapshot covers. */
    void compact(long upTo) throws IOException {
        segments.compact(upTo);
    }

    /** Notes durably that the log ends here in good order. */
    void markClosed(long hardStateVersion) throws IOException {
        writer.markClosed(hardStateVersion);
    }

    @Override
    public void close() throws IOException {
        Closing.all(List.of(writer, reader));
    }
}
