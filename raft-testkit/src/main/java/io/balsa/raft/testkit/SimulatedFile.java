package io.balsa.raft.testkit;

import java.nio.ByteBuffer;
import java.util.Arrays;

/** The contents of a file of a {@link SimulatedDisk}, whatever it is called. */
final class SimulatedFile {

    private byte[] bytes = new byte[0];
    private int size;

    int size() {
        return size;
    }

    int read(ByteBuffer into, int position) {
        int length = Math.min(into.remaining(), size - position);
        if (length <= 0) {
            return into.hasRemaining() ? -1 : 0;
        }
        into.put(bytes, position, length);
        return length;
    }

    /** Writes, and tells how to undo it. */
    DiskChange write(byte[] from, int position) {
        int overwritten = Math.max(0, Math.min(size, position + from.length) - position);
        byte[] before = Arrays.copyOfRange(bytes, position, position + overwritten);
        DiskChange change = DiskChange.ofContents(this, position, from, before, size);
        put(from, 0, from.length, position);
        return change;
    }

    DiskChange truncate(int newSize) {
        byte[] before = Arrays.copyOfRange(bytes, newSize, size);
        DiskChange change = DiskChange.ofContents(this, newSize, new byte[0], before, size);
        resize(newSize);
        return change;
    }

    void put(byte[] from, int start, int length, int position) {
        if (length > 0) {
            resize(Math.max(size, position + length));
            System.arraycopy(from, start, bytes, position, length);
        }
    }

    void resize(int newSize) {
        if (newSize > bytes.length) {
            bytes = Arrays.copyOf(bytes, Math.max(newSize, 2 * bytes.length));
        } else if (newSize < size) {
            Arrays.fill(bytes, newSize, size, (byte) 0);
        }
        size = newSize;
    }

    void flip(int position, int bit) {
        bytes[position] ^= (byte) (1 << bit);
    }
}
