package io.balsa.raft;

import io.balsa.raft.storage.EntryRun;
import java.nio.ByteBuffer;
import java.util.Objects;

/**
 * A committed command, as it is handed to {@link StateMachine#apply}. Valid during that call; its methods may be called by
 * any thread.
 */
public final class Command {

    private final EntryRun run;
    private final long index;

    /** The command at {@code index} of {@code run}. */
    public Command(EntryRun run, long index) {
        this.run = Objects.requireNonNull(run, "run");
        this.index = index;
    }

    /** Where in the log the command stands: the same on every server, ascending, with gaps. */
    public long index() {
        return index;
    }

    /** The term in which it was appended. */
    public long term() {
        return run.term();
    }

    /** Length of the command in bytes. */
    public int size() {
        return run.payloadBytes(index);
    }

    /** The bytes that were proposed, as a copy that the caller may keep and change. */
    public byte[] data() {
        return run.copyOfPayload(index);
    }

    /** The bytes that were proposed, as a read-only view without a copy. */
    public ByteBuffer buffer() {
        return run.payload(index);
    }
}
