package io.balsa.raft.testkit.oracle;

import io.balsa.raft.Applied;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * Checks what clients see against the order in which commands are committed, which the simulator knows: a history in
 * which every operation takes effect at its index, and the indexes agree with real time, is linearizable.
 *
 * <p>The commands are writes of values that are never written twice.
 */
public final class ClientOracle {

    private record Written(long index, String value) {}

    private final Map<String, List<Written>> byKey = new TreeMap<>();
    private final Map<Long, String> applied = new TreeMap<>();
    private final Set<String> refusedValues = new TreeSet<>();
    private long highestSeen; // by a client whose operation has returned
    private long writes;
    private long reads;
    private long unknown;
    private long refused;

    /** A state machine, the first that came so far, has applied this write. */
    public void onApplied(long index, String key, String value) {
        if (applied.putIfAbsent(index, value) == null) {
            byKey.computeIfAbsent(key, absent -> new ArrayList<>()).add(new Written(index, value));
        }
    }

    /** An operation begins; what it sees must not be older than the answer. */
    public long begin() {
        return highestSeen;
    }

    /** A write was acknowledged. */
    public void onWritten(long begun, String value, Applied done) {
        writes++;
        if (!value.equals(applied.get(done.index()))) {
            throw new Violation(
                    "R6",
                    "the write of " + value + " was acknowledged as " + done.index() + ", where "
                            + applied.get(done.index()) + " stands");
        }
        returned(begun, done.index(), "the write of " + value);
    }

    /** A linearizable read has returned what the state machine held after it had applied everything up to an index. */
    public void onRead(long begun, String key, String value, long index) {
        reads++;
        String expected = "";
        for (Written written : byKey.getOrDefault(key, List.of())) {
            expected = written.index <= index ? written.value : expected;
        }
        if (!value.equals(expected)) {
            throw new Violation(
                    "R5", "a read of " + key + " at " + index + " returned '" + value + "' and not '" + expected + "'");
        }
        if (index < begun) {
            throw new Violation(
                    "R1", "a read of " + key + " saw the state at " + index + " after " + begun + " had been seen");
        }
        highestSeen = Math.max(highestSeen, index);
    }

    private void returned(long begun, long index, String what) {
        if (index <= begun) {
            throw new Violation("R1", what + " took effect at " + index + " after " + begun + " had been seen");
        }
        highestSeen = Math.max(highestSeen, index);
    }

    /** A client was told that nobody knows what became of its write. */
    public void onUnknown() {
        unknown++;
    }

    /** A client was told that its operation took no effect; if that was a write, it must never be applied. */
    public void onRefused(String value) {
        refused++;
        refusedValues.add(value);
    }

    /** At the end of a run: nothing that was refused has taken effect. */
    public void finish() {
        for (Map.Entry<Long, String> entry : applied.entrySet()) {
            if (refusedValues.contains(entry.getValue())) {
                throw new Violation(
                        "R6", "the write of " + entry.getValue() + " was refused, but applied at " + entry.getKey());
            }
        }
    }

    /** Writes acknowledged. */
    public long writes() {
        return writes;
    }

    /** Linearizable reads served. */
    public long reads() {
        return reads;
    }

    /** Writes of which nobody knew what became of them. */
    public long unknown() {
        return unknown;
    }

    /** Operations that were refused. */
    public long refused() {
        return refused;
    }
}
