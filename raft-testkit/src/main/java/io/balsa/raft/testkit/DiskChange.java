package io.balsa.raft.testkit;

import java.util.Map;
import java.util.Optional;

/** A change of a {@link SimulatedDisk} that is not durable yet: of contents, or of a name. */
final class DiskChange {

    private static final byte[] NO_BYTES = {};

    private enum Kind {
        WRITE,
        GROW,
        CUT,
        NAME
    }

    private final long number;
    private final Kind kind;
    private final SimulatedFile file;
    private final int position;
    private final int length;
    private final byte[] bytes;
    private final int sizeBefore;
    private final Optional<String> removed;
    private final Optional<String> added;

    private DiskChange(long number, Kind kind, SimulatedFile file, int position, int length, byte[] bytes) {
        this.number = number;
        this.kind = kind;
        this.file = file;
        this.position = position;
        this.length = length;
        this.bytes = bytes;
        this.sizeBefore = file.size();
        this.removed = Optional.empty();
        this.added = Optional.empty();
    }

    private DiskChange(long number, SimulatedFile file, Optional<String> removed, Optional<String> added) {
        this.number = number;
        this.kind = Kind.NAME;
        this.file = file;
        this.position = 0;
        this.length = 0;
        this.bytes = NO_BYTES;
        this.sizeBefore = 0;
        this.removed = removed;
        this.added = added;
    }

    /** These bytes at this position. */
    static DiskChange write(long number, SimulatedFile file, int position, byte[] bytes) {
        return new DiskChange(number, Kind.WRITE, file, position, bytes.length, bytes);
    }

    /** Zeros from the end of the file to this size. */
    static DiskChange grow(long number, SimulatedFile file, int size) {
        return new DiskChange(number, Kind.GROW, file, file.size(), size - file.size(), NO_BYTES);
    }

    /** Nothing any more from this size on. */
    static DiskChange cut(long number, SimulatedFile file, int size) {
        return new DiskChange(number, Kind.CUT, file, size, 0, NO_BYTES);
    }

    /** Another name, or none, or the first one. */
    static DiskChange ofName(long number, SimulatedFile file, Optional<String> removed, Optional<String> added) {
        return new DiskChange(number, file, removed, added);
    }

    /** Its place among all changes of the disk. */
    long number() {
        return number;
    }

    SimulatedFile file() {
        return file;
    }

    /** Whether it happens or not, and never in part. */
    boolean isAtomic() {
        return kind == Kind.NAME || kind == Kind.CUT;
    }

    boolean isName() {
        return kind == Kind.NAME;
    }

    /** Whether bytes of a caller come with it. */
    boolean isWrite() {
        return kind == Kind.WRITE;
    }

    int length() {
        return length;
    }

    int position() {
        return position;
    }

    /** Size of the file when the change was made: from there on the disk gave the file new blocks. */
    int sizeBefore() {
        return sizeBefore;
    }

    void rename(Map<String, SimulatedFile> names) {
        removed.ifPresent(name -> names.remove(name, file));
        added.ifPresent(name -> names.put(name, file));
    }

    /** Carries out a change of contents: all of one that is atomic, of another one what lies between two of its bytes. */
    void applyTo(Contents contents, int from, int to) {
        switch (kind) {
            case WRITE -> contents.put(bytes, from, to - from, position + from);
            case GROW -> contents.zero(position + from, position + to);
            case CUT -> contents.resize(Math.min(contents.size(), position));
            case NAME -> throw new IllegalStateException("a name is no contents");
        }
    }
}
