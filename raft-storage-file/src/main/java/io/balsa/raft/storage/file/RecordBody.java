package io.balsa.raft.storage.file;

import io.balsa.raft.storage.EntryRun;
import java.nio.ByteBuffer;
import java.util.Optional;

/** What a record carries: an encoded run, as it came. */
final class RecordBody {

    private RecordBody() {}

    /** The run in these bytes, if it is the one that the header means, and undamaged. */
    static Optional<EntryRun> decode(RecordHeader header, ByteBuffer bytes) {
        try {
            return Optional.of(EntryRun.decode(bytes)).filter(run -> run.checksum() == header.bodyChecksum());
        } catch (IllegalArgumentException e) {
            return Optional.empty();
        }
    }
}
