package io.balsa.raft.testkit.oracle;

import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * Every entry that any log has ever had, as the hash of the log up to it. Log matching (S3) says that index and term decide
 * it; almost always one term is known for an index.
 */
final class KnownEntries {

    private long[] terms = new long[64];
    private long[] hashes = new long[64];
    private long[] @Nullable [] others =
            new long[64][]; // term, hash, term, hash, … of the second term and those after it

    /** Whether a log that has an entry of this term here may have this hash; from now on no other may. */
    boolean agree(long index, long term, long hash) {
        int at = (int) index - 1;
        reserve(at + 1);
        if (terms[at] == term) {
            return hashes[at] == hash;
        }
        if (terms[at] == 0) {
            terms[at] = term;
            hashes[at] = hash;
            return true;
        }
        return agreeAmongOthers(at, term, hash);
    }

    /** Whether a log has ever had this. */
    boolean has(long index, long term, long hash) {
        int at = (int) index - 1;
        if (at < 0 || at >= terms.length) {
            return index == 0;
        }
        boolean found = terms[at] == term && hashes[at] == hash;
        long[] pairs = others[at];
        for (int i = 0; pairs != null && i < pairs.length; i += 2) {
            found |= pairs[i] == term && pairs[i + 1] == hash;
        }
        return found;
    }

    private boolean agreeAmongOthers(int at, long term, long hash) {
        long[] pairs = others[at];
        int length = pairs == null ? 0 : pairs.length;
        for (int i = 0; i < length && pairs != null; i += 2) {
            if (pairs[i] == term) {
                return pairs[i + 1] == hash;
            }
        }
        long[] more = pairs == null ? new long[2] : Arrays.copyOf(pairs, length + 2);
        more[length] = term;
        more[length + 1] = hash;
        others[at] = more;
        return true;
    }

    private void reserve(int size) {
        if (size > terms.length) {
            int larger = Math.max(size, 2 * terms.length);
            terms = Arrays.copyOf(terms, larger);
            hashes = Arrays.copyOf(hashes, larger);
            others = Arrays.copyOf(others, larger);
        }
    }
}
