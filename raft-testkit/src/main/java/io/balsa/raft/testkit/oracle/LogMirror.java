package io.balsa.raft.testkit.oracle;

import io.balsa.raft.storage.EntryKind;
import io.balsa.raft.storage.EntryRun;
import io.balsa.raft.storage.LogPosition;
import java.util.Arrays;

/**
 * A log as terms and a chain of hashes: two logs that have the same hash at an index have the same entries up to it, so
 * that comparing logs is comparing two numbers. Where a snapshot stands for the beginning of the log, that is committed, and
 * so the committed log tells its terms and hashes.
 */
final class LogMirror {

    private final CommittedLog canon;
    private final MembershipRows memberships;
    private long[] terms = new long[64];
    private long[] hashes = new long[64];
    private boolean[] commands = new boolean[64];
    private int base;
    private int last;

    /** An empty log of a server that knows this membership. */
    LogMirror(CommittedLog canon, MembershipRows.Row known) {
        this.canon = canon;
        memberships = new MembershipRows(known.membership());
        memberships.beginWith(known);
    }

    /** Up to here a snapshot stands for the log. */
    long base() {
        return base;
    }

    long last() {
        return last;
    }

    long lastTerm() {
        return termAt(last);
    }

    LogPosition position() {
        return new LogPosition(last, lastTerm());
    }

    long termAt(long index) {
        return index <= base ? canon.termAt(index) : terms[(int) index - 1];
    }

    /** The hash of all entries up to this index. */
    long hashAt(long index) {
        return index <= base ? canon.hashAt(index) : hashes[(int) index - 1];
    }

    /** Whether a state machine, or the table of sessions, has something to do there, and an answer to give. */
    boolean isCommand(long index) {
        return commands[(int) index - 1];
    }

    boolean has(long index, long hash) {
        return index <= last && hashAt(index) == hash;
    }

    /** Whether what is committed up to this index is in it. */
    boolean hasCommitted(long index) {
        return has(index, canon.hashAt(index));
    }

    /** Whether the two are the same. */
    boolean isSameAs(LogMirror other) {
        return last == other.last && hashAt(last) == other.hashAt(last);
    }

    MembershipRows memberships() {
        return memberships;
    }

    /** Adds entries, in the place of those from their first index on. */
    void append(EntryRun run, long[] entryHashes) {
        if (run.firstIndex() > last + 1) {
            throw new Violation("D6", "entries " + run + " leave a gap after " + last);
        }
        if (run.firstIndex() <= base) {
            throw new Violation("D5", "entries " + run + " replace what a snapshot stands for, up to " + base);
        }
        int first = (int) run.firstIndex();
        if (run.term() < termAt(first - 1L)) {
            throw new Violation("D6", "entries " + run + " follow one of term " + termAt(first - 1L));
        }
        long hash = hashAt(first - 1L);
        last = first - 1 + run.count();
        reserve(last);
        Arrays.fill(terms, first - 1, last, run.term());
        Arrays.fill(commands, first - 1, last, run.kind() == EntryKind.COMMAND || run.kind() == EntryKind.SESSION);
        for (int i = 0; i < entryHashes.length; i++) {
            hash = EntryHashes.mix(hash, entryHashes[i]);
            hashes[first - 1 + i] = hash;
        }
        memberships.truncateFrom(first);
        memberships.append(run);
    }

    /** Forgets everything: a snapshot up to this index, which is committed, stands for the log. */
    void beginAfter(long index, MembershipRows.Row membership) {
        base = (int) index;
        last = base;
        memberships.beginWith(membership);
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
        base = other.base;
        last = other.last;
        if (last > base) {
            System.arraycopy(other.terms, base, terms, base, last - base);
            System.arraycopy(other.hashes, base, hashes, base, last - base);
            System.arraycopy(other.commands, base, commands, base, last - base);
        }
        memberships.copyFrom(other.memberships);
    }
}
