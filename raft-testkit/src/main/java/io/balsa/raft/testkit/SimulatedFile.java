package io.balsa.raft.testkit;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;

/** A file of a {@link SimulatedDisk}, whatever it is called: as it is read, as it is durable, and what lies between. */
final class SimulatedFile {

    private final Contents seen = new Contents();
    private final Contents durable = new Contents();
    private final List<DiskChange> pending = new ArrayList<>(); // seen and not durable, in order
    private int writtenEnd; // up to where something durable was written, not only allocated
    private boolean forgetful;

    int size() {
        return seen.size();
    }

    Contents durable() {
        return durable;
    }

    /** How many of its first bytes can rot: all that are durable, or those up to the last one that was not only allocated. */
    int rottable(boolean onlyWritten) {
        return onlyWritten ? Math.min(writtenEnd, durable.size()) : durable.size();
    }

    List<DiskChange> pending() {
        return pending;
    }

    /** Whether a crash would change anything that is read. */
    boolean isSafe() {
        return pending.isEmpty() && !forgetful;
    }

    int read(ByteBuffer into, int position, int most) {
        int length = Math.min(Math.min(into.remaining(), most), seen.size() - position);
        if (length <= 0) {
            return into.hasRemaining() ? -1 : 0;
        }
        into.put(seen.array(), position, length);
        return length;
    }

    /** Lets everybody see a change. */
    void change(DiskChange change) {
        change.applyTo(seen, 0, change.length());
        pending.add(change);
    }

    /** A part of a change has reached the disk. */
    void reach(DiskChange change, int from, int to) {
        change.applyTo(durable, from, to);
        if (change.isWrite() && to > from) {
            writtenEnd = Math.max(writtenEnd, change.position() + to);
        }
    }

    /** All that is seen becomes durable, save what was forgotten. */
    void force() {
        for (DiskChange change : pending) {
            reach(change, 0, change.length());
        }
        pending.clear();
    }

    /** A sync has failed: what was not durable will never be, though it can be read as long as the system runs. */
    void forget() {
        forgetful |= !pending.isEmpty();
        pending.clear();
    }

    /** The system is gone: what is durable is what is read. */
    void revert() {
        pending.clear();
        forgetful = false;
        seen.copyFrom(durable);
    }

    void flip(int position, int bit) {
        seen.flip(position, bit);
        durable.flip(position, bit);
    }
}
