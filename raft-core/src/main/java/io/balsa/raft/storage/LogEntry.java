package io.balsa.raft.storage;

import java.util.Arrays;
import java.util.Objects;

/**
 * One entry of the log, by itself: a convenience for tools and tests. The library moves and stores whole
 * {@linkplain EntryRun runs} of entries.
 *
 * <p>Immutable as long as nobody changes the array.
 */
public final class LogEntry {

    private final LogPosition position;
    private final EntryKind kind;
    private final byte[] data;

    /** An entry that owns {@code data} from now on. */
    public LogEntry(LogPosition position, EntryKind kind, byte[] data) {
        this.position = Objects.requireNonNull(position, "position");
        this.kind = Objects.requireNonNull(kind, "kind");
        this.data = Objects.requireNonNull(data, "data");
    }

    /** Index and term. */
    public LogPosition position() {
        return position;
    }

    /** The index, 1 or more. */
    public long index() {
        return position.index();
    }

    /** The term in which a leader appended this entry. */
    public long term() {
        return position.term();
    }

    /** What the entry is for. */
    public EntryKind kind() {
        return kind;
    }

    /** The payload; not to be changed. */
    public byte[] data() {
        return data;
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof LogEntry that
                && position.equals(that.position)
                && kind == that.kind
                && Arrays.equals(data, that.data);
    }

    @Override
    public int hashCode() {
        return Objects.hash(position, kind, Arrays.hashCode(data));
    }

    @Override
    public String toString() {
        return position + " " + kind + " (" + data.length + " bytes)";
    }
}
