package io.balsa.raft.storage.file;

import io.balsa.raft.storage.EntryRun;
import io.balsa.raft.storage.StorageException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/**
 * Where each run of the log stands: three numbers for a run, whatever its number of entries. A run that is superseded in
 * part keeps its row; the row after it says where it ends.
 *
 * <p>Written by one thread, read by any.
 */
final class RunIndex {

    private static final int FIRST_CAPACITY = 64;

    private long[] firstIndexes = new long[FIRST_CAPACITY];
    private long[] offsets = new long[FIRST_CAPACITY];
    private int[] lengths = new int[FIRST_CAPACITY];
    private int rows;
    private long lastIndex;

    // The runs of the last rows, as long as they were not handed to the disk and cannot be read from it.
    private final List<EntryRun> staged = new ArrayList<>();

    /**
     * Entries that are to be read.
     *
     * @param from first index wanted
     * @param to last index wanted
     * @param offset global offset of the record
     * @param length of its body, in bytes
     * @param staged the run itself, if it is not on the disk yet
     */
    record Piece(long from, long to, long offset, int length, Optional<EntryRun> staged) {}

    /** Index of the last entry; if there is none, of the one before the first. */
    synchronized long lastIndex() {
        return lastIndex;
    }

    /** Index of the first entry; if there is none, the one that it will have. */
    synchronized long firstIndex() {
        return rows == 0 ? lastIndex + 1 : firstIndexes[0];
    }

    /** Index of the last entry whose record stands before this global offset; 0 if there is none. */
    synchronized long lastIndexBefore(long offset) {
        int row = rows;
        while (row > 0 && offsets[row - 1] >= offset) {
            row--;
        }
        if (row == 0) {
            return 0;
        }
        return row < rows ? firstIndexes[row] - 1 : lastIndex;
    }

    /** Drops everything; the next entry will be the one after this index. */
    synchronized void restartAfter(long index) {
        rows = 0;
        staged.clear();
        lastIndex = index;
    }

    /** Drops the runs whose records stand before this global offset. */
    synchronized void dropBefore(long offset) {
        int dropped = 0;
        while (dropped < rows && offsets[dropped] < offset) {
            dropped++;
        }
        int capacity = dropped + Math.max(FIRST_CAPACITY, rows - dropped);
        firstIndexes = Arrays.copyOfRange(firstIndexes, dropped, capacity);
        offsets = Arrays.copyOfRange(offsets, dropped, capacity);
        lengths = Arrays.copyOfRange(lengths, dropped, capacity);
        rows -= dropped;
    }

    /** Adds a run that can be read at {@code offset}; drops all from its first entry on. */
    synchronized void add(EntryRun run, long offset) {
        if (run.firstIndex() > lastIndex + 1) {
            throw new IllegalArgumentException(run + " would leave a gap after " + lastIndex);
        }
        dropFrom(run.firstIndex());
        if (rows == firstIndexes.length) {
            grow();
        }
        firstIndexes[rows] = run.firstIndex();
        offsets[rows] = offset;
        lengths[rows] = run.sizeBytes();
        rows++;
        lastIndex = run.lastIndex();
    }

    /** Adds a run that is going to stand at {@code offset}. */
    synchronized void addStaged(EntryRun run, long offset) {
        add(run, offset);
        staged.add(run);
    }

    /** From now on all runs can be read from the disk. */
    synchronized void flushed() {
        staged.clear();
    }

    /** What to read for the entries {@code from} to {@code to}; stops when {@code maxBytes} are reached. */
    synchronized List<Piece> find(long from, long to, int maxBytes) {
        List<Piece> pieces = new ArrayList<>();
        if (from < 1 || from > lastIndex) {
            return pieces;
        }
        if (from < firstIndex()) {
            throw new StorageException("the log begins at entry " + firstIndex() + ", so entry " + from
                    + " is gone: a snapshot stands for it");
        }
        int found = Arrays.binarySearch(firstIndexes, 0, rows, from);
        int row = found >= 0 ? found : -found - 2;
        long bytes = 0;
        long next = from;
        while (next <= Math.min(to, lastIndex) && (bytes < maxBytes || pieces.isEmpty())) {
            long last = Math.min(to, row + 1 < rows ? firstIndexes[row + 1] - 1 : lastIndex);
            pieces.add(new Piece(next, last, offsets[row], lengths[row], stagedAt(row)));
            bytes += lengths[row];
            next = last + 1;
            row++;
        }
        return pieces;
    }

    private Optional<EntryRun> stagedAt(int row) {
        int i = row - (rows - staged.size());
        return i < 0 ? Optional.empty() : Optional.of(staged.get(i));
    }

    private void dropFrom(long index) {
        while (rows > 0 && firstIndexes[rows - 1] >= index) {
            rows--;
            if (!staged.isEmpty()) {
                staged.remove(staged.size() - 1);
            }
        }
    }

    private void grow() {
        firstIndexes = Arrays.copyOf(firstIndexes, 2 * rows);
        offsets = Arrays.copyOf(offsets, 2 * rows);
        lengths = Arrays.copyOf(lengths, 2 * rows);
    }
}
