package io.balsa.raft.testkit;

import java.util.Map;
import java.util.Optional;

/** A change of a {@link SimulatedDisk} that is not durable yet: of contents, or of a name. */
final class DiskChange {

    private final SimulatedFile file;
    private final boolean ofName;
    private final int position;
    private final byte[] bytes;
    private final byte[] before;
    private final int sizeBefore;
    private final Optional<String> removed;
    private final Optional<String> added;
    private boolean forgotten;

    private DiskChange(
            SimulatedFile file,
            int position,
            byte[] bytes,
            byte[] before,
            int sizeBefore,
            Optional<String> removed,
            Optional<String> added) {
        this.file = file;
        this.ofName = removed.isPresent() || added.isPresent();
        this.position = position;
        this.bytes = bytes;
        this.before = before;
        this.sizeBefore = sizeBefore;
        this.removed = removed;
        this.added = added;
    }

    static DiskChange ofContents(SimulatedFile file, int position, byte[] bytes, byte[] before, int sizeBefore) {
        return new DiskChange(file, position, bytes, before, sizeBefore, Optional.empty(), Optional.empty());
    }

    static DiskChange ofName(SimulatedFile file, Optional<String> removed, Optional<String> added) {
        return new DiskChange(file, 0, new byte[0], new byte[0], 0, removed, added);
    }

    boolean isOfName() {
        return ofName;
    }

    boolean isOfContentsOf(SimulatedFile other) {
        return !ofName && file.equals(other);
    }

    /** A sync of it has failed: it will never reach the disk, though it can be read as long as the system runs. */
    void forget() {
        forgotten = true;
    }

    boolean isForgotten() {
        return forgotten;
    }

    int length() {
        return bytes.length;
    }

    int position() {
        return position;
    }

    int sizeBefore() {
        return sizeBefore;
    }

    void rename(Map<String, SimulatedFile> names) {
        removed.ifPresent(name -> names.remove(name, file));
        added.ifPresent(name -> names.put(name, file));
    }

    /** Takes it back; the latest change first. */
    void undo() {
        if (!ofName) {
            file.resize(Math.max(sizeBefore, position + before.length));
            file.put(before, 0, before.length, position);
            file.resize(sizeBefore);
        }
    }

    /** Carries it out again, from one of its bytes to another. */
    void redo(int from, int to) {
        file.put(bytes, from, to - from, position + from);
    }

    /** Puts something else where a part of it would be. */
    void garble(int from, byte[] garbage) {
        file.put(garbage, 0, garbage.length, position + from);
    }
}
