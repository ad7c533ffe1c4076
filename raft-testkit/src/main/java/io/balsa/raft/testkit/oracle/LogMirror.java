package io.balsa.raft.testkit.oracle;

import io.balsa.raft.storage.EntryRun;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.List;

/**
 * A log as terms and a chain of hashes: two logs that have the same hash at an index have the same entries up to it, so
 * that log matching is one comparison.
 */
final class LogMirror {

    private long[] terms = new long[16];
    private long[] hashes = new long[16];
    private int last;

    long last() {
        return last;
    }

    long termAt(long index) {
        return index == 0 ? 0 : terms[(int) index - 1];
    }

    /** The hash of all entries up to this index. */
    long hashAt(long index) {
        return index == 0 ? 0 : hashes[(int) index - 1];
    }

    boolean has(long index, long hash) {
        return index <= last && hashAt(index) == hash;
    }

    /** Adds entries, in the place of those from their first index on. */
    void append(EntryRun run) {
        if (run.firstIndex() > last + 1) {
            throw new Violation("D6", "entries " + run + " leave a gap after " + last);
        }
        last = (int) run.firstIndex() - 1;
        for (long index = run.firstIndex(); index <= run.lastIndex(); index++) {
            if (last == terms.length) {
                terms = Arrays.copyOf(terms, 2 * last);
                hashes = Arrays.copyOf(hashes, 2 * last);
            }
            long hash = mix(mix(mix(hashAt(last), run.term()), run.kind().code()), run.payload(index));
            terms[last] = run.term();
            hashes[last] = hash;
            last++;
        }
    }

    void appendAll(List<EntryRun> runs) {
        runs.forEach(this::append);
    }

    void clear() {
        last = 0;
    }

    private static long mix(long hash, ByteBuffer bytes) {
        long mixed = hash;
        while (bytes.hasRemaining()) {
            mixed = mixed * 31 + bytes.get();
        }
        return mix(mixed, 1);
    }

    static long mix(long hash, long value) {
        long z = (hash ^ value) * 0x9E3779B97F4A7C15L;
        z = (z ^ (z >>> 32)) * 0xBF58476D1CE4E5B9L;
        return z ^ (z >>> 29);
    }
}
