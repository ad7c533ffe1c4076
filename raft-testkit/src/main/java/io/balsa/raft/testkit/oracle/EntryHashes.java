package io.balsa.raft.testkit.oracle;

import io.balsa.raft.storage.EntryRun;
import java.nio.ByteBuffer;

/**
 * A hash for each entry of a run: of term, kind and payload, so that it is the same however entries are put into runs. Made
 * once for a run, because a payload is read byte by byte.
 */
final class EntryHashes {

    private EntryHashes() {}

    static long[] of(EntryRun run) {
        ByteBuffer bytes = run.encoded();
        int count = run.count();
        int payloads = EntryRun.HEADER_BYTES + Integer.BYTES * count;
        long seed = mix(run.term(), run.kind().code());
        long[] hashes = new long[count];
        int start = payloads;
        for (int i = 0; i < count; i++) {
            int end = payloads + bytes.getInt(EntryRun.HEADER_BYTES + Integer.BYTES * i);
            hashes[i] = hash(seed, bytes, start, end);
            start = end;
        }
        return hashes;
    }

    /** Of one entry only. */
    static long of(EntryRun run, long index) {
        ByteBuffer payload = run.payload(index);
        return hash(mix(run.term(), run.kind().code()), payload, 0, payload.limit());
    }

    static long of(byte[] bytes) {
        return hash(7, ByteBuffer.wrap(bytes), 0, bytes.length);
    }

    private static long hash(long seed, ByteBuffer bytes, int start, int end) {
        long hash = mix(seed, end - start);
        int at = start;
        while (end - at >= Long.BYTES) {
            hash = mix(hash, bytes.getLong(at));
            at += Long.BYTES;
        }
        while (at < end) {
            hash = hash * 31 + bytes.get(at++);
        }
        return mix(hash, 1);
    }

    static long mix(long hash, long value) {
        long z = (hash ^ value) * 0x9E3779B97F4A7C15L;
        z = (z ^ (z >>> 32)) * 0xBF58476D1CE4E5B9L;
        return z ^ (z >>> 29);
    }
}
