package io.balsa.raft.testkit;

import java.util.Arrays;

/** Bytes that grow and shrink; what was never written is zero. */
final class Contents {

    private byte[] bytes = new byte[0];
    private int size;

    int size() {
        return size;
    }

    byte[] array() {
        return bytes;
    }

    void put(byte[] from, int start, int length, int position) {
        if (length > 0) {
            resize(Math.max(size, position + length));
            System.arraycopy(from, start, bytes, position, length);
        }
    }

    void zero(int from, int to) {
        if (from < size) {
            Arrays.fill(bytes, from, Math.min(to, size), (byte) 0);
        }
        resize(Math.max(size, to));
    }

    void resize(int newSize) {
        if (newSize > bytes.length) {
            bytes = Arrays.copyOf(bytes, Math.max(newSize, Math.min(2 * bytes.length, bytes.length + (1 << 20))));
        } else if (newSize < size) {
            Arrays.fill(bytes, newSize, size, (byte) 0);
        }
        size = newSize;
    }

    /** Fills {@code into} with what stands from {@code position} on, as far as that goes. */
    void copyTo(byte[] into, int position) {
        if (position < size) {
            System.arraycopy(bytes, position, into, 0, Math.min(into.length, size - position));
        }
    }

    void copyFrom(Contents other) {
        bytes = Arrays.copyOf(other.bytes, other.size);
        size = other.size;
    }

    void flip(int position, int bit) {
        if (position < size) {
            bytes[position] ^= (byte) (1 << bit);
        }
    }
}
