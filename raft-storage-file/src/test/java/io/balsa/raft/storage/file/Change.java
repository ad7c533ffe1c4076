package io.balsa.raft.storage.file;

import java.util.Arrays;
import java.util.Map;
import java.util.Optional;

/** A change of a {@link FaultyDisk} that is not durable yet: of a file if {@code bytes} is there, else of names. */
record Change(
        Inode inode,
        Optional<byte[]> bytes,
        long position,
        boolean cut,
        Optional<String> removed,
        Optional<String> added) {

    static Change ofContents(Inode inode, byte[] bytes, long position) {
        return new Change(inode, Optional.of(bytes), position, false, Optional.empty(), Optional.empty());
    }

    /** The file ends at this position, if it was longer. */
    static Change ofCut(Inode inode, long position) {
        return new Change(inode, Optional.of(new byte[0]), position, true, Optional.empty(), Optional.empty());
    }

    static Change ofNames(Inode inode, Optional<String> removed, Optional<String> added) {
        return new Change(inode, Optional.empty(), 0, false, removed, added);
    }

    /** Lets everybody see the change. */
    void showIn(Map<String, Inode> names) {
        if (bytes.isPresent()) {
            inode.visible = written(inode.visible, bytes.get());
        } else {
            rename(names);
        }
    }

    /** Makes the change durable. */
    void applyTo(Map<String, Inode> durableNames) {
        if (bytes.isPresent()) {
            inode.durable = written(inode.durable, bytes.get());
        } else {
            rename(durableNames);
        }
    }

    private void rename(Map<String, Inode> names) {
        removed.ifPresent(name -> names.remove(name, inode));
        added.ifPresent(name -> names.put(name, inode));
    }

    private byte[] written(byte[] old, byte[] bytes) {
        if (cut) {
            return old.length > position ? Arrays.copyOf(old, (int) position) : old;
        }
        byte[] grown = Arrays.copyOf(old, (int) Math.max(old.length, position + bytes.length));
        System.arraycopy(bytes, 0, grown, (int) position, bytes.length);
        return grown;
    }
}
