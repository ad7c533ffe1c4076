package io.balsa.raft.runtime;

import io.balsa.raft.divergence.HashWindow;
import io.balsa.raft.storage.EntryRun;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * The rolling hash of all that this server has applied and of what came out of it; tells it at each checkpoint. The apply
 * agent's.
 */
final class ResultHashes {

    private final int interval;
    private final Quarantine quarantine;
    private final Consumer<Checkpoint> checkpoints;
    private @Nullable HashWindow window; // null if switched off

    /**
     * Before the first entry.
     *
     * @param interval between two checkpoints; 0 if nothing is to be compared
     */
    ResultHashes(int interval, Quarantine quarantine, Consumer<Checkpoint> checkpoints) {
        this.interval = interval;
        this.quarantine = quarantine;
        this.checkpoints = checkpoints;
        this.window = interval == 0 ? null : HashWindow.atStart(interval);
    }

    /**
     * An entry was applied.
     *
     * @param result empty if entries of this kind have none
     */
    void add(EntryRun run, long index, byte[] result) {
        HashWindow hashes = window;
        if (hashes == null) {
            return;
        }
        hashes.add(index, run.kind().code(), run.payload(index), result);
        if (hashes.isCheckpoint(index)) {
            tell(hashes, index);
        }
    }

    private void tell(HashWindow hashes, long checkpoint) {
        OptionalLong hash = hashes.hashAt(checkpoint);
        if (hash.isPresent()) {
            checkpoints.accept(new Checkpoint(quarantine.life(), checkpoint, hash.getAsLong(), hashes.span()));
        }
    }

    /** What a snapshot says of it; empty if there is nothing to say. */
    Optional<byte[]> capture() {
        HashWindow hashes = window;
        if (hashes == null || hashes.lastHash().isEmpty()) {
            return Optional.empty();
        }
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try {
            hashes.writeTo(new DataOutputStream(bytes));
        } catch (IOException e) {
            throw new UncheckedIOException("memory cannot be written to", e);
        }
        return Optional.of(bytes.toByteArray());
    }

    /**
     * The state is replaced by that of a snapshot up to this index: whatever was said of the state before, says nothing of
     * this one, which is compared from the last checkpoint in the snapshot on.
     *
     * @param captured what it says of the hashes; empty if whoever took it did not know them
     * @throws IOException if it means nothing
     */
    void restore(Optional<byte[]> captured, long lastIndex) throws IOException {
        if (interval == 0) {
            return;
        }
        HashWindow restored = captured.isEmpty()
                ? HashWindow.unknownAfter(lastIndex, interval)
                : HashWindow.readFrom(new DataInputStream(new ByteArrayInputStream(captured.get())), interval);
        if (restored.lastIndex() != lastIndex) {
            throw new IOException("a snapshot up to " + lastIndex + " has hashes up to " + restored.lastIndex());
        }
        window = restored;
        quarantine.lift();
        tell(restored, lastIndex - lastIndex % interval);
    }
}
