package io.balsa.raft.storage.file;

import io.balsa.raft.cluster.NodeIdentity;
import io.balsa.raft.storage.EntryRun;
import io.balsa.raft.storage.LogPosition;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Replays the log, finds its end, and decides whether the end is what a crash leaves behind or damage. Changes nothing.
 *
 * <p>The log ends before the first record that is not whole. If anything sound, be it a record behind that point or the
 * hard state, names an offset behind it as durable, then something durable was lost: that is corruption. Else the rest was
 * being written when the server crashed, and nobody was ever told that it was there.
 *
 * <p>If it is corruption, {@link #remains} tells what is left all the same.
 */
final class LogRecovery {

    private final Disk disk;
    private final NodeIdentity identity;
    private final RunIndex index = new RunIndex();
    private final LogSummary summary = new LogSummary();
    private final SegmentScan.Memory memory = new SegmentScan.Memory();
    private final List<SegmentHeader> entered =
            new ArrayList<>(); // the segments that were replayed, to the end or in part
    private boolean complete; // nothing of it is lost
    private boolean continued; // the last record says that the log goes on in the next segment
    private long end;
    private int chain;
    private long synced;
    private long hardStateVersion;
    private long runs;
    private int runsBehind;
    private boolean closed;

    /** A recovery of this store's log, which the hard state says was durable up to {@code synced}. */
    LogRecovery(Disk disk, NodeIdentity identity, long synced) {
        this.disk = disk;
        this.identity = identity;
        this.synced = synced;
    }

    RecoveredLog recover(List<String> files) throws IOException {
        List<String> names = segmentsOf(files);
        if (names.isEmpty()) {
            throw damaged(FileNames.segment(0), 0, "the segment is missing");
        }
        beginWith(readHeader(names.get(0)));
        while (replay(active())) {
            continued = true;
            goOnIn(requireSegmentAt(end, names));
        }
        List<SegmentHeader> unused = new ArrayList<>();
        for (String later : names.subList(entered.size(), names.size())) {
            unused.add(readHeader(later));
        }
        search(active(), end);
        for (SegmentHeader later : unused) {
            search(later, later.base() + SegmentHeader.BYTES);
        }
        requireNothingLost(active(), unused);
        complete = true;
        return recovered(unused, synced);
    }

    private RecoveredLog recovered(List<SegmentHeader> unused, long durable) {
        RecoveredLog.Tally tally = new RecoveredLog.Tally(runs, runsBehind, closed);
        return new RecoveredLog(
                index, summary, tally, List.copyOf(entered), unused, end, chain, durable, hardStateVersion);
    }

    /**
     * What is left of a log after {@link #recover} has replayed it, up to the damage if there is any: all of it if it is only a
     * snapshot that is damaged. Changes nothing.
     */
    LogRemains remains(List<String> files) throws IOException {
        if (complete) {
            return new LogRemains(recovered(List.of(), synced), false, List.of(), Optional.of(summary.last()));
        }
        LostTail tail = new LostTail(synced);
        List<String> names = segmentsOf(files);
        if (!entered.isEmpty()) {
            walk(active(), end, tail);
        }
        List<String> later = names.subList(Math.min(entered.size(), names.size()), names.size());
        for (String name : later) {
            long base = FileNames.baseOf(name);
            walk(new SegmentHeader(identity, base, LogPosition.ZERO, 0), base + SegmentHeader.BYTES, tail);
        }
        hardStateVersion = Math.max(hardStateVersion, tail.hardStateVersion());
        return new LogRemains(recovered(List.of(), Math.min(synced, end)), continued, later, tail.last());
    }

    private void walk(SegmentHeader segment, long from, LostTail tail) throws IOException {
        try (SegmentScan scan = SegmentScan.open(disk, segment, memory)) {
            scan.walkFrom(from, tail);
        }
    }

    private static List<String> segmentsOf(List<String> files) {
        return files.stream().filter(FileNames::isSegment).sorted().toList();
    }

    private SegmentHeader active() {
        return entered.get(entered.size() - 1);
    }

    /**
     * What was replayed, also if there was damage in the end: all before it.
     *
     * @param index where the runs stand
     * @param summary what they amount to
     * @param tally what was seen on the way
     */
    record Replayed(RunIndex index, LogSummary summary, RecoveredLog.Tally tally) {}

    /** What {@link #recover} has replayed, whether it returned or threw. */
    Replayed replayed() {
        return new Replayed(index, summary, new RecoveredLog.Tally(runs, runsBehind, closed));
    }

    private SegmentHeader readHeader(String name) throws IOException {
        SegmentHeader header = SegmentHeader.read(disk, name)
                .orElseThrow(() -> damaged(name, 0, "the header of the segment is damaged"));
        if (!header.identity().equals(identity)) {
            throw damaged(name, 0, "the segment belongs to another store, " + header.identity());
        }
        if (header.base() != FileNames.baseOf(name)) {
            throw damaged(name, 0, "the segment is another one than its name says");
        }
        return header;
    }

    /** The log begins with the first segment that is there: whether it may is for a snapshot to say. */
    private void beginWith(SegmentHeader first) {
        entered.add(first);
        end = first.base();
        chain = first.chain();
        restartAfter(first.before());
    }

    /** A segment that does not go on after the last entry begins the log anew: a snapshot took the place of what was. */
    private void goOnIn(SegmentHeader segment) {
        entered.add(segment);
        continued = false;
        if (!segment.before().equals(summary.last())) {
            restartAfter(segment.before());
        }
    }

    private void restartAfter(LogPosition position) {
        summary.restartAfter(position);
        index.restartAfter(position.index());
    }

    /** The log goes on at this offset: the segment that it goes on in must be there. */
    private SegmentHeader requireSegmentAt(long base, List<String> names) throws IOException {
        String name = FileNames.segment(base);
        if (!names.contains(name)) {
            throw damaged(name, 0, "the segment is missing");
        }
        SegmentHeader segment = readHeader(name);
        if (segment.chain() != chain) {
            throw damaged(name, 0, "the segment does not continue the one before it");
        }
        return segment;
    }

    /** Replays a segment up to its end, or up to the first record that is not whole; true if the log goes on after it. */
    private boolean replay(SegmentHeader segment) throws IOException {
        try (SegmentScan scan = SegmentScan.open(disk, segment, memory)) {
            end = segment.base() + SegmentHeader.BYTES;
            while (true) {
                Optional<RecordHeader> header = scan.headerAt(end).filter(sound -> sound.chain() == chain);
                if (header.isEmpty()) {
                    return false;
                }
                int chainValue = scan.chainValueAt(end);
                if (!replayBody(scan, header.get())) {
                    return false;
                }
                observe(header.get());
                closed = header.get().kind() == RecordKind.CLOSED;
                chain = chainValue;
                end += header.get().recordBytes();
                if (header.get().kind() == RecordKind.CONTINUED) {
                    return true;
                }
            }
        }
    }

    private boolean replayBody(SegmentScan scan, RecordHeader header) throws IOException {
        if (header.kind() != RecordKind.RUN) {
            return true;
        }
        Optional<EntryRun> run = scan.runOf(header);
        run.ifPresent(whole -> {
            if (whole.firstIndex() > summary.last().index() + 1) {
                throw damaged(scan.name(), scan.positionOf(end), "entries are missing before " + whole);
            }
            runs++;
            index.add(whole, end);
            summary.add(whole);
        });
        return run.isPresent();
    }

    private void search(SegmentHeader segment, long offset) throws IOException {
        try (SegmentScan scan = SegmentScan.open(disk, segment, memory)) {
            scan.searchFrom(offset, header -> {
                runsBehind += header.kind() == RecordKind.RUN ? 1 : 0;
                observe(header);
            });
        }
    }

    /** Whatever becomes of a record: what its header says was durable before it was written. */
    private void observe(RecordHeader header) {
        synced = Math.max(synced, header.synced());
        hardStateVersion = Math.max(hardStateVersion, header.hardStateVersion());
    }

    private void requireNothingLost(SegmentHeader active, List<SegmentHeader> unused) {
        String file = FileNames.segment(active.base());
        if (synced > end) {
            throw damaged(
                    file,
                    end - active.base(),
                    "the log ends here, but it is known to have been durable for another " + (synced - end)
                            + " bytes at least");
        }
        // A crash leaves one at most: a segment is begun only when the one before it has its last record.
        if (unused.size() > 1) {
            throw damaged(file, end - active.base(), "the log ends here, but later segments are there");
        }
    }

    private CorruptionException damaged(String file, long offset, String problem) {
        return new CorruptionException(
                disk.toString(), file, offset, summary.last().index() + 1, problem);
    }
}
