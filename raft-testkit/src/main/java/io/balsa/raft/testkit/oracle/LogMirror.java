package io.balsa.raft.testkit.oracle;

import io.balsa.raft.storage.EntryKind;
import io.balsa.raft.storage.EntryRun;
import java.util.Arrays;

/**
 * A log as terms and a chain of hashes: two logs that have the same hash at an index have the same entries up to it, so
 * that comparing logs is comparing two numbers.
 */
final class LogMirror {

    private long[] terms = new long[64];
    private long[] hashes = new long[64];
    private boolean[] commands = new boolean[64];
    private int last;

    long last() {
        return last;
    }

    long lastTerm() {
        return termAt(last);
    }

    long termAt(long index) {
        return index == 0 ? 0 : terms[(int) index - 1];
    }

    /** The hash of all entries up to this index. */
    long hashAt(long index) {
        return index == 0 ? 0 : hashes[(int) index - 1];
    }

    boolean isCommand(long index) {
        return commands[(int) index - 1];
    }

    boolean has(long index, long hash) {
        return index <= last && hashAt(index) == hash;
    }

    /** Whether the two are the same. */
    boolean isSameAs(LogMirror other) {
        return last == other.last && hashAt(last) == other.hashAt(last);
    }

    /** Adds entries, in the place of those from their first index on. */
    void append(EntryRun run, long[] entryHashes) {
        if (run.firstIndex() > last + 1) {
            throw new Violation("D6", "entries " + run + " leave a gap after " + last);
        }
        int first = (int) run.firstIndex();
        if (run.term() < termAt(first - 1L)) {
            throw new Violation("D6", "entries " + run + " follow one of term " + termAt(first - 1L));
        }
        last = first - 1 + run.count();
        reserve(last);
        Arrays.fill(terms, first - 1, last, run.term());
        Arrays.fill(commands, first - 1, last, run.kind() == EntryKind.COMMAND);
        long hash = hashAt(first - 1L);
        for (int i = 0; i < entryHashes.length; i++) {
            hash = EntryHashes.mix(hash, entryHashes[i]);
            hashes[first - 1 + i] = hash;
        }
    }

    private void reserve(int size) {
        if (size > terms.length) {
            int larger = Math.max(size, 2 * terms.length);
            terms = Arrays.copyOf(terms, larger);
            hashes = Arrays.copyOf(hashes, larger);
            commands = Arrays.copyOf(commands, larger);
        }
    }

    void copyFrom(LogMirror other) {
        last = 0;
        reserve(other.last);
        last = other.last;
        System.arraycopy(other.terms, 0, terms, 0, last);
        System.arraycopy(other.hashes, 0, hashes, 0, last);
        System.arraycopy(other.commands, 0, commands, 0, last);
    }

    void clear() {
        last = 0;
    }
}
