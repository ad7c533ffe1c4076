package io.balsa.raft.session;

import java.util.Collections;
import java.util.NavigableMap;
import java.util.SortedMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** One client's session, as every server remembers it. */
final class Session {

    private final long id;
    private final long expiryEntries;
    private NavigableMap<Long, KeptResult> kept;
    private boolean shared; // what is kept, with a copy: whoever changes it takes one of his own first
    private long lastUsed;
    private long acknowledgedUpTo;
    private long keptBytes;
    private long nextLook;

    /** A session that was opened, and not used since. */
    Session(long id, long expiryEntries) {
        this(id, expiryEntries, id, 0);
    }

    /** A session that has kept nothing. */
    Session(long id, long expiryEntries, long lastUsed, long acknowledgedUpTo) {
        this.id = id;
        this.expiryEntries = expiryEntries;
        this.kept = new TreeMap<>();
        this.lastUsed = lastUsed;
        this.acknowledgedUpTo = acknowledgedUpTo;
    }

    private Session(Session other) {
        this.id = other.id;
        this.expiryEntries = other.expiryEntries;
        this.kept = other.kept;
        this.shared = true;
        this.lastUsed = other.lastUsed;
        this.acknowledgedUpTo = other.acknowledgedUpTo;
        this.keptBytes = other.keptBytes;
    }

    /** This session as it is now, for any thread; what it keeps is copied when the session keeps something else. */
    Session copy() {
        shared = true;
        return new Session(this);
    }

    private void unshare() {
        if (shared) {
            kept = new TreeMap<>(kept);
            shared = false;
        }
    }

    long id() {
        return id;
    }

    long expiryEntries() {
        return expiryEntries;
    }

    /** Index of the last entry that named the session. */
    long lastUsed() {
        return lastUsed;
    }

    void use(long index) {
        lastUsed = index;
    }

    /** The last index at which an entry may still name it. */
    long deadline() {
        return lastUsed > Long.MAX_VALUE - expiryEntries ? Long.MAX_VALUE : lastUsed + expiryEntries;
    }

    /** The table looks at it again once its present deadline has passed. */
    void lookAtDeadline() {
        nextLook = deadline();
    }

    /** What the deadline was when the table looked at it last. */
    long nextLook() {
        return nextLook;
    }

    /** Up to which number the client knows what became of its commands. */
    long acknowledgedUpTo() {
        return acknowledgedUpTo;
    }

    /** Forgets what the client will not ask for again. It may say so late, after it has acknowledged more. */
    void acknowledge(long upTo) {
        if (upTo <= acknowledgedUpTo) {
            return;
        }
        acknowledgedUpTo = upTo;
        while (!kept.isEmpty() && kept.firstKey() <= upTo) {
            unshare();
            keptBytes -= kept.pollFirstEntry().getValue().result().length;
        }
    }

    /** What came out of the command with this number, unless it was not applied or was acknowledged. */
    @Nullable
    KeptResult kept(long sequence) {
        return kept.get(sequence);
    }

    void keep(long sequence, KeptResult result) {
        unshare();
        kept.put(sequence, result);
        keptBytes += result.result().length;
    }

    /** How many results it keeps, those that were dropped included. */
    int keptCount() {
        return kept.size();
    }

    /** Bytes of the results it keeps. */
    long keptBytes() {
        return keptBytes;
    }

    /** All that it keeps, by number, ascending. */
    SortedMap<Long, KeptResult> kept() {
        return Collections.unmodifiableSortedMap(kept);
    }
}
