package io.balsa.raft.storage.file;

import io.balsa.raft.storage.EntryRun;
import io.balsa.raft.storage.LogPosition;
import java.util.Optional;

/**
 * What a damaged log had behind the damage, as far as its records tell; they are shown in the order of their offsets. The last
 * entry of a log is that of its last run. It is known if there is a whole run behind the damage, and nothing stood behind that
 * of which anybody knows that it was durable. If there is none, what was there may be what was lost.
 */
final class LostTail implements SegmentScan.Visitor {

    private Optional<LogPosition> last = Optional.empty();
    private long knownUpTo; // global offset up to which it was the last
    private long synced;
    private long hardStateVersion;

    /** Begins behind the sound part of the log, which says that everything was durable up to this global offset. */
    LostTail(long synced) {
        this.synced = synced;
    }

    @Override
    public void visit(RecordHeader header, Optional<EntryRun> run) {
        synced = Math.max(synced, header.synced());
        hardStateVersion = Math.max(hardStateVersion, header.hardStateVersion());
        long end = header.offset() + header.recordBytes();
        if (run.isPresent()) {
            last = run.map(EntryRun::lastPosition);
            knownUpTo = end;
        } else if (header.kind() != RecordKind.RUN && header.offset() == knownUpTo) {
            knownUpTo = header.kind() == RecordKind.CONTINUED ? end + SegmentHeader.BYTES : end;
        }
    }

    /** The last entry that the log had; empty if nobody can tell. */
    Optional<LogPosition> last() {
        return knownUpTo >= synced ? last : Optional.empty();
    }

    /** The newest version of term and vote that any of the records names. */
    long hardStateVersion() {
        return hardStateVersion;
    }
}
