package io.balsa.raft;

import io.balsa.raft.storage.EntryRun;
import java.nio.ByteBuffer;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * A committed command, as it is handed to {@link StateMachine#apply}. Valid during that call; its methods may be called by
 * any thread.
 */
public final class Command {

    private final long index;
    private final long term;
    private final @Nullable EntryRun run; // whose payload at the index it is, whole,
    private final @Nullable ByteBuffer part; // unless it is a part of that

    /** The command at {@code index} of {@code run}. */
    public Command(EntryRun run, long index) {
        this.run = Objects.requireNonNull(run, "run");
        this.index = index;
        term = run.term();
        part = null;
    }

    /** The command that these bytes are, from position to limit: a part of the entry at {@code index}. */
    public Command(long index, long term, ByteBuffer bytes) {
        this.index = index;
        this.term = term;
        part = bytes.slice().asReadOnlyBuffer();
        run = null;
    }

    /** Where in the log the command stands: the same on every server, ascending, with gaps. */
    public long index() {
        return index;
    }

    /** The term in which it was appended. */
    public long term() {
        return term;
    }

    /** Length of the command in bytes. */
    public int size() {
        return run == null ? buffer().remaining() : run.payloadBytes(index);
    }

    /** The bytes that were proposed, as a copy that the caller may keep and change. */
    public byte[] data() {
        if (run != null) {
            return run.copyOfPayload(index);
        }
        ByteBuffer bytes = buffer();
        byte[] copy = new byte[bytes.remaining()];
        bytes.get(copy);
        return copy;
    }

    /** The bytes that were proposed, as a read-only view without a copy. */
    public ByteBuffer buffer() {
        return run == null ? Objects.requireNonNull(part).duplicate() : run.payload(index);
    }
}
