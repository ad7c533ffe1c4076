package io.balsa.raft.storage.file;

import java.util.Arrays;
import java.util.Map;
import java.util.Optional;

/** A change of a {@link FaultyDisk} that is not durable yet: of a file if {@code bytes} is there, else of names. */
record Change(Inode inode, Optional<byte[]> bytes, long position, Optional<String> removed, Optional<String> added) {

    static Change ofContents(Inode inode, byte[] bytes, long position) {
        return new Change(inode, Optional.of(bytes), position, Optional.empty(), Optional.empty());
    }

    static Change ofNames(Inode inode, Optional<String> removed, Optional<String> added) {
        return new Change(inode, Optional.empty(), 0, removed, added);
    }

    /** Lets everybody see the change. */
    void showIn(Map<String, Inode> names) {
        if (bytes.isPresent()) {
            inode.visible = written(inode.visible, bytes.get(), position);
        } else {
            rename(names);
        }
    }

    /** Makes the change durable. */
    void applyTo(Map<String, Inode> durableNames) {
        if (bytes.isPresent()) {
            inode.durable = written(inode.durable, bytes.get(), position);
        } else {
            rename(durableNames);
        }
    }

    private void rename(Map<String, Inode> names) {
        removed.ifPresent(name -> names.remove(name, inode));
        added.ifPresent(name -> names.put(name, inode));
    }

    private static byte[] written(byte[] old, byte[] bytes, long position) {
        byte[] grown = Arrays.copyOf(old, (int) Math.max(old.length, position + bytes.length));
        System.arraycopy(bytes, 0, grown, (int) position, bytes.length);
        return grown;
    }
}
